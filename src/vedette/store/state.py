"""The state of a watch: findings, positions, correlation, outbox, in one transaction with the
segments that hold the events."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Final, Self, TypeVar

import msgspec

from vedette.model.batch import Position
from vedette.model.delta import Delta
from vedette.model.finding import Finding
from vedette.store import manifest, outbox
from vedette.store.database import NAME, open_reader, open_writer
from vedette.store.held import Held
from vedette.store.segments import Segment, sequence_of

LAST_SEGMENT: Final = "last_segment"
LAST_TAKEN_OVER: Final = "last_segment_taken_over"
"""In `meta`: the highest number of a segment, and of one from another state database."""
STORED: Final = "stored"
"""A file beside the database: the highest number of a segment that was committed. A database that
was restored from a copy does not know all up to there."""

_DIGITS: Final = 20
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Commit:
    """What becomes true at one moment, or not at all. `found` is the moment, in microseconds."""

    segments: Sequence[Segment] = ()
    findings: Sequence[Finding] = ()
    positions: Sequence[Position] = ()
    delta: Delta = field(default_factory=Delta)
    sinks: Sequence[str] = ()
    found: int = 0


Joined = Callable[[sqlite3.Connection, Sequence[Finding], int], None]
"""What is done in the transaction that stores new findings: called with them and the moment. May
be called again after a rollback."""


class State:
    """The writing side of the state database. Calls may come from any thread, one at a time.

    The caller holds the data directory's lock (`lock.DataLock`). Every method that writes is one
    transaction, on the disk when it returns; it raises sqlite3.OperationalError with nothing
    changed where the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        """Open or create the database. Raises UnreadableError."""
        self._lock = RLock()
        self._path = folder / NAME
        self.fresh = not self._path.exists()
        self._connection = open_writer(self._path)
        self._held = Held(self._path)
        self._stored = os.open(folder / STORED, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        told = os.pread(self._stored, _DIGITS, 0).strip()
        self.stored = int(told) if told.isdigit() else 0
        self._newest = self.stored
        self._sequence = int(self.meta(LAST_SEGMENT) or 0)
        self.is_newest = self._sequence >= self.stored
        """Whether the database, as it was opened, knows of every commit; a copy does not."""

    def close(self) -> None:
        with self._lock:
            self._connection.close()
            if self._stored >= 0:
                os.close(self._stored)
                self._stored = -1

    def look_after(self) -> bool:
        """Put the file back where somebody took it away, and say whether that was so. Raises
        LostError where another was put in its place, OSError and sqlite3.Error where the disk
        refuses."""
        with self._lock:
            if not self._held.restored(self._connection):
                return False
            self._connection.close()
            self._connection = open_writer(self._path)
            self._held = Held(self._path)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that commits when the block ends well."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            before = self._newest
            try:
                yield self._connection
                self._connection.execute("COMMIT")
                self._mark()
            except BaseException:
                self._newest = before
                # A full disk may have rolled back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _mark(self) -> None:
        if self._newest <= self.stored:
            return
        # Not synced: where it lags behind, the database itself knows better, unless it is lost too.
        with suppress(OSError):
            os.pwrite(self._stored, f"{self._newest:0{_DIGITS}}".encode(), 0)
            self.stored = self._newest

    def read(self, query: Callable[[sqlite3.Connection], _T]) -> _T:
        """The answer of one of the functions on a connection."""
        with self._lock:
            return query(self._connection)

    def next_sequence(self) -> int:
        """The number of a new segment. A number that was given out and never committed is given
        again after a restart, so that a replay overwrites what the crash left."""
        with self._lock:
            self._sequence += 1
            return self._sequence

    def skip_to(self, sequence: int) -> None:
        """Give out only numbers beyond `sequence` from now on."""
        with self._lock:
            self._sequence = max(self._sequence, sequence)

    def commit(self, commit: Commit, joined: Joined | None = None) -> list[Finding]:
        """Make all of it true; gives the findings that were not there before.

        A finding whose id is there already adds nothing (not to the outbox either). `joined` has
        its part in the transaction, where there are new findings.
        """
        with self.transaction() as connection:
            self.record_segments(connection, commit.segments)
            new = [one for one in commit.findings if _insert(connection, one, commit.found)]
            outbox.post(connection, new, commit.sinks)
            if joined is not None and new:
                joined(connection, new, commit.found)
            connection.executemany(
                "INSERT INTO positions VALUES (?, ?) "
                "ON CONFLICT (source) DO UPDATE SET mark = excluded.mark",
                [(position.source, position.mark) for position in commit.positions],
            )
            connection.executemany(
                "INSERT INTO correlation VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET blob = excluded.blob",
                list(commit.delta.puts.items()),
            )
            connection.executemany(
                "DELETE FROM correlation WHERE key = ?", [(key,) for key in commit.delta.deletes]
            )
        return new

    def record_segments(
        self, connection: sqlite3.Connection, segments: Iterable[Segment], taken_over: bool = False
    ) -> None:
        """Enter new segments in the manifest, inside a transaction; or such as were written
        under another state database, whose events this one may not have judged."""
        added = list(segments)
        if not added:
            return
        manifest.add_segments(connection, added)
        newest = max(sequence_of(segment.path) or 0 for segment in added)
        self._newest = max(self._newest, newest)
        for name in (LAST_SEGMENT, LAST_TAKEN_OVER) if taken_over else (LAST_SEGMENT,):
            connection.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE "
                "SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))",
                (name, str(newest)),
            )

    def positions(self) -> dict[str, Position]:
        with self._lock:
            rows = self._connection.execute("SELECT source, mark FROM positions")
            return {source: Position(source, mark) for source, mark in rows}

    def correlation(self) -> dict[str, bytes]:
        """Everything a detector asked to keep."""
        with self._lock:
            return dict(self._connection.execute("SELECT key, blob FROM correlation"))

    def meta(self, name: str) -> str | None:
        with self._lock:
            row = self._connection.execute(
                "SELECT value FROM meta WHERE name = ?", (name,)
            ).fetchone()
        return None if row is None else str(row[0])

    def save_status(self, statuses: Mapping[str, bytes], counters: Mapping[str, int]) -> None:
        """Replace the status (JSON) of each source and the value of each counter."""
        with self.transaction() as connection:
            connection.executemany(
                "INSERT INTO source_status VALUES (?, ?) "
                "ON CONFLICT (source) DO UPDATE SET json = excluded.json",
                list(statuses.items()),
            )
            connection.executemany(
                "INSERT INTO counters VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                list(counters.items()),
            )


@contextmanager
def changing(folder: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on the state of a data directory that a running watch may own.

    Only for changes to rows that a watch leaves alone, such as its dead letters: SQLite keeps the
    two apart, and each sees the other's commits. Raises UnreadableError where there is no state.
    """
    open_reader(folder / NAME).close()
    connection = open_writer(folder / NAME)
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    finally:
        connection.close()


def _insert(connection: sqlite3.Connection, finding: Finding, found: int) -> bool:
    cursor = connection.execute(
        "INSERT OR IGNORE INTO findings (id, time, rule_id, level, found, json) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            finding.id,
            finding.time,
            finding.rule.id,
            finding.rule.level,
            found,
            msgspec.json.encode(finding),
        ),
    )
    if not cursor.rowcount:
        return False
    references = (finding.event_ref, *finding.related)
    connection.executemany(
        "INSERT OR IGNORE INTO evidence VALUES (?, ?)",
        [(reference.key, finding.id) for reference in references if reference.key],
    )
    return True
