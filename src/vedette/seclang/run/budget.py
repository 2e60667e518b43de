"""What one transaction may cost. Past it, evaluation ends and the outcome says so."""

from __future__ import annotations

import time
from typing import Final

import msgspec

_OFTEN: Final = 32
"""Values between two looks at the clock."""


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


class Watch:
    """One transaction's use of its budget. Time runs between `start` and `stop`: what its thread
    does for other transactions meanwhile is not counted."""

    __slots__ = ("_budget", "_end", "_left", "_next", "_time")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._left = budget.values or (1 << 62)
        self._next = self._left - _OFTEN
        self._time = budget.cpu_us * 1_000
        self._end = 0

    def start(self) -> None:
        if self._budget.cpu_us:
            self._end = time.thread_time_ns() + self._time

    def stop(self) -> None:
        if self._budget.cpu_us:
            self._time = self._end - time.thread_time_ns()

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
        if self._end and time.thread_time_ns() > self._end:
            raise Exceeded("cpu_us")

    def size(self, arguments: int, size: int) -> None:
        """How much there is to look at. Raises Exceeded."""
        budget = self._budget
        if budget.arguments and arguments > budget.arguments:
            raise Exceeded("arguments")
        if budget.bytes and size > budget.bytes:
            raise Exceeded("bytes")
