"""The ledger read as a whole from time to time, so that what was altered is found while running."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from vedette.ledger.errors import Fault
from vedette.ledger.ledger import Ledger
from vedette.ledger.verification import verify
from vedette.model.instant import SECOND

EVERY: Final = 24 * 3600 * SECOND
"""Microseconds between two readings: a million entries are about twenty seconds of a core."""


class Proving:
    """Used by one thread. A ledger that is found damaged takes no entry more."""

    def __init__(
        self, folder: Path, ledger: Ledger, now: Callable[[], int], stopped: Callable[[], bool]
    ) -> None:
        """A reading is given up where it is `stopped`."""
        self._folder = folder
        self._ledger = ledger
        self._now = now
        self._stopped = stopped
        self._next = 0

    def look(self) -> Fault | None:
        """What is wrong, where it is time to look. Raises UnreadableError, OSError."""
        now = self._now()
        if self._ledger.fault is not None or 0 <= now < self._next <= now + EVERY:
            return None
        self._next = now + EVERY
        try:
            found = verify(self._folder, progress=self._go_on).fault
        except _StoppedError:
            return None
        if found is not None:
            self._ledger.alarm(found)
        return found

    def _go_on(self, _: int) -> None:
        if self._stopped():
            raise _StoppedError


class _StoppedError(Exception):
    """The reading is not finished."""
