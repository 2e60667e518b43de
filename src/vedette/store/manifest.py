"""The manifest: which segments count. Functions on a connection to the state database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from vedette.store.segments import Segment

_COLUMNS: Final = "path, rows, size, raw, min_time, max_time, min_arrival, max_arrival, kept"


def live_segments(
    connection: sqlite3.Connection,
    start: int | None = None,
    end: int | None = None,
    kept: bool | None = None,
) -> list[Segment]:
    """Live segments with events in [start, end), in the order of their numbers."""
    query = f"SELECT {_COLUMNS} FROM segments WHERE state = 'live'"  # noqa: S608 - constants only
    parameters: list[int] = []
    for condition, value in (("max_time >= ?", start), ("min_time < ?", end), ("kept = ?", kept)):
        if value is not None:
            query += f" AND {condition}"
            parameters.append(int(value))
    found = [_segment(row) for row in connection.execute(query, parameters)]
    return sorted(found, key=lambda segment: segment.path.rpartition("/")[2])


def add_segments(connection: sqlite3.Connection, segments: Iterable[Segment]) -> None:
    connection.executemany(
        f"INSERT INTO segments (state, {_COLUMNS}) VALUES ('live', ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants only
        [
            (
                one.path,
                one.rows,
                one.size,
                one.raw,
                one.min_time,
                one.max_time,
                one.min_arrival,
                one.max_arrival,
                int(one.kept),
            )
            for one in segments
        ],
    )


def bury(connection: sqlite3.Connection, paths: Iterable[str], now: int) -> None:
    """Segments that no longer count; their files go when readers have had time to finish."""
    connection.executemany(
        "UPDATE segments SET state = 'dead', died = ? WHERE path = ?",
        [(now, path) for path in paths],
    )


def dead_segments(connection: sqlite3.Connection, before: int) -> list[str]:
    """Paths of segments that died before `before` and whose files may still be there."""
    rows = connection.execute(
        "SELECT path FROM segments WHERE state = 'dead' AND died <= ? ORDER BY path", (before,)
    )
    return [str(row[0]) for row in rows]


def forget(connection: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Drop dead (or vanished) segments from the manifest, once their files are gone for good."""
    connection.executemany("DELETE FROM segments WHERE path = ?", [(path,) for path in paths])


def known_paths(connection: sqlite3.Connection) -> dict[str, str]:
    """Every path in the manifest with its state."""
    return dict(connection.execute("SELECT path, state FROM segments"))


def totals(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Live segments, their events and their bytes on the disk."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(rows), 0), coalesce(sum(size), 0) "
        "FROM segments WHERE state = 'live'"
    ).fetchone()
    return int(row[0]), int(row[1]), int(row[2])


def _segment(row: tuple[str, int, int, int, int, int, int, int, int]) -> Segment:
    path, rows, size, raw, min_time, max_time, min_arrival, max_arrival, kept = row
    return Segment(path, rows, size, raw, min_time, max_time, min_arrival, max_arrival, bool(kept))
