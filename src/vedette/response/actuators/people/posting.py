"""Alarms told in the background: whoever raises one never waits."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Final

from vedette.response.actuators.people.people import People

WAITING: Final = 1_000
"""Alarms that wait; of more, their number is told."""
EVERY: Final = 30.0
"""Seconds between two looks at what was held back."""


class Posting:
    """A thread that tells alarms and sums up what was held back. `failed` hears what did not get
    through; it must not raise, nor lead here again."""

    def __init__(self, people: People, failed: Callable[[str], None], every: float = EVERY) -> None:
        self._people = people
        self._failed = failed
        self._every = every
        self._waiting: queue.Queue[tuple[str, str] | None] = queue.Queue(WAITING)
        self._lost = 0
        self._thread = threading.Thread(target=self._work, name="alarms", daemon=True)
        self._thread.start()

    def __call__(self, what: str, fix: str) -> None:
        """An alarm: what failed, what to do. Never waits, never raises."""
        try:
            self._waiting.put_nowait((what, fix))
        except queue.Full:
            self._lost += 1

    def close(self, seconds: float = 10.0) -> None:
        """Tell what waits, for so long at the most."""
        until = time.monotonic() + seconds
        try:
            self._waiting.put(None, timeout=seconds)
        except queue.Full:
            return
        self._thread.join(max(until - time.monotonic(), 0))

    def _work(self) -> None:
        flushed = time.monotonic()
        while True:
            try:
                alarm = self._waiting.get(timeout=self._every)
                if alarm is None:
                    return
                self._tell(*alarm)
            except queue.Empty:
                pass
            if self._lost:
                lost, self._lost = self._lost, 0
                self._tell(f"{lost} alarms were not told: too many at once", "see the log")
            if time.monotonic() - flushed >= self._every:
                flushed = time.monotonic()
                self._report(self._people.flush())

    def _tell(self, what: str, fix: str) -> None:
        self._report(self._people.notify(what, fix))

    def _report(self, faults: list[str]) -> None:
        for fault in faults:
            self._failed(fault)
