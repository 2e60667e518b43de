"""Operators are made whole or refused with their place."""

from __future__ import annotations

import pytest

from vedette.model.errors import ConfigError
from vedette.seclang.ir import Operator, Place
from vedette.seclang.operators import make_test
from vedette.seclang.operators.match import Match
from vedette.seclang.operators.phrases import phrases_of_file

HERE = Place("rules.conf", 3)

REFUSED = {
    "rx a(": "missing )",
    "validatebyterange x": "'x' is no list of bytes; write 9,10,13,32-126",
    "validatebyterange 32-300": "'32-300' is no list of bytes; write 9,10,13,32-126",
    "validatebyterange 9,126-32": "the range 126-32 is empty; write the smaller byte first",
    "ipmatch 1.2.3": "'1.2.3' is no address or network; write 10.0.0.0/8",
    "ipmatch 1.2.3.4/33": "'1.2.3.4/33' has more than 32 bits",
    "ipmatch ::1/x": "'::1/x' is no address or network; write 10.0.0.0/8",
    "verifycc (": "missing )",
    "inspectfile x": "the operator @inspectfile is not supported; see the reference",
}


@pytest.mark.parametrize("text", REFUSED)
def test_arguments_that_nobody_can_mean(text: str) -> None:
    name, _, argument = text.partition(" ")
    with pytest.raises(ConfigError) as raised:
        make_test(Operator(name, argument), HERE)
    assert str(raised.value).startswith("rules.conf:3: ")
    assert REFUSED[text] in str(raised.value)


def test_a_data_file_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match=r"rules\.conf:3: /nowhere/x\.data can't be read"):
        make_test(Operator("pmfromfile", "x.data", False, ("/nowhere/x.data",)), HERE)


def test_data_files_come_from_where_the_caller_says() -> None:
    files = {"words": b"foo\r\n# no\r\n  \r\nbar ", "nets": b"10.0.0.0/8 # ours\n::1, 1.2.3.4\n"}
    words = make_test(Operator("pmfromfile", "w", False, ("words",)), HERE, files.__getitem__)
    assert words.holds(b"a FOO") == Match((b"foo",), 2, 5)
    assert words.holds(b"bar") is None
    nets = make_test(Operator("ipmatchfromfile", "n", False, ("nets",)), HERE, files.__getitem__)
    assert [nets.holds(each) is not None for each in (b"10.1.1.1", b"1.2.3.4", b"::2")] == [
        True,
        True,
        False,
    ]


def test_lines_of_data_files() -> None:
    assert phrases_of_file(b"a\n#b\n #c\n\n \n d \ne#f\r\n") == [b"a", b" d ", b"e#f"]


def test_an_empty_expression_and_an_empty_list() -> None:
    assert make_test(Operator("rx"), HERE).holds(b"") == Match((), 0, 0)
    assert make_test(Operator("pm", " "), HERE).holds(b"x") is None
    assert make_test(Operator("contains"), HERE).holds(b"x") == Match((), 0, 0)


def test_macros_where_an_operator_takes_them() -> None:
    assert make_test(Operator("streq", "%{tx.a}"), HERE).holds(b"x", b"x") == Match((), 0, 1)
    assert make_test(Operator("eq", "%{tx.a}"), HERE).holds(b"5", b"5") == Match((), 0, 1)
    assert not make_test(Operator("streq", "x"), HERE).macros
