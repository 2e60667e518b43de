"""Rules as text: one whole rule, one whole correlation, and every pattern in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from vedette.sigma.dump import dump_expression, dump_pattern, dump_rule
from vedette.sigma.ir import (
    And,
    AtLeast,
    Cidr,
    Compare,
    Exists,
    FieldRef,
    Null,
    Or,
    Pattern,
    Regex,
    Selection,
    Text,
    TimePart,
)
from vedette.sigma.load import load_rules

TEXT = """\
title: Whoami
id: w
level: low
logsource: {product: windows, category: process_creation}
detection:
  sel:
    Image|endswith: '\\whoami.exe'
    CommandLine|contains|all: [a, b]
  words: [x, 'y*']
  condition: sel and not words
---
title: Often
id: o
level: high
correlation:
  type: value_count
  rules: [w]
  group-by: [host]
  timespan: 90m
  aliases: {host: {w: Computer}}
  condition: {field: User, gte: 3, lt: 9}
---
title: Chain
id: c
correlation:
  type: chained
  rules: [w, o]
  timespan: 1d
  condition: w or o
"""


def test_a_rule_and_correlations(tmp_path: Path) -> None:
    path = tmp_path / "r.yml"
    path.write_text(TEXT)
    loaded = load_rules([path])
    assert [v.why for v in loaded.verdicts if v.why] == []
    assert (
        dump_rule(loaded.rules[0])
        == f"""\
Whoami (w)
level low, {path}:1
gives no findings of its own: a correlation uses it
logsource: product=windows, category=process_creation
condition:
  all of
    sel
    not
      words
sel:
  all of
    Image ends with '\\\\whoami.exe'
    CommandLine all of
      contains 'a'
      contains 'b'
words:
  anywhere any of
    contains 'x'
    contains 'y'"""
    )
    often, chain = map(dump_rule, loaded.correlations)
    assert (
        often
        == f"""\
Often (o)
level high, {path}:12
gives no findings of its own: a correlation uses it
value_count within 90m
rules:
  w
group by: host
host:
  Computer of w
condition: User >= 3 and < 9"""
    )
    assert (
        chain
        == f"""\
Chain (c)
level high, {path}:23
chained within 1d from each rule to the next
rules:
  w
  o
condition:
  any of
    w
    o"""
    )


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (Text(()), "is empty"),
        (Text((0,)), "is there"),
        (Text((1,)), "is one character"),
        (Text(("a",), cased=True), "equals 'a' (case-sensitive)"),
        (Text(("a", 0)), "starts with 'a'"),
        (Text((0, "a")), "ends with 'a'"),
        (Text((0, "a", 0)), "contains 'a'"),
        (Text(("a", 0, "b", 1)), "is like 'a' * 'b' ?"),
        (Text((1, "a", 1)), "is like ? 'a' ?"),
        (Regex("a.c", "i"), "matches /a.c/i"),
        (Cidr("10.0.0.0/8"), "in 10.0.0.0/8"),
        (Compare("gte", 5.0), ">= 5"),
        (Compare("lt", 1234567890.5), "< 1234567890.5"),
        (Null(), "is absent or null"),
        (Exists(True), "exists"),
        (Exists(False), "does not exist"),
        (FieldRef("G"), "equals the field G"),
        (FieldRef("G", "endswith", True), "endswith the field G (case-sensitive)"),
        (TimePart("hour", 3), "hour is 3"),
    ],
)
def test_patterns(pattern: Pattern, expected: str) -> None:
    assert dump_pattern(pattern) == expected


def test_groups() -> None:
    a, b = Selection("a"), Selection("b")
    assert dump_expression(And(())) == ["always"]
    assert dump_expression(Or(())) == ["never"]
    assert dump_expression(AtLeast(2, (a, b)), 1) == ["  at least 2 of", "    a", "    b"]
