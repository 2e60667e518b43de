"""Many expressions at once, beside each by itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.seclang.operators.dialect import translate
from vedette.seclang.operators.expressions import Expression
from vedette.seclang.plan.facts import Facts
from vedette.seclang.plan.finding import LONGEST, make_finder, one_finder
from vedette.seclang.plan.needs import needed
from vedette.seclang.plan.sieve import joinable

PATTERNS = (
    *(rb"a+(b?)", rb"^sel.*(?:from)$", rb"(?i)script|(x)(y)?", rb"^$", rb"\bor\b", rb"<[a-z]+"),
    *(rb".", rb"\x27", rb"(?i)union\s+select", rb"[\xe0-\xef]", rb"@.+=\s*\(\s*select", rb"\xe9"),
    *(rb"(?i)[^0-9A-Z_a-z]SET\s*@\w+", rb"[0-9]{3,}", rb"(?:\$|&dollar;?)\{", rb"[^a]", rb"\W{2}"),
    *(rb"(?i)[\"'`]\s*or", rb"a*", rb"(?i:Q)x", rb"[[:punct:]]{2}", rb"\Qa.b\E", rb"(?s)<!--.*-->"),
    *(rb"(?i)\xc9", rb"[^\x00-\x7f]", rb"--$", rb"^\s*;", rb"[a-f0-9]{8}-", rb"\d+ or \d+"),
)
_PIECES = (
    *(b"a", b"b", b"select", b"from", b"FROM", b"script", b"or", b"<", b"'", b"union ", b"\xe9"),
    *(b"@x=(select", b"; ", b"SET @a", b"123", b"${", b"&dollar;{", b"\n", b" ", b"--", b"a.b"),
    *(b"<!--", b"-->", b"\0", b"deadbeef-", b"1 or 1", b"\xc9", b"Qx", b"\r", b'"or'),
)
VALUES = st.lists(st.sampled_from(_PIECES) | st.binary(max_size=3), max_size=8).map(b"".join)
FACTS = Facts()
_SCAN, _LEFT = make_finder(dict(enumerate(PATTERNS)), FACTS)


def found(value: bytes) -> set[int]:
    return set(_SCAN(value, value))


def test_all_of_these_are_taken() -> None:
    assert frozenset() == _LEFT


@settings(max_examples=1_500, deadline=None)
@given(VALUES)
def test_as_each_expression(value: bytes) -> None:
    singles = {n for n, each in enumerate(PATTERNS) if Expression.of(each).found(value)}
    # RE2 alone takes an end behind a newline for the beginning of a line.
    assert singles == found(value) if value[-1:] != b"\n" else singles <= found(value)


def test_values_of_any_size() -> None:
    for size in (LONGEST - 6, LONGEST, 3 * LONGEST):
        value = b"z" * size + b" union select"
        assert PATTERNS.index(rb"(?i)union\s+select") in found(value)
        assert PATTERNS.index(rb"(?i)union\s+select") not in found(value[:-1])


def test_matches_that_vectorscan_loses() -> None:
    assert PATTERNS.index(rb"@.+=\s*\(\s*select") in found(b"pay=@extension]=MmcDirectm=(select")


@settings(max_examples=500, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_lines_together_hold_what_each_holds(values: list[bytes]) -> None:
    together = set(_SCAN(b"\n".join(values), b"".join(values)))
    for value in values:
        if value[-1:] != b"\n":
            assert {n for n in found(value) if joinable(PATTERNS[n])} <= together


@settings(max_examples=1_000, deadline=None)
@given(st.sampled_from(PATTERNS), VALUES)
def test_one_expression_is_found_where_it_matches(pattern: bytes, value: bytes) -> None:
    one = one_finder(pattern, FACTS)
    assert one is not None
    assert bool(one(value)) is Expression.of(pattern).found(value)


@pytest.mark.parametrize("pattern", [rb"a\z", rb"\Aa", rb"(?-m)^a", rb"(?i-sm:a$)", rb"a\Z"])
def test_not_joinable(pattern: bytes) -> None:
    assert not joinable(pattern)


@settings(max_examples=1_000, deadline=None)
@given(st.sampled_from(PATTERNS), VALUES)
def test_matches_have_what_is_needed(pattern: bytes, value: bytes) -> None:
    needs = needed(translate(pattern))
    if needs is not None and Expression.of(pattern).found(value):
        assert not needs.isdisjoint(value)


@pytest.mark.parametrize(
    ("pattern", "bytes_needed"),
    [
        (rb"(?s)a.*<", b"<"),
        (rb"(?:a|<)b?", b"aA<"),
        (rb"a?b*", None),
        (rb"(?:;|`x){2,}", b";`"),
        (rb"[^\x00-\x7e]a", b"aA"),
        (rb"[[:alpha:]]", None),
        (rb"(", None),
    ],
)
def test_needed(pattern: bytes, bytes_needed: bytes | None) -> None:
    found = needed(pattern)
    assert found == (None if bytes_needed is None else frozenset(bytes_needed))


def test_expressions_that_re2_lacks_are_left() -> None:
    scan, left = make_finder({1: rb"(?=a)a", 2: rb"b"}, FACTS)
    assert left == {1}
    assert list(scan(b"ab", b"ab")) == [2]
    assert re.search(rb"(?=a)a", b"ab")
