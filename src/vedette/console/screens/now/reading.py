"""What the first page shows, read from the databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.console.screens.incidents.deeds import Deed, deed_of
from vedette.console.screens.incidents.queue import TacticName
from vedette.console.screens.incidents.ranking import Brief, ranking
from vedette.console.screens.incidents.standing import Tally, standing
from vedette.console.screens.now.activity import Activity, Counted
from vedette.console.screens.now.health import SourceHealth, sources
from vedette.console.table import Nothing
from vedette.response.recording import Entry

if TYPE_CHECKING:
    from vedette.console.seat import Seat

MOST: Final = 8
"""Incidents, and actions of a kind, on the first page."""
DAY: Final = 86_400_000_000
PRESSING: Final = frozenset({"critical", "high"})
RECORDS: Final = 2_000
_STATES: Final = (
    "shadow", "proposed", "refused", "intended", "applied", "ending", "failed", "expired", "undone",
)  # fmt: skip


class Need(msgspec.Struct, frozen=True):
    """Something that waits for a person: `grave` where it can't wait, and where to see to it."""

    words: str
    path: str
    grave: bool


class Matters(msgspec.Struct, frozen=True):
    """The most urgent open incidents, of `open`; `actions` by incident."""

    incidents: tuple[Brief, ...]
    actions: dict[str, Tally]
    tactics: tuple[TacticName, ...]
    open: int


class Doings(msgspec.Struct, frozen=True):
    """What became of actions in the last 24 hours, by their states now; those that wait, and the
    others that changed last."""

    counts: dict[str, int]
    waiting: tuple[Deed, ...]
    all_waiting: int
    recent: tuple[Deed, ...]


class Since(msgspec.Struct, frozen=True):
    """What changed since this person last said that all was seen (microseconds, 0: never)."""

    moment: int
    opened: tuple[Brief, ...]
    all_opened: int
    reopened: int
    done: int
    waiting: int
    would: int
    fallen_silent: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        return not (self.all_opened or self.reopened or self.done or self.waiting or self.would
                    or self.fallen_silent)  # fmt: skip


class Now(msgspec.Struct, frozen=True):
    """The first page. `needs` is empty where all is quiet."""

    needs: tuple[Need, ...]
    matters: Matters
    doings: Doings
    sources: tuple[SourceHealth, ...]
    since: Since
    activity: Activity


def read_now(seat: Seat, query: Nothing) -> Now:
    """Raises UnreadableError."""
    spoken = sources(seat.state, seat.now())
    return Now(
        needs_now(seat, spoken),
        matters_now(seat),
        _doings(seat.actions, seat.now()),
        spoken,
        _since(seat, spoken),
        seat.place.kept.of(Counted, Counted).read(seat.state, seat.now()),
    )


def matters_now(seat: Seat) -> Matters:
    """The part of it that all browsers share."""
    kept = ranking(seat)
    those = _open(seat)
    tallies = standing(seat)
    shown = those[:MOST]
    return Matters(
        shown,
        {brief.id: tallies[brief.id] for brief in shown if brief.id in tallies},
        tuple(TacticName(tactic.name, tactic.words) for tactic in kept.tactics.ordered),
        len(those),
    )


def needs_now(seat: Seat, spoken: Sequence[SourceHealth] | None = None) -> tuple[Need, ...]:
    """What waits for a person, the gravest first."""
    if spoken is None:
        spoken = sources(seat.state, seat.now())
    needs = []
    pressing = [brief for brief in _open(seat) if brief.band in PRESSING and not brief.verdict]
    if pressing:
        critical = sum(brief.band == "critical" for brief in pressing)
        count = len(pressing)
        words = f"{count} urgent incident{'s' if count > 1 else ''} nobody has judged"
        path = f"/incidents/{pressing[0].id}" if count == 1 else "/incidents?verdict=none"
        needs.append(Need(words, path, critical > 0))
    row = seat.actions.execute("SELECT count(*) FROM actions WHERE state = 'proposed'").fetchone()
    if row[0]:
        words = f"{row[0]} action{'s wait' if row[0] > 1 else ' waits'} for approval"
        needs.append(Need(words, "/actions", False))
    unwell = [each for each in spoken if not each.well]
    if unwell:
        first = unwell[0]
        words = (
            f"source {first.name} is {first.state}"
            if len(unwell) == 1
            else f"{len(unwell)} sources are silent, late or failed"
        )
        needs.append(Need(words, "/settings", False))
    return tuple(needs)


def _open(seat: Seat) -> tuple[Brief, ...]:
    ranked = ranking(seat).all(seat.state)
    return tuple(each.brief for each in ranked if each.brief.state == "open" and not each.low)


def _doings(actions: sqlite3.Connection, now: int) -> Doings:
    counts = _changed(actions, now - DAY)
    waiting = _newest(actions, ("proposed",), 0)
    recent = _newest(actions, tuple(state for state in _STATES if state != "proposed"), now - DAY)
    total = actions.execute("SELECT count(*) FROM actions WHERE state = 'proposed'").fetchone()
    return Doings(counts, waiting, int(total[0]), recent)


def _changed(actions: sqlite3.Connection, since: int) -> dict[str, int]:
    """How many actions are in each state, of those that changed since then."""
    marks = ",".join("?" * len(_STATES))
    rows = actions.execute(
        f"SELECT state, count(*) FROM actions WHERE state IN ({marks}) AND changed >= ? "  # noqa: S608 - only question marks are put in
        "GROUP BY state",
        (*_STATES, since),
    )
    return {str(state): int(count) for state, count in rows}


def _newest(actions: sqlite3.Connection, states: Sequence[str], since: int) -> tuple[Deed, ...]:
    found: list[Entry] = []
    for state in states:  # each by the index on state and time
        found += (
            msgspec.json.decode(blob, type=Entry)
            for (blob,) in actions.execute(
                "SELECT json FROM actions WHERE state = ? AND changed >= ? "
                "ORDER BY changed DESC LIMIT ?",
                (state, since, MOST),
            )
        )
    found.sort(key=lambda entry: (-entry.changed, entry.action.id))
    return tuple(map(deed_of, found[:MOST]))


def _since(seat: Seat, spoken: Sequence[SourceHealth]) -> Since:
    who = seat.known
    moment = 0 if who is None else who.person.preferences.last_visit or who.person.created
    opened: dict[str, None] = {}
    reopened: set[str] = set()
    for name, what, at in seat.state.execute(
        "SELECT incident, what, at FROM incident_records ORDER BY number DESC LIMIT ?", (RECORDS,)
    ):
        if at < moment:
            break
        if what in ("opened", "split"):
            opened[name] = None
        elif what == "reopened":
            reopened.add(name)
    kept = ranking(seat)
    ranked = {each.brief.id: each for each in kept.all(seat.state)}
    new = [ranked[name].brief for name in opened if name in ranked and not ranked[name].low]
    new.sort(key=lambda brief: (-brief.score, -brief.last))
    counts = _changed(seat.actions, moment)
    return Since(
        moment,
        tuple(new[:MOST]),
        len(new),
        len(reopened),
        counts.get("applied", 0) + counts.get("expired", 0) + counts.get("undone", 0),
        counts.get("proposed", 0),
        counts.get("shadow", 0),
        tuple(
            each.name
            for each in spoken
            if each.state == "silent" and (each.last or 0) + (each.silence or 0) >= moment
        ),
    )
