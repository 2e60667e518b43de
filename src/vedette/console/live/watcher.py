"""Sees what changes in the databases, and says it to the hub.

SQLite counts the commits of others for each connection (`data_version`): looking costs some
microseconds, and nothing in the path of events knows that anybody watches.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from vedette.console.live.hub import Hub
from vedette.model.errors import VedetteError
from vedette.model.finding import Finding
from vedette.response.register import NAME as ACTIONS
from vedette.store.database import NAME, open_reader
from vedette.store.held import Held

PAUSE: Final = 0.1
"""Seconds between looks."""
PACE: Final = 0.5
"""Seconds between tellings of what is fetched or sent whole again; findings are told at once."""
SLOWLY: Final = 1.0
"""Seconds after a failure."""
AT_ONCE: Final = 500
_NEW: Final = (
    "SELECT f.rowid, f.json, coalesce(i.root, '') FROM findings f "
    "LEFT JOIN incident_members m ON m.finding = f.id "
    "LEFT JOIN incidents i ON i.id = m.incident "
    "WHERE f.rowid > ? ORDER BY f.rowid LIMIT ?"
)

_log = logging.getLogger(__name__)


class Told(msgspec.Struct, frozen=True):
    """A new finding, as browsers are told of it."""

    number: int
    id: str
    time: int
    level: str
    title: str
    incident: str


class Watcher:
    """A thread of its own, from `start` to `close`."""

    def __init__(self, data: Path, hub: Hub, parts: Callable[[], list[tuple[str, str]]]) -> None:
        """`parts` gives what changed of the parts of pages that all browsers share."""
        self._data = data
        self._hub = hub
        self._parts = parts
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vedette-live", daemon=True)
        self._decoder = msgspec.json.Decoder(Finding)
        self._number = 0
        self._changes = 0

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch()
            except (VedetteError, sqlite3.Error, OSError) as error:
                _log.warning("live pages wait: %s", error)
                self._stop.wait(SLOWLY)
            except Exception:
                _log.exception("a fault in what live pages are told; going on")
                self._stop.wait(SLOWLY)

    def _watch(self) -> None:
        with (
            closing(open_reader(self._data / NAME)) as state,
            closing(_open(self._data / ACTIONS)) as actions,
        ):
            held = [Held(self._data / name) for name in (NAME, ACTIONS)]
            seen = (-1, -1)
            if not self._number:
                self._number = _newest(state, "findings", "rowid")
                self._changes = _newest(state, "incident_records", "number")
            due: set[str] = set()
            changed, told = False, 0.0
            while not self._stop.wait(PAUSE) and all(each.is_there for each in held):
                now = (_version(state), _version(actions))
                if now != seen:
                    first, before, seen, changed = seen == (-1, -1), seen, now, True
                    said = self._findings(state)
                    self._hub.say(said)
                    newest = _newest(state, "incident_records", "number")
                    if said or newest != self._changes:
                        self._changes = newest
                        due.add("incidents")
                    if now[1] != before[1] and not first:
                        due.add("actions")
                if changed and time.monotonic() - told >= PACE:
                    self._hub.say([*((topic, "") for topic in sorted(due)), *self._parts()])
                    due.clear()
                    changed, told = False, time.monotonic()

    def _findings(self, state: sqlite3.Connection) -> list[tuple[str, str]]:
        said: list[tuple[str, str]] = []
        while True:
            rows = state.execute(_NEW, (self._number, AT_ONCE)).fetchall()
            for number, blob, incident in rows:
                each = self._decoder.decode(blob)
                told = Told(number, each.id, each.time, each.rule.level, each.rule.title, incident)
                said.append(("finding", msgspec.json.encode(told).decode()))
                self._number = number
            if len(rows) < AT_ONCE:
                return said


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _newest(connection: sqlite3.Connection, table: str, column: str) -> int:
    # Both names are ours.
    row = connection.execute(f"SELECT max({column}) FROM {table}").fetchone()  # noqa: S608
    return int(row[0] or 0)


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=10,
    )
