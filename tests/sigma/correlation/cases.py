"""Correlations and matches to test with."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from vedette.model.finding import Entity, EventRef, Evidence
from vedette.sigma.correlation import Match
from vedette.sigma.ir import (
    And,
    AtLeast,
    Correlation,
    CorrelationCondition,
    Expr,
    Not,
    Or,
    Selection,
)

SECOND = 1_000_000
MINUTE = 60 * SECOND
T0 = 1_795_000_000 * SECOND
"""A day in November 2026."""


def correlation(kind: str, rules: str | Sequence[str] = "a", **given: Any) -> Correlation:
    """A correlation; `rules` are letters, `timespan` is in seconds, bounds are keywords."""
    compare = tuple(
        (op, float(given.pop(op))) for op in ("gt", "gte", "lt", "lte", "eq", "neq") if op in given
    )
    condition = CorrelationCondition(
        compare=compare,
        field=given.pop("field", ()),
        percentile=given.pop("percentile", None),
        expression=given.pop("expression", None),
    )
    plain: dict[str, Any] = {
        "title": "Test",
        "level": "high",
        "status": "test",
        "author": "A",
        "licence": "Apache-2.0",
        "path": "rule.yml",
        "line": 1,
        "group_by": ("User",),
    }
    seconds = given.pop("timespan", 10)
    id_ = given.pop("id", kind)
    return Correlation(
        id=id_,
        kind=kind,
        rules=tuple(rules),
        timespan=seconds * SECOND,
        condition=condition,
        **(plain | given),
    )


def match(rule: str, seconds: float, user: str = "bob", name: str = "", **values: Any) -> Match:
    """A match of an event `seconds` after T0; one event per time unless it has a name. Values are
    a text or a tuple of texts."""
    texts = {"User": user} | values
    key = hashlib.blake2b(f"{seconds}{name}".encode(), digest_size=16).hexdigest()
    place = f"line {name or seconds}"
    return Match(
        rule=rule,
        time=T0 + round(seconds * SECOND),
        ref=EventRef("log", place, key),
        values={
            field: text if isinstance(text, tuple) else (text,)
            for field, text in texts.items()
            if text
        },
        entities=tuple(Entity("account", part) for part in (user,) if part),
        evidence=(Evidence("CommandLine", f"cmd {rule}", 4, 5, "selection"),),
    )


def names(*rules: str) -> tuple[Selection, ...]:
    return tuple(Selection(rule) for rule in rules)


A, B, C = names("a", "b", "c")
_POSITIVE: Expr = Or((And((A, B)), C))
_TWO: Expr = AtLeast(2, (A, B, C))

EVERY_KIND: tuple[Correlation, ...] = (
    correlation("event_count", "a", gte=3),
    correlation("event_count", "ab", id="count-ab", gt=2),
    correlation("event_count", "a", id="count-range", gte=2, lte=3),
    correlation("event_count", "b", id="count-few", lt=3),
    correlation("event_count", "c", id="count-not", neq=2),
    correlation("event_count", "abc", id="count-all", gte=4, group_by=()),
    correlation("value_count", "ab", gte=3, field=("Target",)),
    correlation("value_count", "ab", id="pairs", gte=3, field=("Target", "Bytes")),
    correlation("value_count", "a", id="values-exactly", eq=2, field=("Target",)),
    correlation("value_sum", "ab", gt=10, field=("Bytes",)),
    correlation("value_sum", "ab", id="sum-low", lte=4, field=("Bytes",)),
    correlation("value_avg", "ab", gte=4, field=("Bytes",)),
    correlation("value_percentile", "ab", gte=6, percentile=90, field=("Bytes",)),
    correlation("value_percentile", "abc", id="rare", lte=25, field=("Target",)),
    correlation("temporal", "abc"),
    correlation("temporal", "abc", id="two-of", gte=2, group_by=("User", "Target")),
    correlation("temporal", "abc", id="one-only", lt=2),
    correlation("temporal", "abc", id="either", expression=_POSITIVE),
    correlation("temporal", "ab", id="without", expression=And((A, Not(B)))),
    correlation("temporal_ordered", "abc"),
    correlation("temporal_ordered", "aba", id="back", timespan=4),
    correlation("temporal_ordered", "abc", id="some-order", gte=2),
    correlation("temporal_ordered", "cab", id="order-or", expression=_POSITIVE),
    correlation("temporal_ordered", "bca", id="order-two", expression=_TWO),
    correlation("temporal_ordered", "abc", id="order-without", expression=And((A, B, Not(C)))),
    correlation("chained", "abc", timespan=3),
    correlation("chained", "ab", id="alias", group_by=("who",), aliases={"who": {"b": "Target"}}),
    # correlations of correlations
    correlation("temporal_ordered", ("event_count", "b"), id="outer", timespan=6),
    correlation("event_count", ("event_count", "count-few"), id="outer-count", gte=2, timespan=30),
    correlation("chained", ("inner", "a"), id="other-group", group_by=("Target",)),
    correlation("event_count", "b", id="inner", gte=2, generate=False),
    correlation("value_count", ("count-few", "pairs"), id="third", gte=1, field=("Target",)),
    correlation("temporal", ("third", "outer-count"), id="fourth", timespan=40),
)


@st.composite
def matches(draw: st.DrawFn, most: int = 14) -> list[Match]:
    """Matches of the rules a, b, c: close together, with equal times, events that fit several
    rules, several and absent values."""
    found: list[Match] = []
    user = st.sampled_from(["bob", "bob", "BOB", "eve", ("bob", "eve"), ""])
    target = st.sampled_from(["x", "y", "X", "z", "bob", ("x", "bob"), ""])
    size = st.sampled_from(["1", "2", "5", "-3", "9", "none", ("4", "7"), ""])
    for index in range(draw(st.integers(0, most))):
        seconds = draw(st.integers(0, 40))
        rules = draw(st.sampled_from(["a", "b", "c", "ab", "bc", "abc", "a", "b"]))
        who, what, much = draw(user), draw(target), draw(size)
        for rule in rules:
            made = match(rule, seconds, "x", f"{index}", User=who, Target=what, Bytes=much)
            found.append(made)
    return found
