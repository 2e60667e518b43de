"""Deadlines held by one timer: a timer for each wait would cost more than the wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from vedette.shield.proxy.front.wire import Wire


class Sweep:
    """Looks at all connections every `seconds`, and calls `also` then."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, also: Callable[[float], None]
    ) -> None:
        self._loop = loop
        self._seconds = seconds
        self._also = also
        self._timer: asyncio.TimerHandle | None = None
        self.wires: set[Wire] = set()

    def start(self) -> None:
        self._timer = self._loop.call_later(self._seconds, self._tick)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tick(self) -> None:
        self.start()
        now = self._loop.time()
        for wire in tuple(self.wires):
            wire.expire(now)
        self._also(now)
