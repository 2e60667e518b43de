"""Alarms about the shield itself, each kind told at once and then at most once a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from vedette.shield.guard.outlet import Outlet
from vedette.shield.guard.recording import alarm_record

AGAIN: Final = 60_000_000
"""Microseconds until an alarm of the same kind is told again, with the count in between."""
MOST_KINDS: Final = 256
_OTHER: Final = "Something else went wrong in the shield"
_LONGEST: Final = 500

_FIX: Final = "see the log; the website's policy says whether such requests pass (fail, over)"


class Alarms:
    """Used from one thread at a time. `now` is in microseconds since the epoch."""

    def __init__(self, outlet: Outlet, now: Callable[[], int]) -> None:
        self._outlet = outlet
        self._now = now
        self._told: dict[str, list[int]] = {}

    def __call__(self, what: str) -> None:
        """Raise an alarm. Never raises an exception."""
        what = what[:_LONGEST].encode("utf-8", "backslashreplace").decode()
        if what not in self._told and len(self._told) >= MOST_KINDS:
            what = _OTHER
        now = self._now()
        told = self._told.setdefault(what, [0, 0])
        told[1] += 1
        if now - told[0] >= AGAIN:
            self._outlet.put(alarm_record(what, now=now, fix=_FIX, count=told[1]))
            told[:] = [now, 0]

    def tick(self) -> None:
        """About once a minute: tell what is still untold."""
        now = self._now()
        for what, told in self._told.items():
            if told[1] and now - told[0] >= AGAIN:
                self._outlet.put(alarm_record(what, now=now, fix=_FIX, count=told[1]))
                told[:] = [now, 0]
