"""Whether the sources speak, and whether what they say arrives in time."""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec

from vedette.engine.embedded.status import SourceStatus
from vedette.model.instant import SECOND
from vedette.model.visible import visible
from vedette.store import reading

LATE: Final = 300 * SECOND
"""Arrival behind the event by more than this is said."""
BEATS: Final = 30 * SECOND
"""A heartbeat older than this: nothing watches."""


class SourceHealth(msgspec.Struct, frozen=True):
    """A source. `state` is running, waiting (for its first event), silent, late, failed, ended,
    stopped or unwatched (its last heartbeat is old); `quiet` is how long it has said nothing and
    `lag` how far its newest event was behind (microseconds, None where nothing came yet); `rate`
    in events a second."""

    name: str
    state: str
    rate: float
    events: int
    last: int | None
    quiet: int | None
    lag: int | None
    silence: int | None
    problems: int
    problem: str

    @property
    def well(self) -> bool:
        return self.state in ("running", "ended", "waiting")


def sources(state: sqlite3.Connection, now: int) -> tuple[SourceHealth, ...]:
    """All of them, those that are not well first."""
    found = [
        _health(msgspec.json.decode(blob, type=SourceStatus), now)
        for blob in reading.statuses(state).values()
    ]
    return tuple(sorted(found, key=lambda each: (each.well, each.name)))


def rounded(rate: float) -> float:
    """To two digits: what is shown changes when it matters."""
    return float(f"{rate:.2g}")


def _health(status: SourceStatus, now: int) -> SourceHealth:
    quiet = None if status.last_arrival is None else max(0, now - status.last_arrival)
    state: str = status.state
    if status.silent:
        state = "silent"
    elif state == "running" and now - status.heartbeat > BEATS:
        state = "unwatched"
    elif state == "running" and status.lag is not None and status.lag > LATE:
        state = "late"
    elif state == "running" and status.last_arrival is None:
        state = "waiting"
    last = status.last_problems[-1] if status.last_problems else None
    return SourceHealth(
        visible(status.name),
        state,
        rounded(status.rate),
        status.events,
        status.last_arrival,
        quiet,
        status.lag,
        status.silence,
        status.problems,
        "" if last is None else visible(str(last)),
    )
