"""One client's connection: its requests, one after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from vedette.shield.guarding import Block
from vedette.shield.proxy.access_log import unread
from vedette.shield.proxy.answers import answer, page
from vedette.shield.proxy.context import Context, Refusal
from vedette.shield.proxy.forward.onward import Onward
from vedette.shield.proxy.front.wire import Gone, Late, Wire
from vedette.shield.proxy.http.fields import stray
from vedette.shield.proxy.http.refused import Refused
from vedette.shield.proxy.http.request_head import RequestHead, is_request_line, read_request_head

_MOST_DISCARDED = 1024 * 1024


class Peer(msgspec.Struct, frozen=True):
    """Both ends of a connection. `address` is whom it came from: the client, or a proxy in front;
    `proxied`: that one was named by the PROXY protocol."""

    address: str
    port: int
    server: str
    server_port: int
    trusted: bool
    secure: bool


Handle = Callable[["Session", RequestHead, float], Awaitable[bool]]
"""Answers one request, which began at this time of the loop's clock. Whether another may follow.
May raise Gone."""


class Session:
    """Reads requests off a wire and has each exchanged for a response."""

    __slots__ = ("_handle", "context", "idle", "onward", "peer", "wire")

    def __init__(self, context: Context, wire: Wire, peer: Peer, handle: Handle) -> None:
        settings = context.settings
        self.context = context
        self.wire = wire
        self._handle = handle
        self.peer = peer
        self.onward = Onward(
            peer.address.encode("ascii"),
            peer.trusted,
            b"https" if peer.secure else b"http",
            settings.plain_responses,
            settings.via.encode("ascii"),
        )
        self.idle = True

    async def run(self) -> None:
        """Returns once the connection is closed, or about to be."""
        wire = self.wire
        loop = self.context.loop
        try:
            wait = self.context.settings.timeouts.head
            while await self._one(wait):
                wait = self.context.settings.timeouts.idle
        except (Gone, Late):
            wire.abort()
        except Exception as error:
            self.context.listeners.alarm(
                f"a connection broke the proxy ({type(error).__name__}: {error})"
            )
            wire.abort()
        finally:
            wire.finish(loop.time() + self.context.settings.timeouts.send)

    async def _one(self, wait: float) -> bool:
        """One request; whether another may follow."""
        started = 0.0
        try:
            raw = await self._head(wait)
            if raw is None:
                return False
            started = self.context.loop.time()
            context = self.context
            head = read_request_head(raw, context.settings.limits, context.fields)
        except Refused as refused:
            await self._refuse(refused, started)
            return False
        return await self._handle(self, head, started)

    async def _head(self, wait: float) -> bytes | None:
        """The next head, or None where no more come. Raises Refused, Gone."""
        context = self.context
        wire = self.wire
        buffer = wire.buffer
        limit = context.settings.limits.head
        if not buffer:
            self.idle = True
            if context.draining:
                return None
            try:
                if not await wire.more(context.loop.time() + wait):
                    return None
            except Late:
                return None
            self.idle = False
        if buffer[:2] == b"\r\n":  # RFC 9112 2.2: one empty line is overlooked
            del buffer[:2]
        by = 0.0
        seen = 0
        while (end := buffer.find(b"\r\n\r\n", max(seen - 3, 0), limit)) < 0:
            upto = len(buffer) - buffer.endswith(b"\r")
            if stray(buffer, seen, upto):
                raise Refused(400, "bare CR, bare LF or NUL")
            if len(buffer) >= limit:
                raise Refused(431 if b"\r\n" in buffer else 414, "head too long")
            first = buffer.find(b"\r\n", 0, limit)
            if first >= 0 and not is_request_line(bytes(buffer[: first + 2])):
                raise Refused(400, "request line")
            seen = upto
            by = by or context.loop.time() + context.settings.timeouts.head
            try:
                if not await wire.more(by):
                    raise Gone
            except Late:
                raise Refused(408, "head too slow") from None
        raw = bytes(buffer[: end + 4])
        del buffer[: end + 4]
        return raw

    async def _refuse(self, refused: Refused, started: float) -> None:
        self.tell(refused)
        block = page(refused.status)
        self.wire.write(answer(block, b"GET", modern=True, keep=False))
        context = self.context
        if context.log is not None:
            took = context.loop.time() - started if started else 0.0
            now = context.listeners.now()
            context.log.write(unread(now, self.peer.address, refused.status, len(block.body), took))
        await self.linger()

    def tell(self, refused: Refused) -> None:
        """Have it known that a request was refused."""
        context = self.context
        context.listeners.refused(
            Refusal(
                self.peer.address,
                self.peer.port,
                refused.status,
                refused.reason,
                context.listeners.now(),
            )
        )

    async def answer(self, block: Block, method: bytes, modern: bool, keep: bool) -> None:
        """Send an answer of the proxy's own."""
        self.wire.write(answer(block, method, modern, keep))
        await self.wire.drain(self.context.loop.time() + self.context.settings.timeouts.send)

    async def linger(self) -> None:
        """Let the client read the answer before its connection is cut for what it still sends:
        closing with input unread would have the kernel throw the answer away (RFC 9112 9.6)."""
        wire = self.wire
        wire.half_close()
        by = self.context.loop.time() + self.context.settings.timeouts.linger
        discarded = 0
        try:
            while discarded < _MOST_DISCARDED:
                discarded += len(wire.buffer)
                wire.buffer.clear()
                if not await wire.more(by):
                    return
        except Late:
            return
