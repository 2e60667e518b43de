"""What one transaction may cost. Past it, evaluation ends and the outcome says so."""

from __future__ import annotations

import threading
import time
from typing import Final

import msgspec

_OFTEN: Final = 32
"""Values between two looks at the clock."""
_SHARE: Final = 64
"""The part of the time up to which readings of it may be wrong, one over this."""


class Budget(msgspec.Struct, frozen=True):
    """Limits of one transaction; 0: none. `arguments` counts ARGS, `bytes` their names and values
    and the bodies, `values` what is looked at that was never seen before; `cpu_us` is processor
    time in microseconds that its phases take together."""

    arguments: int = 0
    values: int = 0
    bytes: int = 0
    cpu_us: int = 0


class Exceeded(Exception):
    """A budget is used up; the argument is its name."""


class Reading:
    """The last look at a thread's processor time, shared by the transactions of an engine."""

    __slots__ = ("at", "thread", "time")

    def __init__(self) -> None:
        self.thread = 0
        self.at = 0
        self.time = 0

    def refresh(self, now: int) -> None:
        """Look again; `now` is the monotonic clock's."""
        self.thread, self.at, self.time = threading.get_ident(), now, time.thread_time_ns()


class Watch:
    """One transaction's use of its budget. Time runs between `start` and `stop`: what its thread
    does for other transactions meanwhile is not counted.

    Processor time is a system call away, the monotonic clock is not, and a thread can't use more of
    the former than passes of the latter. So the first is only asked for where the second leaves a
    doubt. Never is more than the budget granted; up to a sixth less may be.
    """

    __slots__ = ("_began", "_budget", "_from", "_left", "_next", "_reading", "_slack", "_time")

    def __init__(self, budget: Budget, reading: Reading | None = None) -> None:
        self._budget = budget
        self._left = budget.values or (1 << 62)
        self._next = self._left - _OFTEN
        self._time = budget.cpu_us * 1_000
        self._slack = self._time // _SHARE
        self._reading = reading or Reading()
        self._from = 0
        self._began = 0

    @property
    def counts_bytes(self) -> bool:
        """Whether `size` has to be told the bytes."""
        return self._budget.bytes > 0

    def start(self) -> None:
        if not self._budget.cpu_us:
            return
        now = self._began = time.monotonic_ns()
        reading = self._reading
        if now - reading.at > self._slack or reading.thread != threading.get_ident():
            reading.refresh(now)
        self._from = reading.time

    def stop(self) -> None:
        if self._began:
            passed = time.monotonic_ns() - self._began
            if passed > self._slack:
                passed = time.thread_time_ns() - self._from
            self._time -= passed

    def value(self) -> None:
        """One more value. Raises Exceeded."""
        self._left -= 1
        if self._left <= self._next:
            self.look()

    def look(self) -> None:
        """Whether values or time are used up. Raises Exceeded."""
        if self._left < 0:
            raise Exceeded("values")
        self._next = max(self._left - _OFTEN, 0) if self._left else -1
        if (
            self._began
            and time.monotonic_ns() - self._began > self._time
            and time.thread_time_ns() - self._from > self._time
        ):
            raise Exceeded("cpu_us")

    def size(self, arguments: int, size: int) -> None:
        """How much there is to look at. Raises Exceeded."""
        budget = self._budget
        if budget.arguments and arguments > budget.arguments:
            raise Exceeded("arguments")
        if budget.bytes and size > budget.bytes:
            raise Exceeded("bytes")
