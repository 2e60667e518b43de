"""Every incident with its priority, kept between requests: only what changed is computed again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.incident.assets import Assets, load_assets
from vedette.incident.knots import Summary
from vedette.incident.lines import highest
from vedette.incident.priority import Priority, prioritise
from vedette.incident.reading import tells
from vedette.incident.sentence import sentence
from vedette.incident.stages import Tactics, load_tactics
from vedette.incident.verdicts import verdict_counts
from vedette.model.instant import SECOND, rfc3339
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.console.place import Place
    from vedette.console.seat import Seat

MOST: Final = 20_000
"""Incidents that are ranked, those with the newest findings."""
HOUR: Final = 3_600 * SECOND
LONGEST_TEXT: Final = 4_000
"""Characters of an incident that the filter looks at: titles and names."""
_LIST: Final = (
    "SELECT i.id, i.state, i.first, i.last, i.count, length(i.summary), coalesce(v.verdict, '') "
    "FROM incidents i LEFT JOIN incident_verdicts v ON v.incident = i.id "
    "WHERE i.state IN ('open', 'closed') ORDER BY i.last DESC LIMIT ?"
)

Counts = Mapping[str, tuple[int, int, int]]


class Reached(msgspec.Struct, frozen=True):
    """A stage of an attack that an incident shows, by its ATT&CK tactic."""

    tactic: str
    words: str
    findings: int
    first: int


class Brief(msgspec.Struct, frozen=True):
    """An incident in a list. `score` (0 to 100) orders, `band` is critical, high, medium or low,
    `certainty` a probability. Times are microseconds since the epoch, UTC. `stages` are in the
    order of an attack, `assets` the firm's listed things it touches, the most critical first.
    `verdict` is true, false, benign or "" where nobody judged it; `level` the highest of its
    findings."""

    id: str
    state: str
    verdict: str
    score: float
    band: str
    certainty: float
    sentence: str
    first: int
    last: int
    findings: int
    rules: int
    level: str
    stages: tuple[Reached, ...]
    assets: tuple[str, ...]
    protected: bool

    @property
    def since(self) -> str:
        """A little before its first observable, for a search of stored events."""
        return rfc3339(self.first - HOUR)[:19] + "Z"


class Ranked(msgspec.Struct, frozen=True):
    """What is kept of an incident. `text` is what a filter looks for, in lower case; `low` where
    it is of those that nobody is told of; `grounds` are its rules' verdicts when it was rated."""

    brief: Brief
    text: str
    low: bool
    stamp: tuple[object, ...]


class Ranking:
    """Any thread may call."""

    def __init__(self, place: Place) -> None:
        """Raises ConfigError, UnreadableError where the lists that priorities rest on can't be
        read."""
        listed = place.config.response.assets
        self.assets: Assets = load_assets(listed) if listed else Assets()
        self.tactics: Tactics = load_tactics()
        self._lock = Lock()
        self._seen: tuple[object, ...] = ()
        self._counts: Counts = {}
        self._ranked: dict[str, Ranked] = {}
        self._ordered: tuple[Ranked, ...] = ()
        self._older = 0

    def all(self, state: sqlite3.Connection) -> tuple[Ranked, ...]:
        """Every open or closed incident, the most urgent first."""
        stamp = _stamp(state)
        with self._lock:
            if stamp != self._seen:
                self._refresh(state)
                self._seen = stamp
            return self._ordered

    def older(self) -> int:
        """How many incidents there are that are not ranked."""
        return self._older

    def brief(self, state: sqlite3.Connection, name: str) -> Brief | None:
        """One of them by its present name."""
        self.all(state)
        found = self._ranked.get(name)
        return None if found is None else found.brief

    def rate(self, state: sqlite3.Connection, summary: Summary) -> Priority:
        """The priority of one incident with all its grounds, as they are shown."""
        rated = prioritise(summary, self.tactics, self.assets, verdict_counts(state))
        grounds = [
            msgspec.structs.replace(each, title=visible(each.title)) for each in rated.grounds
        ]
        return msgspec.structs.replace(rated, grounds=grounds)

    def _refresh(self, state: sqlite3.Connection) -> None:
        counts = verdict_counts(state)
        known, ranked = self._ranked, {}
        # Which rules' verdicts are others now: priorities of other incidents stay as they are.
        changed = {
            rule for rule in {*counts, *self._counts} if counts.get(rule) != self._counts.get(rule)
        }
        touched = {
            incident
            for rule in changed
            for incident, before in known.items()
            if f"\n{rule.lower()}\n" in before.text
        }
        for row in state.execute(_LIST, (MOST,)):
            name, row_stamp = str(row[0]), tuple(row)
            before = known.get(name)
            if before is None or before.stamp != row_stamp or name in touched:
                before = self._rank(state, row_stamp, counts)
            ranked[name] = before
        self._ranked, self._counts = ranked, counts
        self._ordered = tuple(sorted(ranked.values(), key=lambda each: order_of(each.brief)))
        total = state.execute("SELECT count(*) FROM incidents WHERE state != 'merged'").fetchone()
        self._older = int(total[0]) - len(ranked)

    def _rank(self, state: sqlite3.Connection, stamp: tuple[object, ...], counts: Counts) -> Ranked:
        name = str(stamp[0])
        row = state.execute("SELECT summary FROM incidents WHERE id = ?", (name,)).fetchone()
        summary = msgspec.msgpack.decode(row[0], type=Summary)
        priority = prioritise(summary, self.tactics, self.assets, counts)
        brief = brief_of(summary, priority, str(stamp[1]), str(stamp[6]))
        return Ranked(brief, _text(summary), not tells(summary), stamp)


def brief_of(summary: Summary, priority: Priority, state: str, verdict: str) -> Brief:
    """An incident in a line."""
    return Brief(
        summary.id,
        state,
        verdict,
        round(priority.score, 1),
        priority.band,
        priority.certainty,
        sentence(summary, priority.stages),
        summary.first[0],
        summary.last,
        summary.count,
        len(summary.lines),
        highest(*(line.level for line in summary.lines)),
        tuple(Reached(one.tactic, one.words, one.count, one.first) for one in priority.stages),
        tuple(visible(asset.name) for asset in priority.assets),
        priority.protected,
    )


def order_of(brief: Brief) -> tuple[float, int, str]:
    """The key that sorts the most urgent first."""
    return (-brief.score, -brief.last, brief.id)


def ranking(seat: Seat) -> Ranking:
    """That of this console."""
    return seat.place.kept.of(Ranking, lambda: Ranking(seat.place))


def _stamp(state: sqlite3.Connection) -> tuple[object, ...]:
    """Another one after each change of incidents, their states or verdicts."""
    token = state.execute("SELECT value FROM incident_meta WHERE name = 'token'").fetchone()
    record = state.execute("SELECT max(number) FROM incident_records").fetchone()
    return (None if token is None else token[0], record[0])


def _text(summary: Summary) -> str:
    """Rule ids stand on lines of their own, so that all of them are found again."""
    rules = [f"{line.rule}\n{line.title}" for line in summary.lines]
    names = [f"{kind} {value}" for kind, values in summary.entities.items() for value in values]
    text = "\n".join(["", *rules, summary.id, ""])
    return (text + "\n".join(names)[:LONGEST_TEXT]).lower()
