"""The state database: how it is opened, and the form of its tables through the versions."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from vedette.model.errors import UnreadableError

NAME: Final = "state.db"
BUSY_MS: Final = 10_000

MIGRATIONS: Final = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE segments (
        path TEXT PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('live', 'dead')),
        kept INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        size INTEGER NOT NULL,
        raw INTEGER NOT NULL,
        min_time INTEGER NOT NULL,
        max_time INTEGER NOT NULL,
        min_arrival INTEGER NOT NULL,
        max_arrival INTEGER NOT NULL,
        died INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE findings (
        id TEXT PRIMARY KEY,
        time INTEGER NOT NULL,
        rule_id TEXT NOT NULL,
        level TEXT NOT NULL,
        found INTEGER NOT NULL,
        json BLOB NOT NULL
    );
    CREATE INDEX findings_time ON findings (time);
    CREATE TABLE evidence (
        key TEXT NOT NULL,
        finding TEXT NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
        PRIMARY KEY (key, finding)
    ) WITHOUT ROWID;
    CREATE TABLE positions (source TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE correlation (key TEXT PRIMARY KEY, blob BLOB NOT NULL);
    CREATE TABLE outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        finding TEXT NOT NULL REFERENCES findings (id) ON DELETE CASCADE,
        sink TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead')),
        attempts INTEGER NOT NULL DEFAULT 0,
        next_try INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '',
        UNIQUE (finding, sink)
    );
    CREATE INDEX outbox_due ON outbox (sink, state, next_try);
    CREATE TABLE source_status (source TEXT PRIMARY KEY, json BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE INDEX findings_rule ON findings (rule_id, time);
    CREATE INDEX findings_level ON findings (level, time);
    """,
)
"""Migration i leads from version i to i + 1; one that was released is never edited."""


def open_writer(path: Path) -> sqlite3.Connection:
    """The one writing connection, brought to the newest version.

    Every commit is on the disk when it returns (WAL, synchronous FULL). Raises UnreadableError
    where the file is damaged or was written by a newer version.
    """
    make_private(path)
    connection = _connect(f"{path.absolute().as_uri()}?mode=rwc", path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA wal_autocheckpoint = 1000")
        _migrate(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _unreadable(path, error) from error
    except UnreadableError:
        connection.close()
        raise
    return connection


def make_private(path: Path) -> None:
    """Make the file where it is not there, for its owner alone: SQLite gives its companions, which
    hold the newest of it, the same mode. Raises UnreadableError."""
    try:
        path.touch(0o600)
        path.chmod(0o600)
    except OSError as error:
        raise UnreadableError(
            f"{path}: {error.strerror}; data_dir must be a folder that this user owns"
        ) from error


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that can only read, also while another process writes.

    Raises UnreadableError where there is no database, or not one of this version.
    """
    if not path.is_file():
        raise UnreadableError(f"{path}: there is no state here; start `vedette watch` first")
    connection = _connect(f"{path.absolute().as_uri()}?mode=ro", path)
    try:
        version = _version(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _unreadable(path, error) from error
    if version != len(MIGRATIONS):
        connection.close()
        raise UnreadableError(
            f"{path}: written as version {version}, this Vedette reads {len(MIGRATIONS)}; "
            "start the newer of the two versions of `vedette watch` on it once"
        )
    return connection


def _connect(uri: str, path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            uri,
            uri=True,
            isolation_level=None,
            check_same_thread=False,  # State serialises its callers with a lock of its own
            timeout=BUSY_MS / 1000,
        )
    except sqlite3.DatabaseError as error:
        raise _unreadable(path, error) from error


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise UnreadableError(
            f"{path}: written by a newer Vedette (state version {version}, this one knows "
            f"{len(MIGRATIONS)}); install the newer version again"
        )
    for number in range(version, len(MIGRATIONS)):
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )


def _unreadable(path: Path, error: sqlite3.Error) -> UnreadableError:
    return UnreadableError(
        f"{path}: the state database can't be opened ({error}); restore it from a backup, or move "
        "it away to start afresh (stored events are taken over)"
    )
