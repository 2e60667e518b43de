"""Time as live sources see it, so that tests can bring their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


def _micros() -> int:
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` in microseconds since the epoch, UTC, says when something arrived; `elapsed` in
    seconds never goes back and measures waiting; `sleep` takes seconds."""

    now: Callable[[], int] = _micros
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
