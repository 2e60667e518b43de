"""A message's body as it arrives."""

from __future__ import annotations

import asyncio
from typing import Protocol

from vedette.shield.proxy.front.wire import Gone, Late, Wire
from vedette.shield.proxy.http.chunks import BadChunk, Chunks
from vedette.shield.proxy.http.framing import CHUNKED, UNTIL_CLOSE
from vedette.shield.proxy.http.limits import Limits


class Pace:
    """How long one waits for a body: `grace` seconds at most at once; where there is a `rate`
    (bytes a second), what waiting costs is earned back only by bytes that come."""

    __slots__ = ("_grace", "_left", "_rate")

    def __init__(self, grace: float, rate: float) -> None:
        self._grace = self._left = grace
        self._rate = rate

    def left(self) -> float:
        """Seconds one may still wait."""
        return self._left

    def waited(self, seconds: float, count: int) -> None:
        """So long it took for `count` bytes to come."""
        if not self._rate:
            self._left = self._grace
        else:
            self._left = min(self._grace, self._left - seconds + count / self._rate)


class Body(Protocol):
    """What can be read from piece by piece."""

    done: bool

    async def piece(self, most: int) -> bytes: ...


class Incoming:
    """A body of `length` bytes, or CHUNKED, or UNTIL_CLOSE."""

    __slots__ = ("_chunks", "_left", "_loop", "_pace", "_wire", "count", "done")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        wire: Wire,
        length: int,
        limits: Limits,
        pace: Pace,
    ) -> None:
        self._loop = loop
        self._wire = wire
        self._left = length
        self._pace = pace
        self._chunks = Chunks(limits) if length == CHUNKED else None
        self.count = 0
        self.done = length == 0

    def ready(self, most: int) -> bytes:
        """What has arrived, up to `most` bytes; b"" where that is nothing. Raises BadChunk."""
        buffer = self._wire.buffer
        if self._chunks is not None:
            data = self._chunks.feed(buffer, most)
            self.done = self._chunks.done
        elif self._left == UNTIL_CLOSE:
            data = bytes(buffer[:most])
            del buffer[:most]
            self.done = self._wire.ended and not buffer
        else:
            count = min(self._left, most)
            data = bytes(buffer[:count])
            del buffer[:count]
            self._left -= len(data)
            self.done = not self._left
        self.count += len(data)
        return data

    async def piece(self, most: int) -> bytes:
        """Up to `most` bytes, as soon as there are any; b"" once `done`. Raises Late, Gone (it
        ended too early) and BadChunk."""
        while not self.done:
            data = self.ready(most)
            if data or self.done:
                return data
            before = len(self._wire.buffer)
            started = self._loop.time()
            if not await self._wire.more(started + self._pace.left()):
                if self._left == UNTIL_CLOSE and not self._wire.lost:
                    self.done = True
                    return b""
                raise Gone
            now = self._loop.time()
            self._pace.waited(now - started, len(self._wire.buffer) - before)
            if self._pace.left() <= 0:
                raise Late
        return b""

    async def gather(self, most: int) -> bytes:
        """The first bytes: at most `most` and one more, which says that there are more. Raises as
        `piece`."""
        data = await self.piece(most + 1)
        if self.done or len(data) > most:
            return data
        parts = [data]
        got = len(data)
        while not self.done and got <= most:
            data = await self.piece(most + 1 - got)
            parts.append(data)
            got += len(data)
        return b"".join(parts)


__all__ = ["BadChunk", "Body", "Gone", "Incoming", "Late", "Pace"]
