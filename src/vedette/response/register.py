"""How far each action has got, kept between runs. The ledger has the word; this is its index."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import Any, Final

import msgspec

from vedette.model.action import State
from vedette.model.errors import RefusedError, UnreadableError
from vedette.response.recording import KIND, Entry, Ledger, as_written, may_follow
from vedette.store.database import make_private
from vedette.store.held import Held

NAME: Final = "actions.db"
REREAD: Final = 1000
"""Entries of other kinds behind the newest of an action that each start may read again."""

_log = logging.getLogger(__name__)
_DECODER: Final = msgspec.json.Decoder(Entry)
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS actions (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, changed INTEGER NOT NULL,
        incident TEXT NOT NULL, json BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS actions_state ON actions (state, changed);
    CREATE TABLE IF NOT EXISTS seen (one INTEGER PRIMARY KEY CHECK (one = 1), ledger INTEGER);
"""


class Register:
    """The actions of one data folder, for the one process that carries them out.

    Each change is in the ledger, durably, before it is here; what a crash left only in the ledger
    is taken over by `catch_up`. Any thread may call.
    """

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        """Open or create it. Raises UnreadableError."""
        self._ledger = ledger
        self._lock = RLock()
        self._late: dict[str, tuple[int, Entry]] = {}
        self._path = folder / NAME
        self._connection = _opened(self._path)
        self._held = Held(self._path)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def look_after(self) -> bool:
        """Put the file back where somebody took it away, and say whether that was so. Raises
        LostError where another was put in its place, OSError and sqlite3.Error where the disk
        refuses."""
        with self._lock:
            if not self._held.restored(self._connection):
                return False
            self._connection.close()
            self._connection = _opened(self._path)
            self._held = Held(self._path)
        return True

    def seen(self) -> int:
        """The index of the newest ledger entry that is here; -1 where there is none."""
        with self._lock:
            row = self._connection.execute("SELECT ledger FROM seen").fetchone()
        return -1 if row is None else int(row[0])

    def catch_up(self, written: Iterable[tuple[int, str, Mapping[str, Any]]]) -> int:
        """Take over ledger entries behind `seen()` (index, kind, what). How many were of actions.

        Raises msgspec.ValidationError for an entry of an action that says something else.
        """
        taken = 0
        before = newest = self.seen()
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                for index, kind, what in written:
                    newest = index
                    if kind == KIND:
                        self._keep(index, msgspec.convert(what, Entry))
                        taken += 1
                if newest - before > REREAD:
                    self._see(newest)
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
        return taken

    def write(self, entry: Entry) -> Entry:
        """Write down where an action has got. Durable when it returns; the entry.

        Raises RefusedError where that may not follow what is known of it, and what the ledger
        raises (a full disk), with nothing changed.
        """
        self.write_many([entry])
        return entry

    def write_many(self, entries: Sequence[Entry]) -> None:
        """As `write`, of different actions, all or none of them."""
        with self._lock:
            for entry in entries:
                before = self.find(entry.action.id)
                if not may_follow(None if before is None else before.state, entry.state):
                    known = "unknown" if before is None else before.state
                    raise RefusedError(
                        f"action {entry.action.id}: it is {known} and can't become {entry.state}"
                    )
            written = [(KIND, entry.who, as_written(entry)) for entry in entries]
            if len(written) == 1:
                first = self._ledger.append(*written[0])
            else:
                first = self._ledger.append_many(written).start
            for index, entry in enumerate(entries, first):
                self._late[entry.action.id] = (index, entry)
            self._take_over_late()

    def find(self, action: str) -> Entry | None:
        """By its id."""
        with self._lock:
            late = self._late.get(action)
            if late is not None:
                return late[1]
            row = self._connection.execute(
                "SELECT json FROM actions WHERE id = ?", (action,)
            ).fetchone()
        return None if row is None else _DECODER.decode(row[0])

    def first_named(self, incidents: Collection[str]) -> str | None:
        """Of these incidents the one for which an action was decided first; None where none was."""
        with self._lock:
            self._take_over_late()
            found = of_incidents(self._connection, incidents)
            found += [
                entry for _, entry in self._late.values() if entry.action.incident in incidents
            ]
        first = min(found, key=lambda each: (each.action.decided, each.action.id), default=None)
        return None if first is None else first.action.incident

    def in_states(self, states: Iterable[State]) -> list[Entry]:
        """All in these states, longest unchanged first."""
        given = sorted(states)
        marks = ",".join("?" * len(given))
        with self._lock:
            self._take_over_late()
            rows = self._connection.execute(
                f"SELECT json FROM actions WHERE state IN ({marks}) ORDER BY changed, id",  # noqa: S608  # question marks alone
                given,
            ).fetchall()
            late = dict(self._late)
        found = [_DECODER.decode(row[0]) for row in rows]
        if not late:
            return found
        newer = [entry for _, entry in late.values() if entry.state in given]
        return [*(each for each in found if each.action.id not in late), *newer]

    def _take_over_late(self) -> None:
        """Write here what so far is in the ledger alone: the disk may have been full since. Until
        then it is answered from memory, and after a crash it is taken from the ledger."""
        if not self._late:
            return
        try:
            self._connection.execute("BEGIN")
            for index, entry in sorted(self._late.values(), key=lambda each: each[0]):
                self._keep(index, entry)
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            _log.debug("actions not indexed yet: %s", error)
            return
        self._late.clear()

    def _keep(self, index: int, entry: Entry) -> None:
        action = entry.action
        self._connection.execute(
            "INSERT OR REPLACE INTO actions VALUES (?, ?, ?, ?, ?)",
            (action.id, entry.state, entry.changed, action.incident, msgspec.json.encode(entry)),
        )
        self._see(index)

    def _see(self, index: int) -> None:
        self._connection.execute("INSERT OR REPLACE INTO seen VALUES (1, ?)", (index,))


