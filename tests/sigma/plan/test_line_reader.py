"""The native reader by itself: what it reads, what it hands back, what it holds and refuses."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from json_text import LINES, damaged
from vedette.sigma.plan.native_lines import reader_type

READER = reader_type()
pytestmark = pytest.mark.skipif(
    READER is None, reason="the native reader was not built (no C compiler) or is turned off"
)


def answer_of(line: bytes, literals: tuple[bytes, ...] = ()) -> str:
    """What a reader that knows one kind without slots says of a line."""
    assert READER is not None
    reader = READER((), (), bytes(range(24)), 10, 1000)
    reader.add_kind((), literals, False, False)
    found = reader.judge([line], lambda texts: 0, lambda *_: 0, lambda *_: 1)
    return {(): "nothing", ((0, 0, 1),): "read", ((0, -1, 0),): "handed back"}[tuple(found)]


@settings(max_examples=500)
@given(st.one_of(damaged(), LINES, st.binary(max_size=20)))
def test_what_is_read_is_json_to_every_parser(line: bytes) -> None:
    if answer_of(line) == "read":
        assert isinstance(orjson.loads(line), dict)
        assert isinstance(json.loads(line), dict)


USUAL = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(-1e50, 1e50).map(lambda number: round(number, 6)),
        st.text(max_size=50),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=9), inner)),
    max_leaves=6,
)


@settings(max_examples=150)
@given(
    event=st.dictionaries(
        st.text(max_size=9).filter(lambda key: json.dumps(key, ensure_ascii=False)[1:-1] == key),
        USUAL,
        min_size=1,
    ),
    escape=st.booleans(),
)
def test_usual_lines_are_not_handed_back(event: dict[str, Any], escape: bool) -> None:
    pairs = (f'"{key}":{json.dumps(value, ensure_ascii=escape)}' for key, value in event.items())
    assert answer_of(f"{{{','.join(pairs)}}}".encode()) == "read"


@pytest.mark.parametrize(
    "value",
    [
        *("01", "1.", ".5", "-", "+1", "1e", "1e400", "9" * 20, "-9223372036854775809", "NaN"),
        *('"\\ud800"', '"\\udc00"', '"\\\\ud83d\\ude00"', '"\\udc00\\ud800"', '"\\q"', '"\\u12g4"'),
        *("tru", '"\t"', "[1,]", '{"a":1,}', "{1:1}", "[" * 64 + "]" * 64, '"a', "[}", "1 2"),
        *('"a""b"', '\\"', ""),
    ],
)
def test_what_parsers_may_differ_in_is_handed_back(value: str) -> None:
    assert answer_of(b'{"x":' + value.encode() + b"}") == "handed back"


@pytest.mark.parametrize(
    "value",
    [
        *("-0", "0.5", "-0.5e-7", "-9223372036854775808", "9999999999999999999", "[[],{},[{}]]"),
        *('"\\ud83d\\ude00\\\\"', '"' + "é" * 40 + '"', ' [ 1 , "a" ] ', '{"a":{"a":null}}'),
    ],
)
def test_what_they_agree_on_is_read(value: str) -> None:
    assert answer_of(b'{"x":' + value.encode() + b"}\r\n") == "read"


def test_blank_lines_and_empty_objects_are_nothing() -> None:
    for line in (b"", b"  ", b"\r\n", b"{}", b" { } "):
        assert answer_of(line) == "nothing"


WORDS = st.text(st.sampled_from("abcAB kKsS1"), min_size=1, max_size=12)


@settings(max_examples=400)
@given(
    literals=st.lists(WORDS.map(lambda word: word.lower().encode()), min_size=1, max_size=5),
    parts=st.lists(
        st.one_of(WORDS, st.sampled_from(["\\u0061", "\\u004b", "\\\\u0061", "K", "ſ", "\\n"])),
        max_size=8,
    ),
    offset=st.integers(0, 9),
)
def test_a_line_with_a_literal_is_handed_back(
    literals: list[bytes], parts: list[str], offset: int
) -> None:
    key = "z" * offset
    line = f'{{"{key}":"{"".join(parts)}"}}'
    text = json.loads(line)[key].lower().replace("ſ", "s")
    holds = any(literal.decode() in text for literal in literals)
    answer = answer_of(line.encode(), tuple(literals))
    assert answer == "handed back" if holds else answer in ("read", "handed back")
    if "\\" not in line:
        assert (answer == "handed back") == any(word.decode() in text for word in literals)


def test_the_memories_stay_bounded() -> None:
    assert READER is not None
    reader = READER((((b"id",),),), (), bytes(24), 50, 2000)
    reader.add_kind(((0, ((b"a",),), ()),), (), False, False)
    lines = [b'{"id":%d,"a":"value %d"}' % (number % 70, number) for number in range(5000)]
    asked: list[bytes] = []

    def value(slot: int, text: bytes, other: bytes | None) -> int:
        asked.append(text)
        return int(orjson.loads(text).split()[1])

    found = reader.judge(lines, lambda texts: 0, value, lambda kind, classes, index: classes[0])
    assert found == [(number, 0, number) for number in range(1, 5000)]
    assert len(asked) == 5000
    assert max(reader.remembered()) <= 50


def test_an_error_of_who_is_asked_comes_out_and_the_reader_goes_on() -> None:
    assert READER is not None
    reader = READER((), (), bytes(24), 10, 100)
    reader.add_kind(((0, ((b"a",),), ()),), (), False, False)
    line = b'{"a":1}'

    def fails(*_: object) -> int:
        raise KeyError("no")

    def answers(*_: object) -> int:
        return 1

    def again(*_: object) -> int:
        reader.judge([line], answers, answers, answers)
        return 0

    for asked in ((fails, answers, answers), (answers, fails, answers), (answers, answers, fails)):
        with pytest.raises((KeyError, ValueError)):  # kind 1 is not known
            reader.judge([line], *asked)
    with pytest.raises(RuntimeError):
        reader.judge([line], again, answers, answers)
    assert reader.judge([line], lambda _: 0, lambda *_: -1, answers) == [(0, -1, 0)]
    assert reader.judge([line], lambda _: 0, answers, lambda *_: 1 << 40) == [(0, -1, 0)]
    assert reader.judge([line], lambda _: 0, answers, answers) == [(0, 0, 1)]


def test_a_list_that_shrinks_while_it_is_judged_does_no_harm() -> None:
    assert READER is not None
    reader = READER((), (), bytes(24), 10, 100)
    reader.add_kind(((0, ((b"a",),), ()),), (), False, False)
    lines = [b'{"a":%d}' % number for number in range(100)]

    def value(slot: int, text: bytes, other: bytes | None) -> int:
        del lines[1:]
        return 1

    assert reader.judge(lines, lambda _: 0, value, lambda *_: 1) == [(0, 0, 1)]


def test_what_is_no_layout_is_refused() -> None:
    assert READER is not None
    reader = READER((), (), bytes(24), 10, 100)
    for slots in (((3, (), ()),), ((0, ((),), ()),), ((0, "a", ()),), (1,), ((0, (("a",),), ()),)):
        with pytest.raises((TypeError, ValueError)):
            reader.add_kind(slots, (), False, False)  # type: ignore[arg-type]  # that is the test
    for arguments in (
        ((), (), b"short", 1, 1),
        ((), (b"",), bytes(24), 1, 1),
        ((1,), (), b"", 1, 1),
    ):
        with pytest.raises((TypeError, ValueError)):
            READER(*arguments)
    with pytest.raises(TypeError):
        reader.judge([1], *[lambda *_: 0] * 3)  # type: ignore[list-item]  # that is the test
