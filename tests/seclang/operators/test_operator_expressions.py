"""Expressions: which engine, what limits, what is refused."""

from __future__ import annotations

import time

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

import corpora
from vedette.seclang.ir import Operator, Place, Rule
from vedette.seclang.operators import has_macros, make_test
from vedette.seclang.operators.dialect import Untranslatable, captures, translate
from vedette.seclang.operators.expressions import Expression
from vedette.seclang.operators.match import Match
from vedette.seclang.parse import load_program
from vedette.seclang.text import raw

HERE = Place("rules.conf", 3)


@pytest.mark.corpus
def test_every_expression_of_the_core_rule_set_is_linear() -> None:
    root = corpora.crs()
    program = load_program([root / "crs-setup.conf.example", root / "rules"])
    rules = [entry for entry in program.entries if isinstance(entry, Rule)]
    patterns = {
        raw(link.operator.argument)
        for rule in rules
        for link in (rule, *rule.links)
        if link.operator.name in ("rx", "rxglobal") and not has_macros(link.operator)
    }
    assert len(patterns) > 250
    assert [pattern for pattern in patterns if not Expression.of(pattern).linear] == []


def test_what_stalls_counts_as_no_match_and_costs_less_each_time() -> None:
    expression = Expression(rb"(?:(?=a)|b)*(a|aa)+\d$(?<!x)")
    assert not expression.linear
    hostile = b"a" * 5_000 + b"!"
    begun = time.process_time()
    assert [expression.spans(hostile) for _ in range(12)] == [None] * 12
    assert expression.stalled == 12
    assert time.process_time() - begun < 5
    assert expression.found(b"aa1")


def test_a_caret_behind_the_last_newline_does_not_hold() -> None:
    assert Expression(b"^$").spans(b"abc\n") is None
    assert Expression(b".^").spans(b"\n") is None
    assert Expression(b"(?:^|x)$").spans(b"a\nx") == [(2, 3)]


def test_linear_ones_stay_linear_where_a_value_ends_with_a_newline() -> None:
    expression = Expression(rb"(?:^|a)(?:a|aa)+$")
    hostile = b"a" * 3_000 + b"b\n"
    begun = time.process_time()
    expression.spans(hostile)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("pattern", [b"a(", b"[z-a]", b"*", rb"\x{100}", rb"[z-a]x"])
def test_what_is_no_expression_is_refused(pattern: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Expression(pattern)


@pytest.mark.parametrize("pattern", [rb"^[\w\s-.]$", rb"^[a\d-z]$", rb"^[[:alpha:]-.]$"])
def test_a_hyphen_beside_a_class_is_one(pattern: bytes) -> None:
    assert [Expression(pattern).found(each) for each in (b"-", b"a", b",")] == [True, True, False]


def test_what_re2_would_read_otherwise_goes_to_the_backtracker() -> None:
    for pattern in (rb"(?i)[\xe0-\xef]", rb"\X", rb"a\Z"):
        with pytest.raises(Untranslatable):
            translate(pattern)


@given(st.binary(max_size=12), st.binary(max_size=12))
def test_any_bytes_compile_or_are_refused(pattern: bytes, value: bytes) -> None:
    try:
        expression = Expression(pattern)
    except ValueError:
        return
    spans = expression.spans(value)
    assert spans is None or 0 <= spans[0][0] <= spans[0][1] <= len(value)


_PIECES = st.sampled_from(
    [b"(", b")", b"(?:", b"(?i:", b"(?i)", b"(?P<n>", b"(?<m>", b"[", b"]", b"[(]", b"\\(", b"\\Q",
     b"\\E", b"a", b"|", b"*", b"?", b"\\", b"(?#", b"\\x28", b"[^", b"^", b"[[:alpha:](]"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=9).map(b"".join))
def test_a_group_that_captures_is_never_overlooked(pattern: bytes) -> None:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    try:
        made = re2.compile(translate(pattern), options)
    except (re2.error, ValueError):
        return
    assert captures(pattern) or made.groups == 0


def test_macros_are_compiled_when_they_are_known() -> None:
    test = make_test(Operator("rx", "^%{tx.word}$"), HERE)
    assert test.macros
    assert test.holds(b"ab", b"^a(b)$") == Match((b"ab", b"b"), 0, 2)
    assert test.holds(b"ab", b"^a($") is None
    assert not make_test(Operator("rx", "%{2}é"), HERE).macros
