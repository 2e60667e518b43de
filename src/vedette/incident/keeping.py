"""A folder's state in the database: written with the findings that changed it, read at start."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import msgspec

from vedette.incident.fold import Folder, SavedSpan, Settled
from vedette.incident.kinds import DAY, Linking
from vedette.incident.knots import NEVER, Knot, Summary, knot_of
from vedette.incident.links import reach_of
from vedette.incident.rarity import Rarity, Sample, Snapshot
from vedette.model.finding import Entity

_SPANS = (
    "SELECT s.number, s.kind, s.value, s.grp, s.bits, s.start, s.end, i.root "
    "FROM incident_spans s JOIN incidents i ON i.id = s.incident "
)


class StoredShelf:
    """Brings back what left memory, through the connection of the running transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def spans(self, entity: Entity) -> Iterator[SavedSpan]:
        rows = self._connection.execute(
            _SPANS + "WHERE s.kind = ? AND s.value = ?", (entity.kind, entity.value)
        ).fetchall()
        return map(_span, rows)

    def spans_of(self, incident: str) -> list[SavedSpan]:
        """Every span of an incident."""
        rows = self._connection.execute(_SPANS + "WHERE i.root = ?", (incident,))
        return [_span(row) for row in rows]

    def knot(self, incident: str) -> Knot:
        return knot_of(read_summary(self._connection, incident))


def read_summary(connection: sqlite3.Connection, incident: str) -> Summary:
    """The stored state of an incident by its present name. Raises KeyError."""
    row = connection.execute("SELECT summary FROM incidents WHERE id = ?", (incident,)).fetchone()
    if row is None:
        raise KeyError(incident)
    return msgspec.msgpack.decode(row[0], type=Summary)


def load(connection: sqlite3.Connection, linking: Linking) -> Folder:
    """The folder as it was at the last commit."""
    meta = dict(connection.execute("SELECT name, value FROM incident_meta"))
    rarity = Rarity(linking)
    rarity.frozen_through = int(meta.get("frozen_through", rarity.frozen_through))
    rarity.uncounted = int(meta.get("uncounted", 0))
    for (blob,) in connection.execute("SELECT snapshot FROM incident_snapshots ORDER BY day"):
        rarity.snapshots.append(msgspec.msgpack.decode(blob, type=Snapshot))
    for day, kind, level in connection.execute("SELECT day, kind, level FROM incident_levels"):
        sample = rarity.days.setdefault(day, {}).setdefault(kind, Sample(rarity.most))
        sample.level = level
    for day, kind, *pair in connection.execute(
        "SELECT day, kind, value, witness FROM incident_seen"
    ):
        rarity.days[day][kind].pairs.add((pair[0], pair[1]))
    folder = Folder(linking, rarity, StoredShelf(connection))
    folder.newest = int(meta.get("newest", NEVER))
    folder.next_number = int(meta.get("next_number", 1))
    folder.muted = {
        Entity(kind, value)
        for kind, value in connection.execute("SELECT kind, value FROM incident_muted")
    }
    watermark = folder.watermark
    # log2(bits / threshold) is at most 7: bits beyond 64 would need 2^64 observations.
    farthest = max((kind.half_life for kind in linking.kinds.values()), default=DAY) * 7
    for row in connection.execute(_SPANS + "WHERE s.end >= ?", (watermark - farthest,)).fetchall():
        span = _span(row)
        if span.end + reach_of(linking, span.entity.kind, span.bits) >= watermark:
            folder.restore(span, folder.node_of(span.incident))
    folder.shed()
    return folder


def save(connection: sqlite3.Connection, folder: Folder, settled: Settled) -> None:
    """Write what changed, inside the caller's transaction. What became of the incidents
    themselves (`Settled.changed`) is written by the book."""
    connection.executemany(
        "INSERT OR REPLACE INTO incident_members VALUES (?, ?)", sorted(settled.members)
    )
    connection.executemany(
        "DELETE FROM incident_spans WHERE number = ?", [(number,) for number in settled.gone]
    )
    connection.executemany(
        "UPDATE incident_spans SET start = ?, end = ? WHERE number = ?", settled.moved
    )
    connection.executemany(
        "INSERT INTO incident_spans VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        settled.spans,
    )
    save_rarity(connection, folder.rarity)
    put_meta(
        connection,
        {
            "newest": folder.newest,
            "next_number": folder.next_number,
            "frozen_through": folder.rarity.frozen_through,
            "uncounted": folder.rarity.uncounted,
        },
    )


def save_rarity(connection: sqlite3.Connection, rarity: Rarity) -> None:
    """Write what was learned since the last time, inside the caller's transaction."""
    for table in ("incident_seen", "incident_levels"):
        connection.executemany(
            f"DELETE FROM {table} WHERE day = ?",  # noqa: S608 - one of two words of ours
            [(day,) for day in rarity.closed],
        )
    for day, samples in rarity.days.items():
        for kind, sample in samples.items():
            _save_sample(connection, day, kind, sample)
    connection.executemany(
        "INSERT OR REPLACE INTO incident_snapshots VALUES (?, ?)",
        [(snapshot.day, msgspec.msgpack.encode(snapshot)) for snapshot in rarity.added],
    )
    connection.executemany(
        "DELETE FROM incident_snapshots WHERE day = ?", [(day,) for day in rarity.dropped]
    )
    rarity.closed, rarity.added, rarity.dropped = [], [], []


def put_meta(connection: sqlite3.Connection, values: dict[str, int | str]) -> None:
    """Set values by name."""
    connection.executemany(
        "INSERT OR REPLACE INTO incident_meta VALUES (?, ?)",
        [(name, str(value)) for name, value in values.items()],
    )


def _save_sample(connection: sqlite3.Connection, day: int, kind: str, sample: Sample) -> None:
    pairs: Iterable[tuple[str, str]] = sample.pairs if sample.unsaved is None else sample.unsaved
    if sample.unsaved == []:
        return
    if sample.unsaved is None:
        connection.execute("DELETE FROM incident_seen WHERE day = ? AND kind = ?", (day, kind))
    connection.execute(
        "INSERT OR REPLACE INTO incident_levels VALUES (?, ?, ?)", (day, kind, sample.level)
    )
    connection.executemany(
        "INSERT OR IGNORE INTO incident_seen VALUES (?, ?, ?, ?)",
        [(day, kind, value, witness) for value, witness in sorted(pairs)],
    )
    sample.unsaved = []


def _span(row: tuple[int, str, str, int, float, int, int, str]) -> SavedSpan:
    number, kind, value, group, bits, start, end, incident = row
    return SavedSpan(number, Entity(kind, value), group, bits, start, end, incident)
