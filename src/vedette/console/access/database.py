"""access.db: people, sessions, tokens and links, readable by the service's user alone.

Apart from the state database, whose one writer is the pipeline: commands change people while the
service runs, and a state that is started afresh takes nobody's account with it.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from vedette.model.errors import UnreadableError, VedetteError
from vedette.store.held import Held, LostError

NAME: Final = "access.db"
BUSY_MS: Final = 10_000
KEY_BYTES: Final = 32

_log = logging.getLogger(__name__)

MIGRATIONS: Final = (
    """
    CREATE TABLE keys (name TEXT PRIMARY KEY, secret BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE people (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('viewer', 'analyst', 'responder', 'admin')),
        password TEXT,
        issuer TEXT,
        subject TEXT,
        disabled INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL,
        last_login INTEGER,
        preferences BLOB NOT NULL,
        UNIQUE (issuer, subject)
    ) WITHOUT ROWID;
    CREATE TABLE sessions (
        hash BLOB PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        created INTEGER NOT NULL,
        used INTEGER NOT NULL,
        method TEXT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL,
        hint TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX sessions_person ON sessions (person, created);
    CREATE TABLE tokens (
        id TEXT PRIMARY KEY,
        person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        hash BLOB NOT NULL,
        created INTEGER NOT NULL,
        used INTEGER,
        expires INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX tokens_person ON tokens (person);
    CREATE TABLE links (
        hash BLOB PRIMARY KEY,
        purpose TEXT NOT NULL CHECK (purpose IN ('first-admin', 'invite', 'reset')),
        role TEXT NOT NULL,
        person TEXT REFERENCES people (id) ON DELETE CASCADE,
        made_by TEXT NOT NULL,
        created INTEGER NOT NULL,
        expires INTEGER NOT NULL,
        used INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE writes (
        person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        route TEXT NOT NULL,
        key TEXT NOT NULL,
        digest BLOB NOT NULL,
        status INTEGER,
        body BLOB,
        created INTEGER NOT NULL,
        PRIMARY KEY (person, route, key)
    ) WITHOUT ROWID;
    CREATE INDEX writes_created ON writes (created);
    """,
)
"""Migration i leads from version i to i + 1; one that was released is never edited. Statements end
with a semicolon, and hold none."""


class Database:
    """One connection that reads and one that writes; other processes may do the same."""

    def __init__(self, folder: Path) -> None:
        """Open or make it below `folder`. Raises UnreadableError where it is damaged, was written
        by a newer version, or can't be made."""
        self.path = folder / NAME
        self._reading, self._writing = threading.Lock(), threading.RLock()
        try:
            fresh = not self.path.exists()
            self.path.touch(0o600)
            self.path.chmod(0o600)  # SQLite gives its companions the same mode and owner
            if fresh and os.geteuid() == 0:  # a command of root, before the service's first start
                owner = folder.stat()
                os.chown(self.path, owner.st_uid, owner.st_gid)
        except OSError as error:
            raise UnreadableError(
                f"{self.path}: {error.strerror}; data_dir must be a folder that this user owns"
            ) from error
        self._open()

    def close(self) -> None:
        try:
            self._look_after()
        except VedetteError as error:
            _log.error("%s", error)
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection to read by. Raises UnreadableError."""
        self._look_after()
        with self._reading:
            try:
                yield self._reader
            except sqlite3.DatabaseError as error:
                raise self._unreadable(error) from error

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction, on the disk when this returns; undone by whatever is raised inside.
        Raises UnreadableError where the disk is full or the file damaged."""
        with self._writing:
            self._look_after()
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    yield self._writer
                    self._writer.execute("COMMIT")
                except BaseException:
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    raise
            except sqlite3.IntegrityError:
                raise
            except sqlite3.DatabaseError as error:
                raise self._unreadable(error) from error

    def key(self, name: str) -> bytes:
        """The secret key of that name, made when it is first asked for."""
        with self.write() as connection:
            connection.execute(
                "INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING",
                (name, secrets.token_bytes(KEY_BYTES)),
            )
            row = connection.execute("SELECT secret FROM keys WHERE name = ?", (name,)).fetchone()
        return bytes(row[0])

    def _open(self) -> None:
        self._writer = self._connect()
        try:
            self._prepare(self._writer)
            self._reader = self._connect()
            self._reader.execute("PRAGMA query_only = ON")
            self._held = Held(self.path)
        except sqlite3.DatabaseError as error:
            self._writer.close()
            raise self._unreadable(error) from error
        except UnreadableError:
            self._writer.close()
            raise

    def _look_after(self) -> None:
        """Put the file back where somebody took it away."""
        if self._held.is_there:
            return
        with self._writing, self._reading:
            try:
                if self._writer.in_transaction or not self._held.restored(self._writer):
                    return
            except LostError:
                raise
            except (OSError, sqlite3.DatabaseError) as error:
                raise UnreadableError(
                    f"{self.path}: it was taken away and can't be put back ({error}); make room on"
                    " the disk"
                ) from error
            self._reader.close()
            self._writer.close()
            self._open()
        _log.error(
            "%s: it was taken away while it was in use, and has been put back; find out who deletes"
            " files of Vedette",
            self.path,
        )

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,  # each connection has a lock
            timeout=BUSY_MS / 1000,
        )

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        with closing(connection.execute("PRAGMA quick_check(1)")) as found:
            said = str(found.fetchone()[0])
        if said != "ok":
            raise self._unreadable(sqlite3.DatabaseError(said))
        connection.execute("BEGIN IMMEDIATE")  # another process may be at the same
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > len(MIGRATIONS):
            connection.execute("ROLLBACK")
            raise UnreadableError(
                f"{self.path}: written by a newer Vedette (version {version}, this one knows "
                f"{len(MIGRATIONS)}); install the newer version again"
            )
        for migration in MIGRATIONS[version:]:
            for statement in migration.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")

    def _unreadable(self, error: sqlite3.Error) -> UnreadableError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            fix = "nothing was changed; make room on the disk"
        elif code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            fix = "nothing was changed; another process is writing, try again"
        elif code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            fix = "it must be writable for the user that Vedette runs as"
        else:
            fix = (
                "restore it from a backup, or move it away: then nobody has an account and the "
                "first admin signs in by a link again"
            )
        said = " ".join(str(error).split())
        return UnreadableError(f"{self.path}: people and sessions can't be had ({said}); {fix}")
