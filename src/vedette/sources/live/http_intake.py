"""Requests on their way: taken in within a byte limit, answered once their events are stored."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from vedette.model.problem import Problem
from vedette.sources.live.http_body import Event


@dataclass(slots=True, eq=False)
class Delivery:
    """The events of one request. `stored` becomes True once they are safe, False if they will
    not be taken any more."""

    events: list[Event]
    problems: tuple[Problem, ...]
    nbytes: int
    number: int
    stored: asyncio.Future[bool]

    def settle(self, stored: bool) -> None:
        if not self.stored.done():
            self.stored.set_result(stored)


@dataclass(slots=True, eq=False)
class Load:
    """Deliveries that became batches together; all are stored when `marks` is empty."""

    deliveries: list[Delivery]
    marks: set[str]


@dataclass(slots=True)
class HttpIntake:
    """Holds at most `limit` bytes: of bodies being received, waiting, and not stored yet."""

    limit: int
    closed: bool = False
    held: int = 0
    count: int = 0
    _queue: deque[Delivery] = field(default_factory=deque)
    _loads: dict[str, Load] = field(default_factory=dict)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)

    def room(self, size: int) -> bool:
        """True if `size` bytes more may be held. One request alone always may."""
        return self.held == 0 or self.held + size <= self.limit

    def put(
        self, events: list[Event], problems: tuple[Problem, ...], nbytes: int
    ) -> asyncio.Future[bool]:
        """Queue the events of a request; its bytes are held already. The answer is to wait for
        the future."""
        self.count += 1
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append(Delivery(events, problems, nbytes, self.count, stored))
        self._arrived.set()
        return stored

    async def arrived(self) -> None:
        await self._arrived.wait()

    def take(self, rows: int) -> list[Delivery]:
        """Deliveries of about this many events together, oldest first."""
        taken: list[Delivery] = []
        while self._queue and sum(len(item.events) for item in taken) < rows:
            taken.append(self._queue.popleft())
        if not self._queue:
            self._arrived.clear()
        return taken

    def sent(self, deliveries: list[Delivery], marks: list[str]) -> None:
        """These deliveries are in the batches with these marks."""
        load = Load(deliveries, set(marks))
        for mark in marks:
            self._loads[mark] = load
        if not marks:
            self._settle(load)

    def safe(self, mark: str) -> None:
        """The batch with this mark is stored."""
        load = self._loads.pop(mark, None)
        if load is not None:
            load.marks.discard(mark)
            if not load.marks:
                self._settle(load)

    async def close(self, grace: float) -> None:
        """Take nothing more; what was made into batches may still become safe for `grace` seconds,
        all else is told that it was not stored."""
        self.closed = True
        for delivery in self._queue:
            delivery.settle(False)
        self._queue.clear()
        if self._loads:
            try:
                await asyncio.wait_for(self._quiet.wait(), grace)
            except TimeoutError:
                for load in self._loads.values():
                    for delivery in load.deliveries:
                        delivery.settle(False)

    def _settle(self, load: Load) -> None:
        for delivery in load.deliveries:
            self.held -= delivery.nbytes
            delivery.settle(True)
        if not self._loads and self.closed:
            self._quiet.set()
