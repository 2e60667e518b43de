"""Incidents read from the state database, by any process."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from vedette.incident.keeping import read_summary
from vedette.incident.knots import Summary
from vedette.incident.priority import Priority
from vedette.model.errors import VedetteError
from vedette.model.finding import LEVELS, Finding

MOST_LISTED: Final = 1_000
OPENS: Final = "medium"
"""The level that one finding of an incident must have for people to be told of it."""
SHORTEST_PREFIX: Final = 4


class UnknownIncidentError(VedetteError, KeyError):
    """No incident has this name, or more than one begins so."""

    def __str__(self) -> str:
        return str(self.args[0])


class Incident(msgspec.Struct, frozen=True):
    """An incident and its state: open or closed."""

    state: str
    summary: Summary


class Record(msgspec.Struct, frozen=True):
    """What happened to an incident, when (microseconds), and by whom ("": Vedette itself)."""

    number: int
    at: int
    incident: str
    what: str
    who: str
    other: str
    words: str


def present_name(connection: sqlite3.Connection, given: str) -> str:
    """The name an incident has now: of a former name, or of the beginning of one (at least four
    characters). Raises UnknownIncidentError."""
    rows = connection.execute(
        "SELECT DISTINCT root FROM incidents WHERE id >= ? AND id < ? LIMIT 2",
        (given, given + "\U0010ffff") if len(given) >= SHORTEST_PREFIX else (given, given + "\0"),
    ).fetchall()
    if len(rows) == 1:
        return str(rows[0][0])
    what = "more than one incident begins so; give more of it" if rows else "is no incident"
    raise UnknownIncidentError(f"{given}: {what}; `vedette incidents list` shows the names")


def former_names(connection: sqlite3.Connection, incident: str) -> list[str]:
    """The names that an incident had, and those of the incidents that were united with it."""
    rows = connection.execute(
        "SELECT id FROM incidents WHERE root = ? AND id != ? ORDER BY id LIMIT ?",
        (incident, incident, MOST_LISTED),
    )
    return [str(name) for (name,) in rows]


def read_incident(connection: sqlite3.Connection, given: str) -> Incident:
    """Raises UnknownIncidentError."""
    name = present_name(connection, given)
    row = connection.execute("SELECT state FROM incidents WHERE id = ?", (name,)).fetchone()
    return Incident(str(row[0]), read_summary(connection, name))


def list_incidents(
    connection: sqlite3.Connection,
    states: Sequence[str] = ("open",),
    since: int = -(1 << 62),
    most: int = MOST_LISTED,
    least: str = OPENS,
) -> list[Incident]:
    """Incidents in these states with findings since then, the newest first. Those of which no
    finding has the level `least` are left out."""
    marks = ",".join("?" * len(states))
    rows = connection.execute(
        f"SELECT state, summary FROM incidents WHERE state IN ({marks}) AND last >= ? "  # noqa: S608 - only question marks are put in
        "ORDER BY last DESC, id",
        (*states, since),
    )
    found = (Incident(state, msgspec.msgpack.decode(blob, type=Summary)) for state, blob in rows)
    return list(islice((one for one in found if tells(one.summary, least)), most))


def tells(summary: Summary, least: str = OPENS) -> bool:
    """Whether it is for people to look at: one of its findings has this level at least. What is
    less is kept, and told of once more joins it: alone it is the noise that everybody hears."""
    enough = LEVELS[LEVELS.index(least) :]
    return any(line.level in enough or line.level not in LEVELS for line in summary.lines)


def noticed(incident: Incident, priority: Priority, told: Collection[str] = ()) -> bool:
    """Whether it is a notice: no incident yet, with which nobody is bothered. Where more joins it,
    it becomes one by itself. What people were `told` of (the names of incidents) is none."""
    if incident.summary.id in told:
        return False
    return priority.notice or not tells(incident.summary)


def present_names(connection: sqlite3.Connection, former: Iterable[str]) -> frozenset[str]:
    """The names that incidents have now which had these."""
    found = set()
    for name in former:
        row = connection.execute("SELECT root FROM incidents WHERE id = ?", (name,)).fetchone()
        if row is not None:
            found.add(str(row[0]))
    return frozenset(found)


def members(connection: sqlite3.Connection, incident: str) -> Iterator[str]:
    """The ids of all findings of an incident, by its present name."""
    for (finding,) in connection.execute(
        "SELECT m.finding FROM incidents i JOIN incident_members m ON m.incident = i.id "
        "WHERE i.root = ? ORDER BY m.finding",
        (incident,),
    ):
        yield finding


def findings_of(connection: sqlite3.Connection, incident: str, most: int = -1) -> Iterator[Finding]:
    """The stored findings of an incident in event time, the earliest first."""
    decoder = msgspec.json.Decoder(Finding)
    for (blob,) in connection.execute(
        "SELECT f.json FROM incidents i JOIN incident_members m ON m.incident = i.id "
        "JOIN findings f ON f.id = m.finding WHERE i.root = ? ORDER BY f.time, f.id LIMIT ?",
        (incident, most),
    ):
        yield decoder.decode(blob)


def incident_of(connection: sqlite3.Connection, finding: str) -> str:
    """The present name of the incident a finding belongs to; "" where it belongs to none."""
    row = connection.execute(
        "SELECT i.root FROM incident_members m JOIN incidents i ON i.id = m.incident "
        "WHERE m.finding = ?",
        (finding,),
    ).fetchone()
    return "" if row is None else str(row[0])


def records_of(connection: sqlite3.Connection, incident: str) -> list[Record]:
    """All that happened to an incident and to those that merged into it, in order."""
    rows = connection.execute(
        "SELECT r.number, r.at, r.incident, r.what, r.who, r.other, r.words FROM incidents i "
        "JOIN incident_records r ON r.incident = i.id WHERE i.root = ? ORDER BY r.number",
        (incident,),
    )
    return [Record(*row) for row in rows]
