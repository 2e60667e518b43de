"""How many actions of each incident wait, stand or would have been done; kept between requests."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.store.reading import CHUNK

if TYPE_CHECKING:
    from vedette.console.seat import Seat

_COUNT: Final = (
    "SELECT incident, sum(state = 'proposed'), sum(state IN ('intended', 'applied', 'ending')), "
    "sum(state = 'shadow') FROM actions "
    "WHERE state IN ('proposed', 'intended', 'applied', 'ending', 'shadow') GROUP BY incident"
)


class Tally(msgspec.Struct, frozen=True):
    """Actions of an incident: `waiting` for a person, `standing` in the world, and those that
    `would` have been done (shadow)."""

    waiting: int = 0
    standing: int = 0
    would: int = 0


NONE: Final = Tally()


class Standing:
    """Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: tuple[object, ...] = ()
        self._tallies: Mapping[str, Tally] = {}

    def by_incident(
        self, state: sqlite3.Connection, actions: sqlite3.Connection
    ) -> Mapping[str, Tally]:
        """Tallies by the present names of incidents; those without actions are left out."""
        ledger = actions.execute("SELECT ledger FROM seen").fetchone()
        record = state.execute("SELECT max(number) FROM incident_records").fetchone()
        stamp = (ledger, record)
        with self._lock:
            if stamp != self._seen:
                self._tallies = _tallies(state, actions)
                self._seen = stamp
            return self._tallies


def standing(seat: Seat) -> Mapping[str, Tally]:
    """Tallies by the present names of incidents."""
    return seat.place.kept.of(Standing, Standing).by_incident(seat.state, seat.actions)


def _tallies(state: sqlite3.Connection, actions: sqlite3.Connection) -> dict[str, Tally]:
    counted = {str(row[0]): Tally(*row[1:]) for row in actions.execute(_COUNT)}
    roots = _roots(state, list(counted))
    found: dict[str, Tally] = {}
    for name, tally in counted.items():
        root = roots.get(name, name)
        before = found.get(root, NONE)
        found[root] = Tally(
            before.waiting + tally.waiting,
            before.standing + tally.standing,
            before.would + tally.would,
        )
    return found


def _roots(state: sqlite3.Connection, names: list[str]) -> dict[str, str]:
    roots: dict[str, str] = {}
    for begin in range(0, len(names), CHUNK):
        chunk = names[begin : begin + CHUNK]
        marks = ",".join("?" * len(chunk))
        roots.update(
            state.execute(
                f"SELECT id, root FROM incidents WHERE id IN ({marks})",  # noqa: S608 - only question marks are put in
                chunk,
            ).fetchall()
        )
    return roots
