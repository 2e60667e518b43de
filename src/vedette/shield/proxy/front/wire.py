"""One connection: what came in and was not yet read, and what waits to go out. Both bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf
from typing import Final

# Above HIGH the other side is no longer read from, until it is LOW again.
HIGH: Final = 128 * 1024
LOW: Final = 64 * 1024


class Late(Exception):
    """The other side took too long."""


class Gone(Exception):
    """The other side closed the connection, or it broke, before all was said."""


class Wire(asyncio.Protocol):
    """A connection, read by one coroutine and written by one. Deadlines are in seconds of the
    loop's clock; somebody calls `expire` now and then to hold them (see `Sweep`)."""

    __slots__ = (
        "_drained", "_loop", "_made", "_on_lost", "_paused", "_readable", "_reading", "_transport",
        "buffer", "close_by", "ended", "lost", "read_by", "write_by",
    )  # fmt: skip

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        made: Callable[[Wire], None],
        on_lost: Callable[[Wire], None],
    ) -> None:
        self._loop = loop
        self._made = made
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._readable: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._paused = False
        self._reading = True
        self.buffer = bytearray()
        self.ended = False
        self.lost = False
        self.read_by = inf
        self.write_by = inf
        self.close_by = inf

    # called by the loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]  # uvloop's are no subclasses
        self._made(self)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if len(self.buffer) > HIGH and self._reading and self._transport is not None:
            self._reading = False
            self._transport.pause_reading()
        _wake(self._readable)

    def eof_received(self) -> bool:
        self.ended = True
        _wake(self._readable)
        return True  # who has said all may still listen

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        _wake(self._drained)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = self.ended = True
        self._paused = False
        _wake(self._readable)
        _wake(self._drained)
        self._on_lost(self)

    # called by whoever reads and writes

    async def more(self, by: float) -> bool:
        """Wait for bytes to be added to `buffer`; False where none will come. Raises Late."""
        if self.ended:
            return False
        before = len(self.buffer)
        if not self._reading and before <= LOW and self._transport is not None:
            self._reading = True
            self._transport.resume_reading()
        self.read_by = by
        self._readable = self._loop.create_future()
        try:
            await self._readable
        finally:
            self._readable = None
            self.read_by = inf
        return len(self.buffer) > before or not self.ended

    def write(self, data: bytes) -> None:
        """Send; what does not go out at once waits in memory: `drain` after large pieces."""
        if self._transport is not None and not self.lost:
            self._transport.write(data)

    async def drain(self, by: float) -> None:
        """Wait until little waits to go out. Raises Late and Gone."""
        if self._paused:
            self.write_by = by
            self._drained = self._loop.create_future()
            try:
                await self._drained
            finally:
                self._drained = None
                self.write_by = inf
        if self.lost:
            raise Gone

    def expire(self, now: float) -> None:
        """End the waits whose time has passed."""
        if self.read_by < now:
            _fail(self._readable)
        if self.write_by < now:
            _fail(self._drained)
        if self.close_by < now:
            self.abort()

    def finish(self, by: float) -> None:
        """Close once all that was written has gone out, or when it has not until then."""
        self.close_by = by
        if self._transport is not None:
            self._transport.close()

    def half_close(self) -> bool:
        """Say that nothing more will be written, yet listen on; False where that can't be done."""
        transport = self._transport
        if transport is None or self.lost or not transport.can_write_eof():
            return False
        transport.write_eof()
        return True

    def abort(self) -> None:
        """Close at once; what was not sent is lost."""
        if self._transport is not None:
            self._transport.abort()

    def info(self, name: str) -> object:
        """What the transport says about itself: "peername", "sockname", "ssl_object"..."""
        return self._transport.get_extra_info(name) if self._transport is not None else None


def _wake(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)


def _fail(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_exception(Late())
