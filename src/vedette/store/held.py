"""A database whose file may be taken away while it is open: by a person, by a script that tidies.

SQLite goes on in a file that has no name any more, and all that is written into it is gone when
the process ends. Everything is still there for the connection, so it can be put back.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from vedette.model.durable import sync_folder
from vedette.model.errors import UnreadableError

SAVED: Final = ".saved"
"""What follows the name of a database that lost its place to another file."""
_WAITING: Final = ".back"
_LOG: Final = "-wal"
_COMPANIONS: Final = (_LOG, "-shm")


class LostError(UnreadableError):
    """Another file is where an open database was. What was in that database has been saved."""


class Held:
    """Which file a database is open in. Make it anew after the database was opened anew."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where there is no file at `path`."""
        self.path = path
        self._log = path.with_name(path.name + _LOG)
        self.number = path.stat().st_ino
        self._log_number = _number(self._log)  # stays while anybody has the database open

    @property
    def is_there(self) -> bool:
        """Whether the file is where it was, with its log."""
        logged = self._log_number is None or _number(self._log) == self._log_number
        return logged and _number(self.path) == self.number

    def restored(self, connection: sqlite3.Connection) -> bool:
        """Whether the file (or its log) was gone and has been put back, with all that is in the
        database.

        The caller keeps others from the connection meanwhile, closes it after True and opens it
        anew. Raises LostError where another file is there; it is left as it is. Raises OSError and
        sqlite3.Error where the file can't be written; calling again tries again.
        """
        if self.is_there:
            return False
        if _number(self.path) in (None, self.number):
            self._put_back(connection)
            return True
        saved = self.path.with_name(self.path.name + SAVED)
        _copy(connection, saved)
        raise LostError(
            f"{self.path}: another file was put in its place while it was in use; what was in it is"
            f" in {saved}. Start again to use the new file; stop Vedette before restoring a copy"
        )

    def _put_back(self, connection: sqlite3.Connection) -> None:
        waiting = self.path.with_name(self.path.name + _WAITING)
        _copy(connection, waiting)
        for ending in _COMPANIONS:  # of the old file; SQLite would read them into the new one
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        if _number(self.path) == self.number:
            self.path.unlink()
        os.link(waiting, self.path)  # fails where another has come to be meanwhile
        waiting.unlink()
        sync_folder(self.path.parent)


def _number(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    path.unlink(missing_ok=True)
    path.touch(0o600)
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA synchronous = FULL")
        connection.backup(made)
