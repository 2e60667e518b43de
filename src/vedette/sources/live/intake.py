"""Received messages on their way from the sockets to the reader, bounded by bytes."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

OVERHEAD = 128
"""Bytes that a message costs besides its own, so that empty ones can't fill the memory."""


@dataclass(slots=True)
class Intake:
    """A queue of (sender, message). Streams are told to wait above `limit` bytes and may go on
    at half of it; what can't wait is dropped and counted."""

    limit: int
    lost: Counter[str] = field(default_factory=Counter)
    _queue: deque[tuple[str, bytes]] = field(default_factory=deque)
    _bytes: int = 0
    _waiting: set[Callable[[], None]] = field(default_factory=set)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def full(self) -> bool:
        return self._bytes >= self.limit

    @property
    def nbytes(self) -> int:
        return self._bytes

    def put(self, sender: str, message: bytes) -> None:
        """Take a message, whatever is there already."""
        self._queue.append((sender, message))
        self._bytes += len(message) + OVERHEAD
        self._arrived.set()

    def offer(self, sender: str, message: bytes) -> None:
        """Take a message if there is room."""
        if self.full:
            self.lose("dropped because the queue was full")
        else:
            self.put(sender, message)

    def lose(self, why: str, count: int = 1) -> None:
        """Count something that was lost, to be told of soon."""
        self.lost[why] += count
        self._arrived.set()

    def when_room(self, resume: Callable[[], None]) -> None:
        """Call `resume` once there is room."""
        self._waiting.add(resume)

    def forget(self, resume: Callable[[], None]) -> None:
        self._waiting.discard(resume)

    async def arrived(self) -> None:
        """Wait until there is a message or a loss to tell of."""
        await self._arrived.wait()

    def take(self, count: int, size: int) -> list[tuple[str, bytes]]:
        """Up to `count` messages of about `size` bytes together, oldest first."""
        taken: list[tuple[str, bytes]] = []
        start = self._bytes
        while self._queue and len(taken) < count and start - self._bytes < size:
            item = self._queue.popleft()
            self._bytes -= len(item[1]) + OVERHEAD
            taken.append(item)
        if not self._queue:
            self._arrived.clear()
        if self._bytes * 2 <= self.limit:
            waiting, self._waiting = self._waiting, set()
            for resume in waiting:
                resume()
        return taken
