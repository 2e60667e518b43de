"""What a call costs, and two sides measured in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

BLOCK = 20
"""Requests that one side judges before it is the other's turn: whatever disturbs the machine
disturbs both."""


def each_cpu(work: Callable[[T], object], entries: Sequence[T]) -> list[float]:
    """CPU microseconds of this process for each entry."""
    taken = []
    for entry in entries:
        start = time.process_time_ns()
        work(entry)
        taken.append((time.process_time_ns() - start) / 1_000)
    return taken


def in_turns(
    sides: Sequence[Callable[[T], object]], entries: Sequence[T], block: int = BLOCK
) -> list[list[float]]:
    """CPU microseconds of each side for each entry."""
    taken: list[list[float]] = [[] for _ in sides]
    for start in range(0, len(entries), block):
        part = entries[start : start + block]
        for times, work in zip(taken, sides, strict=True):
            times += each_cpu(work, part)
    return taken
