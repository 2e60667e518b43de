"""What other processes may ask of the state while a watch runs. Functions on a connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from vedette.model.finding import Finding

CHUNK = 500
"""Keys in one query; SQLite allows 32,766 parameters, older ones 999."""


def findings(
    connection: sqlite3.Connection,
    start: int | None = None,
    end: int | None = None,
    limit: int | None = None,
) -> Iterator[Finding]:
    """Findings with a time in [start, end), newest first."""
    rows = connection.execute(
        "SELECT json FROM findings WHERE (?1 IS NULL OR time >= ?1) AND (?2 IS NULL OR time < ?2) "
        "ORDER BY time DESC, id LIMIT ?3",
        (start, end, -1 if limit is None else limit),
    )
    for (text,) in rows:
        yield msgspec.json.decode(text, type=Finding)


def finding(connection: sqlite3.Connection, identity: str) -> Finding | None:
    row = connection.execute("SELECT json FROM findings WHERE id = ?", (identity,)).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=Finding)


def count_findings(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM findings").fetchone()[0])


def referenced(connection: sqlite3.Connection, keys: Iterable[str]) -> set[str]:
    """Those of the event keys that some finding refers to."""
    found: set[str] = set()
    wanted = list(keys)
    for begin in range(0, len(wanted), CHUNK):
        chunk = wanted[begin : begin + CHUNK]
        marks = ", ".join("?" * len(chunk))
        rows = connection.execute(
            f"SELECT DISTINCT key FROM evidence WHERE key IN ({marks})",  # noqa: S608 - only marks
            chunk,
        )
        found.update(row[0] for row in rows)
    return found


def statuses(connection: sqlite3.Connection) -> dict[str, bytes]:
    """The last saved status (JSON) of each source."""
    return dict(connection.execute("SELECT source, json FROM source_status ORDER BY source"))


def counters(connection: sqlite3.Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT name, value FROM counters"))
