"""The incidents of one firm, kept in the state database.

`IncidentBook.fold` is called with the new findings inside the transaction that stores them:
findings and incidents become true together. Before anything is done the book compares a token in
the database with the one it wrote last; where they differ (a transaction was rolled back, another
process did something for a person) it reads its state anew. So memory is never ahead of the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from vedette.incident.exceptions import ExceptionRule
from vedette.incident.fold import Folder
from vedette.incident.keeping import load, put_meta, save
from vedette.incident.kinds import Linking
from vedette.incident.knots import Summary
from vedette.incident.tables import prepare
from vedette.model.finding import Entity, Finding

UNSETTLED: Final = "-"
"""Equals none in the database: what was changed in memory counts once `settle` was through."""


class Change(msgspec.Struct, frozen=True):
    """What happened to an incident: `what` is opened, grew, merged (then `other` is the name that
    leads here now), split or reopened."""

    incident: str
    what: str
    other: str = ""


class IncidentBook:
    """One for each state database, used by one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, linking: Linking) -> None:
        """Open the book, making its tables where there are none. `connection` is the writing one,
        not in a transaction."""
        prepare(connection)
        self.linking = linking
        self._folder: Folder | None = None
        self._exceptions: dict[str, ExceptionRule] = {}
        self._token = ""

    def fold(
        self, connection: sqlite3.Connection, findings: Sequence[Finding], now: int
    ) -> list[Change]:
        """Take in new findings, inside the transaction that stores them. `now`: microseconds.

        Findings below the level the content file names, and those under an exception, open and
        join nothing; the latter are kept in a list of their own."""
        folder = self.begin(connection)
        hidden = []
        folds = {level: self.linking.folds(level) for level in {one.rule.level for one in findings}}
        for finding in findings:
            if not folds[finding.rule.level]:
                continue
            exception = self.hidden_by(finding) if self._exceptions else ""
            if exception:
                hidden.append((finding.id, exception))
            else:
                folder.take(finding, now)
        connection.executemany("INSERT OR IGNORE INTO incident_hidden VALUES (?, ?)", hidden)
        return self.settle(connection, folder, now)

    def observe(
        self, connection: sqlite3.Connection, seen: Iterable[tuple[Sequence[Entity], int]]
    ) -> None:
        """Learn from what is no finding (entities of an event, its time), inside a transaction."""
        folder = self.begin(connection)
        for entities, time in seen:
            folder.rarity.observe(entities, time)
        self.settle(connection, folder, 0)

    def hidden_by(self, finding: Finding) -> str:
        """The exception that covers a finding, "" where none does."""
        for name, exception in self._exceptions.items():
            if exception.hides(finding):
                return name
        return ""

    def begin(self, connection: sqlite3.Connection) -> Folder:
        """The folding state as of this transaction, to be changed and given to `settle`."""
        row = connection.execute("SELECT value FROM incident_meta WHERE name = 'token'").fetchone()
        token = "" if row is None else str(row[0])
        if self._folder is None or token != self._token:
            self._folder = load(connection, self.linking)
            self._exceptions = {
                str(name): msgspec.json.decode(blob, type=ExceptionRule)
                for name, blob in connection.execute(
                    "SELECT id, json FROM incident_exceptions WHERE removed IS NULL ORDER BY id"
                )
            }
        self._token = UNSETTLED
        return self._folder

    def settle(
        self,
        connection: sqlite3.Connection,
        folder: Folder,
        now: int,
        who: str = "",
        origin: str = "",
    ) -> list[Change]:
        """Write what changed. `who` did it, where it was a person; new incidents then were split
        from `origin`."""
        settled = folder.settle()
        changes: list[Change] = []
        for summary, names in settled.changed:
            changes += self._write(connection, summary, names, now, who, origin)
        save(connection, folder, settled)
        connection.executemany(
            "INSERT OR IGNORE INTO incident_late VALUES (?, ?)",
            [(finding, now) for finding in settled.late],
        )
        folder.shed()
        # Random: after a rollback two books may have written as often.
        row = connection.execute("SELECT lower(hex(randomblob(16)))").fetchone()
        self._token = str(row[0])
        put_meta(connection, {"token": self._token})
        return changes

    def invalidate(self) -> None:
        """Read the state anew before the next thing."""
        self._folder = None

    def _write(
        self,
        connection: sqlite3.Connection,
        summary: Summary,
        names: list[str],
        now: int,
        who: str,
        origin: str,
    ) -> list[Change]:
        states = {
            name: state
            for name in names
            for (state,) in connection.execute("SELECT state FROM incidents WHERE id = ?", (name,))
        }
        known = bool(states)
        was_closed = known and all(state == "closed" for state in states.values())
        connection.execute(
            "INSERT INTO incidents VALUES (?, ?, 'open', ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
            "SET root = excluded.root, state = 'open', first = excluded.first, "
            "last = excluded.last, count = excluded.count, summary = excluded.summary",
            (
                summary.id,
                summary.id,
                summary.first[0],
                summary.last,
                summary.count,
                msgspec.msgpack.encode(summary),
            ),
        )
        changes = []
        if origin:
            if summary.id != origin:
                changes.append(Change(summary.id, "split", origin))
        elif summary.id not in states:
            changes.append(Change(summary.id, "opened"))
        elif was_closed:
            changes.append(Change(summary.id, "reopened"))
        else:
            changes.append(Change(summary.id, "grew"))
        for name in sorted(states):
            if name != summary.id:
                connection.execute(
                    "UPDATE incidents SET root = ? WHERE root = ?", (summary.id, name)
                )
                connection.execute("UPDATE incidents SET state = 'merged' WHERE id = ?", (name,))
                changes.append(Change(summary.id, "merged", name))
        for change in changes:
            if change.what != "grew":
                record(connection, now, change.incident, change.what, who, change.other)
        return changes


def record(
    connection: sqlite3.Connection,
    at: int,
    incident: str,
    what: str,
    who: str = "",
    other: str = "",
    words: str = "",
) -> None:
    """Write down what happened to an incident. `who` is "" for Vedette itself."""
    connection.execute(
        "INSERT INTO incident_records (at, incident, what, who, other, words) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (at, incident, what, who, other, words),
    )
