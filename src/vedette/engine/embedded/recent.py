"""Events that came a second time: a sender that saw no answer, a source whose position had not
moved on yet when the process died."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from vedette.model.batch import Batch, JsonLines, Record, Rows
from vedette.store import manifest
from vedette.store.columns import keys_of, materialised
from vedette.store.segments import read_tables, sequence_of
from vedette.store.state import LAST_TAKEN_OVER, State

WINDOW: Final = 600_000_000
"""Microseconds for which a key is remembered at least (twice that at most)."""

CAPACITY: Final = 262_144
"""Keys of one generation; when it is full the one before it is forgotten early."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fresh:
    """What of a batch is new. `judged` is for the detector, `stored` the same for the store;
    `keys` has one per row (None: blank, or repeated); `repeated` counts what was left out."""

    judged: Batch
    stored: Batch
    keys: list[str | None]
    repeated: int = 0

    @property
    def events(self) -> int:
        """How many events are new."""
        return sum(key is not None for key in self.keys)


class RecentKeys:
    """The keys of recently stored events, in two generations, so that memory is bounded."""

    def __init__(self, now: int = 0) -> None:
        self._young: set[str] = set()
        self._old: set[str] = set()
        self._began = now

    def __contains__(self, key: str) -> bool:
        return key in self._young or key in self._old

    def remember(self, keys: Iterable[str | None], now: int) -> None:
        """Add keys of events that are stored at `now`."""
        self.forget(now)
        self._young.update(key for key in keys if key is not None)
        if len(self._young) > CAPACITY:
            self._turn(now)

    def forget(self, now: int) -> None:
        """Let go of what is older than the window."""
        if now - self._began > WINDOW:
            self._turn(now)

    def fresh(self, batch: Batch, among: set[str]) -> Fresh:
        """The batch without events seen before, or in `among`, or earlier in itself; adds its
        keys to `among`. Rows keep their places."""
        stored = materialised(batch)
        keys = keys_of(stored)
        again: set[int] = set()
        for index, key in enumerate(keys):
            if key is None:
                continue
            if key in among or key in self:
                again.add(index)
                keys[index] = None
            else:
                among.add(key)
        if not again:
            return Fresh(batch, stored, keys)
        stored = replace(stored, rows=_without(stored.rows, again))
        return Fresh(stored, stored, keys, len(again))

    def _turn(self, now: int) -> None:
        self._old, self._young = self._young, set()
        self._began = now


def recent_keys(root: Path, state: State) -> set[str]:
    """The keys of the events that were stored last, about `CAPACITY` of them.

    Those of segments that were taken over are not among them: their findings may be lost with the
    old state database, so that their events are to be judged when they come again.
    """
    foreign = int(state.meta(LAST_TAKEN_OVER) or 0)
    keys: set[str] = set()
    for segment in reversed(state.read(manifest.live_segments)):
        if len(keys) >= CAPACITY:
            break
        if segment.kept or (sequence_of(segment.path) or 0) <= foreign:
            continue
        try:
            for table in read_tables(root / segment.path, ["key"]):
                keys.update(table["key"].to_pylist())
        except (OSError, ValueError) as error:
            _log.warning("%s: can't be read (%s); restore it from a backup", segment.path, error)
    return keys


@dataclass(frozen=True, slots=True)
class _Without:
    """Rows, some of them blanked."""

    rows: Rows
    blank: frozenset[int]

    def __len__(self) -> int:
        return len(self.rows)

    def record(self, index: int) -> Record:
        return {} if index in self.blank else self.rows.record(index)

    def raw(self, index: int) -> bytes:
        return b"" if index in self.blank else self.rows.raw(index)

    def place(self, index: int) -> str:
        return self.rows.place(index)


def _without(rows: Rows, again: set[int]) -> Rows:
    if isinstance(rows, JsonLines):
        lines = [b"" if index in again else line for index, line in enumerate(rows.lines)]
        return replace(rows, lines=lines)
    return _Without(rows, frozenset(again))
