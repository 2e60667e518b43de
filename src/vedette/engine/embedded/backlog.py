"""Whether events wait: the alarm of each source whose queue lies on the disk, or is full."""

from __future__ import annotations

from typing import Final

from vedette.engine.alarms import BACKLOG, OVERFLOW, alarm
from vedette.model.finding import Finding
from vedette.model.instant import SECOND, rfc3339

LONG: Final = 60 * SECOND
"""Microseconds that events may wait on the disk before it is an alarm."""


class Backlog:
    """Keeps since when. One for each source; an alarm is said once for each time it begins."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._waits: int | None = None
        self._full: int | None = None
        self._said = False

    @property
    def over(self) -> bool:
        """Whether an alarm of it stands."""
        return self._said or self._full is not None

    def tick(self, now: int, on_disk: int, full: bool) -> list[Finding]:
        """About once a second: `on_disk` bytes of events wait there, `full` whether its sender
        has to wait."""
        found: list[Finding] = []
        if not on_disk:
            self._waits, self._said = None, False
        elif self._waits is None:
            self._waits = now
        elif not self._said and now - self._waits >= LONG:
            self._said = True
            what = (
                f"events of {self._name} have waited on the disk since {rfc3339(self._waits)} "
                f"({on_disk:,} bytes): more comes than can be judged"
            )
            found.append(alarm(BACKLOG, str(self._waits), now, what, self._name))
        if not full:
            self._full = None
        elif self._full is None:
            self._full = now
            what = (
                f"no room for more events of {self._name}: its senders wait or are refused; "
                "give the queue more room (queue.spill_bytes), or free disk space"
            )
            found.append(alarm(OVERFLOW, str(now), now, what, self._name))
        return found
