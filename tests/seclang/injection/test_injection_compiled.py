"""What is written in C: the same judgement, whatever it is given; and when it is taken."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings

from corpora import crs
from modsecurity_library import library
from seclang.injection.injection_pieces import HTML, HTML_VALUES, SQL, SQL_VALUES
from vedette.seclang.injection import html, sql
from vedette.seclang.injection.compiled import VARIABLE, compiled

PIECES = sorted({*SQL, *HTML})


@pytest.fixture(scope="module")
def in_c() -> tuple[Callable[[bytes], str | None], Callable[[bytes], bool]]:
    judge = compiled()
    if judge is None:
        pytest.skip("what is written in C was not built, or is turned off")
    return judge.sqli, judge.xss


Both = tuple[Callable[[bytes], str | None], Callable[[bytes], bool]]


@settings(max_examples=1_200, deadline=None)
@given(SQL_VALUES | HTML_VALUES)
@example(b"a;a;{``")
@example(b"a;a;a;{``")
def test_as_in_python(in_c: Both, value: bytes) -> None:
    sqli, xss = in_c
    assert sqli(value) == sql.judged(value)
    assert xss(value) == html.judged(value)


def test_as_libinjection(in_c: Both) -> None:
    sqli, xss = in_c
    oracle = library()
    chosen = random.Random(7)
    for _ in range(30_000):
        value = b"".join(chosen.choices(PIECES, k=chosen.randrange(12)))
        assert (value, sqli(value)) == (value, oracle.sqli(value))
        assert (value, xss(value)) == (value, oracle.xss(value))


@pytest.mark.corpus
def test_the_requests_of_the_core_rule_set(in_c: Both) -> None:
    """Each line of its regression tests, whole and from each sign that may begin a value."""
    sqli, xss = in_c
    oracle = library()
    lines = {
        line.strip()
        for path in (crs() / "tests" / "regression" / "tests").glob("**/94[12]*.yaml")
        for line in path.read_bytes().splitlines()
    }
    values = {part for line in lines for part in (line, *line.split(b"="), *line.split(b'"'))}
    assert len(values) > 5_000
    for value in values:
        expected = oracle.sqli(value), oracle.xss(value)
        assert (value, sqli(value), xss(value)) == (value, *expected)
        assert (sql.sqli(value), html.xss(value)) == expected


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_long_values_end(in_c: Both, piece: bytes) -> None:
    sqli, xss = in_c
    for begin in (b"", b"1", b"<a href="):
        value = begin + piece * (60_000 // len(piece))
        assert sqli(value) == library().sqli(value)
        assert xss(value) == library().xss(value)


@pytest.mark.parametrize("value", ["text", None, bytearray(b"1")], ids=repr)
def test_only_bytes_are_taken(in_c: Both, value: object) -> None:
    for judge in in_c:
        with pytest.raises(TypeError):
            judge(value)  # type: ignore[arg-type]  # that is what is tested


@pytest.mark.parametrize("lines", [b"k", b"k\n", b"kWORD", b"k" + b"A" * 63 + b"\n", b"kA\n\n"])
def test_tables_are_checked(in_c: Both, lines: bytes) -> None:
    from vedette.seclang.injection._native import Judge

    with pytest.raises(ValueError, match="not lines of words"):
        Judge(lines, b"", b"", b"", b"")
    with pytest.raises(ValueError, match="not lines of words"):
        Judge(b"", b"", b"", b"", b"12345678\n")
    assert Judge(b"", b"", b"", b"", b"").sqli(b"1' or 1=1--") is None


def test_python_is_taken_where_c_is_turned_off() -> None:
    code = "from vedette.seclang.injection import sqli, xss; print(sqli.__module__, xss.__module__)"
    environment = {**os.environ, VARIABLE: "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [
        "vedette.seclang.injection.sql",
        "vedette.seclang.injection.html",
    ]
