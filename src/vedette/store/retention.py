"""How long events are kept: by age and by bytes, oldest first, except what findings refer to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vedette.store import manifest, reading
from vedette.store.recovery import discard_uncommitted, remove_files
from vedette.store.segments import Segment, read_tables, segment_path, write_segment
from vedette.store.state import State

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Limits:
    """Microseconds since arrival, and bytes on the disk; None is no limit."""

    age: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """What retention deleted: files, events and bytes; `kept` events were copied first."""

    segments: int = 0
    events: int = 0
    size: int = 0
    kept: int = 0


def retain(root: Path, state: State, now: int, limits: Limits) -> Removed:
    """Delete segments that are too old or too many; gives what went.

    Events that a finding refers to are copied to a kept segment in the same transaction that
    buries theirs, so that the evidence outlives the event's time. Kept segments count for the
    bytes but are never deleted. Raises OSError or sqlite3.OperationalError where even that copy
    finds no room; then the segment is still whole.
    """
    removed = Removed()
    for victim in choose(state.read(manifest.live_segments), now, limits):
        spared = _spare(root, state, victim, now)
        remove_files(root, [victim.path])
        with state.transaction() as connection:
            manifest.forget(connection, [victim.path])
        _remove_empty_day(root, victim, now)
        removed = Removed(
            removed.segments + 1,
            removed.events + victim.rows - spared,
            removed.size + victim.size,
            removed.kept + spared,
        )
    return removed


def choose(segments: Sequence[Segment], now: int, limits: Limits) -> list[Segment]:
    """The segments to delete, oldest arrival first."""
    candidates = sorted(
        (one for one in segments if not one.kept), key=lambda one: (one.max_arrival, one.path)
    )
    total = sum(one.size for one in segments)
    victims: list[Segment] = []
    for one in candidates:
        too_old = limits.age is not None and one.max_arrival < now - limits.age
        too_much = limits.size is not None and total > limits.size
        if not (too_old or too_much):
            break
        victims.append(one)
        total -= one.size
    return victims


def _spare(root: Path, state: State, victim: Segment, now: int) -> int:
    """Bury the victim, and in the same transaction enter a copy of what findings refer to."""
    tables = list(_referenced(root, state, victim))
    added: list[Segment] = []
    if tables:
        path = segment_path(state.next_sequence(), victim.min_arrival, kept=True)
        added.append(write_segment(root, path, tables, kept=True))
    try:
        with state.transaction() as connection:
            state.record_segments(connection, added)
            manifest.bury(connection, [victim.path], now)
    except BaseException:
        for segment in added:
            discard_uncommitted(root, state, segment.path)
        raise
    return sum(segment.rows for segment in added)


def _referenced(root: Path, state: State, victim: Segment) -> Iterator[pa.Table]:
    for table in read_tables(root / victim.path):
        keys = table["key"].to_pylist()
        wanted = state.read(partial(reading.referenced, keys=keys))
        if wanted:
            yield table.take([index for index, key in enumerate(keys) if key in wanted])


def _remove_empty_day(root: Path, victim: Segment, now: int) -> None:
    day = (root / victim.path).parent
    if day.name != segment_path(0, now).partition("/")[0] and not any(day.iterdir()):
        day.rmdir()