def _opened(path: Path) -> sqlite3.Connection:
    make_private(path)
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # the ledger is the durable one
            connection.executescript(_TABLES)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise UnreadableError(
            f"{path}: no register of actions ({error}); remove it: it is made anew from the ledger"
        ) from error
    return connection


def of_incidents(connection: sqlite3.Connection, incidents: Collection[str]) -> list[Entry]:
    """All of these incidents, longest unchanged first."""
    marks = ",".join("?" * len(incidents))
    rows = connection.execute(
        f"SELECT json FROM actions WHERE incident IN ({marks}) ORDER BY changed, id",  # noqa: S608  # question marks alone
        sorted(incidents),
    ).fetchall()
    return [_DECODER.decode(row[0]) for row in rows]


def told(connection: sqlite3.Connection) -> set[str]:
    """The incidents that people were told of (or would have been), by the names they had then."""
    rows = connection.execute(
        "SELECT DISTINCT incident FROM actions WHERE json_extract(json, '$.action.kind') = 'tell'"
    )
    return {str(incident) for (incident,) in rows}


def one(connection: sqlite3.Connection, name: str) -> list[Entry]:
    """The action whose id begins so; two where it is not clear which."""
    rows = connection.execute(
        "SELECT json FROM actions WHERE id >= ? AND id < ? LIMIT 2", (name, name + "\U0010ffff")
    ).fetchall()
    return [_DECODER.decode(row[0]) for row in rows]


def recent(connection: sqlite3.Connection, states: Sequence[str], most: int) -> list[Entry]:
    """Those in these states (all where there are none), the last changed first."""
    marks = ",".join("?" * len(states))
    chosen = f"WHERE state IN ({marks})" if states else ""
    rows = connection.execute(
        f"SELECT json FROM actions {chosen} ORDER BY changed DESC, id LIMIT ?",  # noqa: S608  # question marks alone
        (*states, most),
    ).fetchall()
    return [_DECODER.decode(row[0]) for row in rows]
