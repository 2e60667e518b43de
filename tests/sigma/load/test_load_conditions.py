"""Conditions: trees, names, patterns, and errors at their column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigma.load.rule_text import HEAD, one, verdict
from vedette.sigma.ir import And, AtLeast, Expr, Not, Or, Selection
from vedette.sigma.load.conditions import MAX_DEPTH, ConditionError, parse_condition

NAMES = ["selection", "sel_a", "sel_b", "filter_x", "_hidden"]
S, A, B, F, H = (Selection(name) for name in NAMES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("selection", S),
        ("not selection", Not(S)),
        ("selection and not filter_x", And((S, Not(F)))),
        ("sel_a or sel_b and filter_x", Or((A, And((B, F))))),
        ("(sel_a or sel_b) and filter_x", And((Or((A, B)), F))),
        ("not sel_a and sel_b", And((Not(A), B))),
        ("not (sel_a or sel_b)", Not(Or((A, B)))),
        ("not not sel_a", Not(Not(A))),
        ("sel_a AND sel_b OR NOT filter_x", Or((And((A, B)), Not(F)))),
        ("1 of sel_*", Or((A, B))),
        ("any of sel_*", Or((A, B))),
        ("all of sel_*", And((A, B))),
        ("2 of sel_*", And((A, B))),
        ("2 of sel*", AtLeast(2, (S, A, B))),
        ("1 of *_b", B),
        ("1 of s*_*", Or((A, B))),
        ("1 of selection", S),
        ("1 of them", Or((S, A, B, F))),
        ("all of them", And((S, A, B, F))),
        ("3 of them", AtLeast(3, (S, A, B, F))),
        ("1 of *", Or((S, A, B, F, H))),
        ("_hidden", H),
        ("selection and not 1 of filter_*", And((S, Not(F)))),
        ("selection\n  and\n  (sel_a)", And((S, A))),
    ],
)
def test_trees(text: str, expected: Expr) -> None:
    assert parse_condition(text, NAMES) == expected


@pytest.mark.parametrize(
    ("text", "offset", "what", "fix"),
    [
        ("selction", 0, "no selection is named 'selction'", "did you mean 'selection'?"),
        ("selection and zzz", 14, "no selection is named 'zzz'", "define it, or use one of: "),
        ("selection and", 13, "a selection is missing at the end", "write the name"),
        ("", 0, "a selection is missing at the end", "write the name"),
        ("and selection", 0, "a selection is missing before 'and'", "write the name"),
        ("(sel_a or sel_b", 0, "this parenthesis is never closed", "write a )"),
        ("sel_a )", 6, "')' is not expected here", "remove it"),
        ("sel_a sel_b", 6, "'sel_b' is not expected here", "write and, or before it"),
        ("(sel_a sel_b)", 7, "'sel_b' is not expected here", "write and, or before it"),
        ("1 of nothing*", 5, "no selection matches 'nothing*'", "define it"),
        ("two of them", 0, "'two' is no count", "write a number"),
        ("0 of them", 0, "0 of 4 selections", "write a number from 1 to 4"),
        ("5 of them", 0, "5 of 4 selections", "write a number from 1 to 4"),
        ("1 of", 4, "the pattern after 'of' is missing", "write them"),
        ("sel_*", 0, "the pattern 'sel_*' needs a count", "write '1 of sel_*'"),
    ],
)
def test_errors(text: str, offset: int, what: str, fix: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse_condition(text, NAMES)
    assert (raised.value.offset, str(raised.value)) == (offset, what)
    assert raised.value.fix.startswith(fix)
    assert not raised.value.unsupported


@pytest.mark.parametrize(
    "text",
    ["selection | count() by User > 5", "selection | near sel_a", "selection near sel_a", "|"],
)
def test_aggregations_of_sigma_1_are_unsupported(text: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse_condition(text, NAMES)
    assert raised.value.unsupported
    assert "correlation" in raised.value.fix


@pytest.mark.parametrize(
    "text", ["(" * 10_000, "not " * 4000 + "sel_a", "(" * 60 + "sel_a" + ")" * 60]
)
def test_nesting_is_limited(text: str) -> None:
    with pytest.raises(ConditionError, match=f"nested deeper than {MAX_DEPTH} levels"):
        parse_condition(text, NAMES)


def test_long_chains_do_not_nest() -> None:
    found = parse_condition(" or ".join(["sel_a"] * 1500), NAMES)
    assert isinstance(found, Or) and len(found.of) == 1500


def test_patterns_with_many_wildcards_are_quick() -> None:
    with pytest.raises(ConditionError, match="matches"):
        parse_condition("1 of " + "*a" * 200 + "b", ["a" * 5000])


@given(
    st.lists(st.sampled_from(["sel_a", "and", "or", "not", "(", ")", "1", "of", "sel*", "|", "*"]))
)
def test_any_tokens_give_a_tree_or_an_error_inside_the_text(words: list[str]) -> None:
    text = " ".join(words)
    try:
        parse_condition(text, NAMES)
    except ConditionError as error:
        assert 0 <= error.offset <= len(text)


def _told(folder: Path, condition: str) -> str:
    found = verdict(folder, f"{HEAD}detection:\n  sel:\n    A: 1\n  condition: {condition}\n")
    assert found.state == "invalid"
    return found.why.removeprefix(f"{found.path}:")


def test_the_column_is_that_of_the_file(tmp_path: Path) -> None:
    tail = "no selection is named 'x' (column 9 of the condition); define it, or use one of: sel"
    assert _told(tmp_path, "sel and x").startswith("6:22: ")
    assert _told(tmp_path, "sel and x").endswith(tail)
    assert _told(tmp_path, "'sel and x'").startswith("6:23: ")
    assert _told(tmp_path, "|\n    sel\n    and x").startswith("8:")
    assert _told(tmp_path, ">\n    sel\n    and x").startswith("6:14: ")


def test_a_list_of_conditions_is_a_disjunction(tmp_path: Path) -> None:
    text = f"{HEAD}detection:\n  a: {{A: 1}}\n  b: {{B: 1}}\n  condition: [a, not b]\n"
    assert one(tmp_path, text).condition == Or((Selection("a"), Not(Selection("b"))))


def test_unused_selections_are_fine(tmp_path: Path) -> None:
    rule = one(tmp_path, f"{HEAD}detection:\n  a: {{A: 1}}\n  b: {{B: 1}}\n  condition: a\n")
    assert set(rule.selections) == {"a", "b"}


def test_an_aggregation_says_what_to_write(tmp_path: Path) -> None:
    text = f"{HEAD}detection:\n  a: {{A: 1}}\n  timeframe: 5m\n  condition: a | count() by U > 3\n"
    found = verdict(tmp_path, text)
    assert found.state == "unsupported"
    assert found.why.startswith(f"{found.path}:6: an aggregation of Sigma 1 (column 3 of")
    assert "write a correlation rule" in found.why
