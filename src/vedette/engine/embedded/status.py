"""How each source is doing: saved about once a second, for other processes to read."""

from __future__ import annotations

from collections import deque
from typing import Final, Literal

import msgspec

from vedette.model.finding import EventRef, Finding, RuleRef, finding_id
from vedette.model.instant import rfc3339
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem

RATE_SECONDS: Final = 10
"""The rate is an average over this time."""

LAST_PROBLEMS: Final = 5

SILENCE_RULE: Final = RuleRef(
    id="vedette.source-silence",
    title="A source of events has gone quiet",
    level="medium",
    author="Vedette",
    licence="Apache-2.0",
    path="",
)


class SourceStatus(msgspec.Struct):
    """Times are microseconds since the epoch, UTC, None where nothing came yet. `since` is when
    the source was first watched; `heartbeat` when this was written: an old one means that no
    watch is running. `lag` is arrival less event time of the newest event. `silence` is the
    configured time without events that raises the alarm, `silent` whether it is raised."""

    name: str
    state: Literal["running", "ended", "failed", "stopped"] = "running"
    since: int = 0
    heartbeat: int = 0
    events: int = 0
    nbytes: int = 0
    repeated: int = 0
    problems: int = 0
    last_problems: list[Problem] = []
    last_event: int | None = None
    last_arrival: int | None = None
    lag: int | None = None
    rate: float = 0.0
    queued: int = 0
    on_disk: int = 0
    silence: int | None = None
    silent: bool = False


class SourceMeter:
    """Keeps the status of one source."""

    def __init__(
        self, name: str, now: int, silence: int | None = None, saved: bytes | None = None
    ) -> None:
        """`saved` is the status that an earlier process left; counts and times go on from it."""
        self.status = (
            SourceStatus(name, since=now)
            if saved is None
            else msgspec.json.decode(saved, type=SourceStatus)
        )
        self.status.state = "running"
        self.status.silence = silence
        self._counts: deque[tuple[int, int]] = deque()

    def stored(
        self, now: int, arrival: int, events: int, nbytes: int, repeated: int, newest: int | None
    ) -> None:
        """A batch was stored."""
        status = self.status
        status.events += events
        status.nbytes += nbytes
        status.repeated += repeated
        if events or repeated:
            status.last_arrival = max(arrival, status.last_arrival or arrival)
            self._counts.append((now, events))
        if newest is not None:
            status.lag = arrival - newest
            status.last_event = max(newest, status.last_event or newest)

    def trouble(self, problem: Problem) -> None:
        self.status.problems += 1
        self.status.last_problems = [*self.status.last_problems, problem][-LAST_PROBLEMS:]

    def tick(self, now: int) -> Finding | None:
        """Bring rate, heartbeat and alarm up to `now`; gives the finding when the alarm begins.

        The finding's id is a hash of the source and the moment of its last event, so that the
        same silence is said once, however often the process is restarted in it.
        """
        status = self.status
        status.heartbeat = now
        while self._counts and self._counts[0][0] < now - RATE_SECONDS * 1_000_000:
            self._counts.popleft()
        status.rate = sum(events for _, events in self._counts) / RATE_SECONDS
        was = status.silent
        heard = status.since if status.last_arrival is None else status.last_arrival
        status.silent = status.silence is not None and now - heard > status.silence
        if not status.silent or was:
            return None
        return silence_finding(status.name, heard, status.silence or 0)


def silence_finding(source: str, heard: int, silence: int) -> Finding:
    """What is claimed of a source that was heard last at `heard` (or watched since then)."""
    return Finding(
        id=finding_id(SILENCE_RULE.id, (source, str(heard))),
        time=heard + silence,
        rule=SILENCE_RULE,
        logsource=Logsource(),
        techniques=("T1562",),
        entities=(),
        evidence=(),
        event_ref=EventRef(source, "", ""),
        message=f"no event from {source} since {rfc3339(heard)}, for longer than "
        f"{silence / 1_000_000:g} s",
    )
