"""Room on the disk: people hear of it before there is none, for then nothing can be stored."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vedette.engine.alarms import DISK, alarm
from vedette.model.finding import Finding
from vedette.model.instant import SECOND

EVERY: Final = 60 * SECOND
"""Microseconds between two looks."""
PART: Final = 100
ENOUGH: Final = 512 << 20
"""The alarm is raised below a hundredth of the disk, or below so many bytes where that is less."""
HOUR: Final = 3600 * SECOND


class Space:
    """Looks at the disk of the data folder. Used by one thread."""

    def __init__(self, data: Path, now: Callable[[], int], put: Callable[[Finding], None]) -> None:
        """`put` gets the alarm, the same one once an hour."""
        self._data = data
        self._now = now
        self._put = put
        self._next = 0

    def look(self) -> None:
        """Where it is time. Raises OSError."""
        now = self._now()
        if now < self._next:
            return
        self._next = now + EVERY
        disk = os.statvfs(self._data)
        left = disk.f_bavail * disk.f_frsize
        if left < min(disk.f_blocks * disk.f_frsize // PART, ENOUGH):
            what = f"{left >> 20:,} MB are left for {self._data}; without room nothing is stored"
            self._put(alarm(DISK, str(now // HOUR), now, what))
