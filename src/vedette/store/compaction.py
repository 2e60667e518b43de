"""Merging small segments into large ones, while others write and read.

A flush every 200 ms makes 430,000 segments a day; merged by tens they become a few thousand, and
each event is rewritten about twice. The merged file is synced and renamed first; then one
transaction enters it in the manifest and buries its parts. The parts' files go after `GRACE`, so
that a reader that began before can finish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vedette.store import manifest
from vedette.store.recovery import discard_uncommitted, remove_files
from vedette.store.segments import (
    KEPT,
    ROW_GROUP_BYTES,
    ROW_GROUP_ROWS,
    Segment,
    read_tables,
    segment_path,
    write_segment,
)
from vedette.store.state import State

if TYPE_CHECKING:
    import pyarrow as pa

GRACE: Final = 60_000_000
"""Microseconds for which a merged segment's parts can still be read."""

FAN_IN: Final = 32
"""Small segments that are merged at once."""


@dataclass(frozen=True, slots=True)
class Target:
    """When a segment is large enough to be left alone: events, or bytes of raw events."""

    rows: int = 262_144
    raw: int = 128_000_000


def compact(root: Path, state: State, now: int, target: Target, everything: bool = False) -> int:
    """Merge what can be merged; gives how many segments became fewer.

    Only segments of one day are merged, and only when `FAN_IN` of a like size are there (any
    two, on a day that is over or if `everything`). Raises OSError or sqlite3.OperationalError
    where the disk is full, with nothing changed by the merge that failed.
    """
    open_folders = {segment_path(0, now).partition("/")[0], KEPT}
    folders: dict[str, list[Segment]] = {}
    for segment in state.read(manifest.live_segments):
        folders.setdefault(segment.path.partition("/")[0], []).append(segment)
    merged = 0
    for folder, members in folders.items():
        any_two = everything or folder not in open_folders
        for parts in plan(members, target, 2 if any_two else FAN_IN):
            merge(root, state, parts, now)
            merged += len(parts) - 1
    return merged


def plan(segments: Sequence[Segment], target: Target, fan_in: int) -> list[list[Segment]]:
    """Groups of at least `fan_in` segments to merge, in the order of their arrival; of one tier
    of size each, unless any two will do. None exceeds the target by more than its last part."""
    tiers: dict[int, list[Segment]] = {}
    for one in sorted(segments, key=lambda one: (one.min_arrival, one.path)):
        if one.rows < target.rows and one.raw < target.raw:
            tiers.setdefault(0 if fan_in <= 2 else _tier(one, target), []).append(one)
    return [group for tier in tiers.values() for group in _cut(tier, target, fan_in)]


def merge(root: Path, state: State, parts: Sequence[Segment], now: int) -> Segment:
    """Replace `parts` by one segment with the same events, each once."""
    path = segment_path(state.next_sequence(), parts[0].min_arrival, parts[0].kept)
    merged = write_segment(root, path, _tables(root, parts), parts[0].kept)
    try:
        with state.transaction() as connection:
            state.record_segments(connection, [merged])
            manifest.bury(connection, [part.path for part in parts], now)
    except BaseException:
        discard_uncommitted(root, state, path)
        raise
    return merged


def sweep(root: Path, state: State, before: int) -> int:
    """Delete the files of segments that died before `before`; gives how many."""
    paths = state.read(lambda connection: manifest.dead_segments(connection, before))
    if paths:
        remove_files(root, paths)
        with state.transaction() as connection:
            manifest.forget(connection, paths)
    return len(paths)


def _tier(segment: Segment, target: Target) -> int:
    """0 for what came from a flush, 1 for what was merged once, and so on."""
    share = max(segment.rows / target.rows, segment.raw / target.raw)
    tier = 4
    while tier and share < FAN_IN ** (tier - 4):
        tier -= 1
    return tier


def _cut(tier: list[Segment], target: Target, fan_in: int) -> Iterator[list[Segment]]:
    group: list[Segment] = []
    rows = raw = 0
    for segment in tier:
        group.append(segment)
        rows += segment.rows
        raw += segment.raw
        full = rows >= target.rows or raw >= target.raw
        if len(group) >= FAN_IN or (full and len(group) >= 2):
            yield group
            group, rows, raw = [], 0, 0
    if len(group) >= fan_in:
        yield group


def _tables(root: Path, parts: Sequence[Segment]) -> Iterator[pa.Table]:
    """The parts' rows without repeated keys, gathered into tables of about a row group."""
    import pyarrow as pa

    firsts = first_of_each(root, parts)
    waiting: list[pa.Table] = []
    rows = raw = seen = 0
    for part in parts:
        for table in read_tables(root / part.path):
            fresh = table if firsts is None else table.filter(firsts.slice(seen, table.num_rows))
            seen += table.num_rows
            waiting.append(fresh)
            rows += fresh.num_rows
            raw += fresh.nbytes
            if rows >= ROW_GROUP_ROWS or raw >= ROW_GROUP_BYTES:
                yield pa.concat_tables(waiting).combine_chunks()
                waiting, rows, raw = [], 0, 0
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def first_of_each(root: Path, parts: Sequence[Segment]) -> pa.ChunkedArray | None:
    """For each row of the parts, in their order, whether it is the first with its key and event
    time; None where all are.

    The time counts because an event that states none, and came over HTTP, is known by its content
    alone: the same text on two days is two events. Grouped by Arrow: a set of a large segment's
    keys would take more memory than all else in a merge.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    names = ["key", "event_time"]
    whole = pa.concat_tables(
        table for part in parts for table in read_tables(root / part.path, names)
    )
    rows = whole.append_column("row", pa.array(range(whole.num_rows), pa.int64()))
    firsts = rows.group_by(names, use_threads=False).aggregate([("row", "min")])["row_min"]
    if len(firsts) == len(rows):
        return None
    return pc.is_in(rows["row"], value_set=firsts.combine_chunks())
