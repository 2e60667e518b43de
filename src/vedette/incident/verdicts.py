"""What people said incidents were, and how right each rule has been.

*true*: an attack. *false*: the rule was wrong. *benign*: the rule was right about what happened,
and it was allowed. A rule's precision is the share of its judged incidents that were attacks,
starting from what its level promises: the level counts as `PRIOR_WEIGHT` verdicts.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Final, Literal

import msgspec

from vedette.incident.beta import quantile
from vedette.incident.knots import Summary

Verdict = Literal["true", "false", "benign"]

PROMISE: Final = {
    "informational": 0.02,
    "low": 0.1,
    "medium": 0.3,
    "high": 0.6,
    "critical": 0.85,
}
"""The share of incidents with a rule of this level that are attacks, unmeasured: judgements."""
PRIOR_WEIGHT: Final = 4.0


class Precision(msgspec.Struct, frozen=True):
    """A rule's verdicts and what follows: the mean of the posterior and its middle 90 %."""

    true: int
    false: int
    benign: int
    mean: float
    low: float
    high: float


def note_verdict(
    connection: sqlite3.Connection, incident: str, verdict: Verdict, who: str, now: int
) -> None:
    """Write a verdict down for the rules the incident has now."""
    connection.execute(
        "INSERT OR REPLACE INTO incident_verdicts VALUES (?, ?, ?, ?)",
        (incident, verdict, who, now),
    )
    row = connection.execute("SELECT summary FROM incidents WHERE id = ?", (incident,)).fetchone()
    summary = msgspec.msgpack.decode(row[0], type=Summary)
    connection.execute("DELETE FROM incident_verdict_rules WHERE incident = ?", (incident,))
    connection.executemany(
        "INSERT INTO incident_verdict_rules VALUES (?, ?)",
        [(incident, line.rule) for line in summary.lines],
    )


def verdict_counts(connection: sqlite3.Connection) -> dict[str, tuple[int, int, int]]:
    """For each rule, in how many judged incidents it was: (true, false, benign)."""
    found: dict[str, list[int]] = {}
    for rule, verdict, count in connection.execute(
        "SELECT r.rule, v.verdict, count(*) FROM incident_verdict_rules r "
        "JOIN incident_verdicts v ON v.incident = r.incident GROUP BY r.rule, v.verdict"
    ):
        counts = found.setdefault(rule, [0, 0, 0])
        counts[("true", "false", "benign").index(verdict)] += count
    return {rule: (each[0], each[1], each[2]) for rule, each in found.items()}


@lru_cache(maxsize=4096)  # the two quantiles take a millisecond
def precision(level: str, counts: tuple[int, int, int] = (0, 0, 0)) -> Precision:
    """How right a rule of this level has been, by its verdicts."""
    promise = PROMISE.get(level, PROMISE["informational"])
    true, false, benign = counts
    a = promise * PRIOR_WEIGHT + true
    b = (1 - promise) * PRIOR_WEIGHT + false + benign
    return Precision(true, false, benign, a / (a + b), quantile(a, b, 0.05), quantile(a, b, 0.95))
