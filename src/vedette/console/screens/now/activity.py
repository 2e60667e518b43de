"""How many events came and how many findings were made, over the last day."""

from __future__ import annotations

import sqlite3
from threading import Lock
from typing import Final

import msgspec

from vedette.model.finding import LEVELS

MINUTE: Final = 60_000_000
BUCKET: Final = 15 * MINUTE
BUCKETS: Final = 96
"""A day."""
_SEGMENTS: Final = (
    "SELECT rows, min_time, max_time FROM segments "
    "WHERE state = 'live' AND kept = 0 AND max_time >= ? AND min_time <= ?"
)
_FIRST: Final = "SELECT rowid, time, level FROM findings WHERE time >= ?"
_NEXT: Final = "SELECT rowid, time, level FROM findings WHERE rowid > ?"


class Hour(msgspec.Struct, frozen=True):
    """An hour from `start` (microseconds): its events and findings."""

    start: int
    events: int
    findings: int


class Activity(msgspec.Struct, frozen=True):
    """Buckets of 15 minutes by event time, the last one under way: when each begins
    (microseconds), the events in it, and its findings by level. Where stored events of a longer
    time lie in one file, they are spread evenly over it."""

    times: tuple[int, ...]
    events: tuple[int, ...]
    findings: dict[str, tuple[int, ...]]

    @property
    def all_events(self) -> int:
        return sum(self.events)

    @property
    def all_findings(self) -> int:
        return sum(map(sum, self.findings.values()))

    @property
    def columns(self) -> list[list[float]]:
        """For the chart: seconds, events a minute, findings that are told of, all others."""
        told = [self.findings[level] for level in LEVELS[2:]]
        rest = [self.findings[level] for level in LEVELS[:2]]
        return [
            [time // 1_000_000 for time in self.times],
            [round(count / 15, 2) for count in self.events],
            [sum(each) for each in zip(*told, strict=True)],
            [sum(each) for each in zip(*rest, strict=True)],
        ]

    @property
    def hours(self) -> list[Hour]:
        """By the hour, the newest first, those with nothing left out."""
        found: dict[int, list[int]] = {}
        for number, time in enumerate(self.times):
            hour = found.setdefault(time // (4 * BUCKET) * 4 * BUCKET, [0, 0])
            hour[0] += self.events[number]
            hour[1] += sum(counts[number] for counts in self.findings.values())
        return [Hour(start, *both) for start, both in sorted(found.items(), reverse=True)
                if any(both)]  # fmt: skip


class Counted:
    """Findings by bucket and level; each finding is counted once. Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._through = -1
        self._counts: dict[tuple[int, str], int] = {}

    def read(self, state: sqlite3.Connection, now: int) -> Activity:
        """The day until `now` (microseconds)."""
        last = now // BUCKET
        first = last - BUCKETS + 1
        with self._lock:
            self._count(state, first)
            counts = dict(self._counts)
        span = range(first, last + 1)
        return Activity(
            tuple(bucket * BUCKET for bucket in span),
            _events(state, first, last, now),
            {level: tuple(counts.get((bucket, level), 0) for bucket in span) for level in LEVELS},
        )

    def _count(self, state: sqlite3.Connection, first: int) -> None:
        if self._through < 0:
            rows = state.execute(_FIRST, (first * BUCKET,))
            newest = state.execute("SELECT max(rowid) FROM findings").fetchone()[0]
            self._through = int(newest or 0)
        else:
            rows = state.execute(_NEXT, (self._through,))
        for number, time, level in rows:
            self._through = max(self._through, number)
            key = (time // BUCKET, level)
            self._counts[key] = self._counts.get(key, 0) + 1
        if len(self._counts) > 2 * BUCKETS * len(LEVELS):
            self._counts = {key: n for key, n in self._counts.items() if key[0] >= first}


def _events(state: sqlite3.Connection, first: int, last: int, now: int) -> tuple[int, ...]:
    spread = [0.0] * (last - first + 1)
    begin, end = first * BUCKET, (last + 1) * BUCKET
    for rows, low, high in state.execute(_SEGMENTS, (begin, now)):
        length = high - low + 1
        for bucket in range(max(first, low // BUCKET), min(last, high // BUCKET) + 1):
            start = bucket * BUCKET
            within = min(high + 1, start + BUCKET, end) - max(low, start)
            spread[bucket - first] += rows * within / length
    return tuple(map(round, spread))
