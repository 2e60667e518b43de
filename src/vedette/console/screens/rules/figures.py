"""What came of each rule: its findings, what exceptions hid of them, what people said."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

import msgspec

from vedette.incident.kinds import DAY
from vedette.incident.verdicts import verdict_counts
from vedette.model.finding import Finding, RuleRef

FRESH: Final = 30_000_000
"""Microseconds that figures are kept where nothing was found since: time alone moves them."""

_HITS: Final = (
    "SELECT rule_id, sum(time >= ?1), sum(time >= ?2), count(*), max(time) "
    "FROM findings INDEXED BY findings_rule WHERE time >= ?3 GROUP BY rule_id"
)
_STAMP: Final = (
    "SELECT (SELECT max(rowid) FROM findings), (SELECT count(*) FROM incident_exceptions), "
    "(SELECT count(removed) FROM incident_exceptions), (SELECT max(number) FROM incident_records)"
)


class Hits(msgspec.Struct, frozen=True):
    """Findings in the last 24 hours, 7 and 30 days, and the time of the last of these."""

    day: int = 0
    week: int = 0
    month: int = 0
    last: int | None = None


NO_HITS: Final = Hits()


@dataclass(frozen=True, slots=True)
class Figures:
    """By rule id. `verdicts` counts judged incidents: true, false, benign."""

    hits: Mapping[str, Hits]
    hidden: Mapping[str, int]
    verdicts: Mapping[str, tuple[int, int, int]]


class FigureBook:
    """The figures, counted again when something was found, hidden or said. Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamp: tuple[object, ...] = ()
        self._at = 0
        self._figures: Figures | None = None
        self._strangers: dict[str, RuleRef] = {}

    def now(self, state: sqlite3.Connection, now: int) -> Figures:
        """As of `now` (microseconds)."""
        stamp = tuple(state.execute(_STAMP).fetchone())
        with self._lock:
            old = self._figures is None or not 0 <= now - self._at < FRESH
            if old or stamp != self._stamp or self._figures is None:
                self._figures = figures(state, now)
                self._stamp, self._at = stamp, now
            return self._figures

    def credit(self, state: sqlite3.Connection, rule_id: str) -> RuleRef | None:
        """What findings say of a rule that is in no file; None where nothing was found by it."""
        with self._lock:
            known = self._strangers.get(rule_id)
        if known is None:
            row = state.execute(
                "SELECT json FROM findings WHERE rule_id = ? ORDER BY time DESC LIMIT 1", (rule_id,)
            ).fetchone()
            if row is None:
                return None
            known = msgspec.json.decode(row[0], type=Finding).rule
            with self._lock:
                if len(self._strangers) < 10_000:
                    self._strangers[rule_id] = known
        return known


def figures(state: sqlite3.Connection, now: int) -> Figures:
    """Counted from the database."""
    rows = state.execute(_HITS, (now - DAY, now - 7 * DAY, now - 30 * DAY)).fetchall()
    hidden = state.execute(
        "SELECT f.rule_id, count(*) FROM incident_hidden h JOIN findings f ON f.id = h.finding "
        "GROUP BY f.rule_id"
    ).fetchall()
    return Figures(
        {str(name): Hits(day, week, month, last) for name, day, week, month, last in rows},
        {str(name): int(count) for name, count in hidden},
        verdict_counts(state),
    )
