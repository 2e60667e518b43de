"""Filters: which rules they narrow, and what is told of those they can't."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigma.load.rule_text import load
from vedette.sigma.ir import And, Item, Not, Selection, Text

RULES = """\
title: A
id: a
name: a_name
logsource: {product: windows, category: process_creation}
detection:
  sel: {F: 1}
  condition: sel
---
title: B
id: b
logsource: {product: linux}
detection:
  sel: {F: 1}
  condition: sel
---
"""


def _filter(rules: str, source: str = "{product: windows}", condition: str = "selection") -> str:
    return (
        f"{RULES}title: Admins\nid: f\nlogsource: {source}\nfilter:\n  rules: {rules}\n"
        f"  selection:\n    User|startswith: adm_\n  other: {{X: 1}}\n  condition: {condition}\n"
    )


@pytest.mark.parametrize("rules", ["[a]", "[a_name]", "a", "any", "[any]"])
def test_the_condition_is_joined_by_and(tmp_path: Path, rules: str) -> None:
    loaded = load(tmp_path, _filter(rules))
    assert [(v.id, v.state, v.why) for v in loaded.verdicts] == [
        ("a", "compiled", ""),
        ("b", "compiled", ""),
        ("f", "compiled", ""),
    ]
    a, b = loaded.rules
    assert a.condition == And((Selection("sel"), Selection("f.selection")))
    assert set(a.selections) == {"sel", "f.selection"}
    assert a.selections["f.selection"] == Item(
        "User", (Text(("adm_", 0)),), False, ("startswith",), 22
    )
    assert (b.condition, set(b.selections)) == (Selection("sel"), {"sel"})


def test_a_filter_may_negate(tmp_path: Path) -> None:
    rule = load(tmp_path, _filter("[a]", condition="not selection")).rules[0]
    assert rule.condition == And((Selection("sel"), Not(Selection("f.selection"))))


def test_several_filters(tmp_path: Path) -> None:
    text = _filter("[a]")
    second = text[len(RULES) :].replace("id: f", "id: g")
    rule = load(tmp_path, f"{text}---\n{second}").rules[0]
    assert set(rule.selections) == {"sel", "f.selection", "g.selection"}


def test_a_missing_rule_is_told(tmp_path: Path) -> None:
    found = load(tmp_path, _filter("[a, zzz]"))
    assert found.verdicts[2].state == "compiled"
    where = f"{tmp_path / 'r.yml'}:20:14: no rule has the id or name 'zzz'; load the file"
    assert found.verdicts[2].why.startswith(where)
    alone = load(tmp_path, _filter("[zzz]"))
    assert alone.verdicts[2].state == "invalid"
    assert "no rule has the id or name 'zzz'" in alone.verdicts[2].why


def test_a_logsource_that_does_not_cover_is_told(tmp_path: Path) -> None:
    found = load(tmp_path, _filter("[b]"))
    assert found.verdicts[2].state == "invalid"
    assert (
        "the logsource (product=windows) does not cover that of 'b' (product=linux); widen it"
        in found.verdicts[2].why
    )
    assert found.rules[1].condition == Selection("sel")
    none = load(tmp_path, _filter("any", "{product: macos}")).verdicts[2]
    assert (none.state, none.why) == (
        "compiled",
        "covers none of the loaded rules (product=macos)",
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  rules: [a]\n", "", "20:3: no rules; name the rules to filter, or write `rules: any`"),
        ("  condition: selection\n", "", "20:3: no condition; add one"),
        ("condition: selection", "condition: x", "24:14: no selection is named 'x' (column 1 of"),
        ("User|startswith", "User|starts", "22:10: the modifier 'starts' is not known; did you"),
        ("logsource: {product: windows}\nfilter", "filter", "16:1: no logsource; add a logsource"),
    ],
)
def test_wrong_filters(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = _filter("[a]")
    assert old in text
    found = load(tmp_path, text.replace(old, new)).verdicts[2]
    assert found.state == "invalid"
    assert f"{found.path}:{expected}" in found.why


def test_a_filter_may_need_values(tmp_path: Path) -> None:
    text = _filter("[a]").replace("User|startswith: adm_", "User|expand: '%admins%'")
    found = load(tmp_path, text)
    assert found.verdicts[2].state == "needs value"
    assert found.rules[0].condition == Selection("sel")
