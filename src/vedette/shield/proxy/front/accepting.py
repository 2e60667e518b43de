"""Letting connections in, no more than the door allows, each with a task of its own."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Coroutine
from ipaddress import ip_address
from typing import Any, Final

from vedette.shield.proxy.answers import answer, page
from vedette.shield.proxy.context import Context
from vedette.shield.proxy.front.door import client_key
from vedette.shield.proxy.front.proxy_protocol import PEEK, BadPreamble, Preamble, read_preamble
from vedette.shield.proxy.front.wire import Wire
from vedette.shield.proxy.session import Peer

_AT_ONCE: Final = 64
_PAUSE: Final = 0.1  # after the system refused to accept: no descriptors are left, for example
_PEEK_PAUSE: Final = 0.01
_FULL: Final = answer(page(503), b"GET", modern=True, keep=False)

Serve = Callable[[Wire, Peer], Coroutine[Any, Any, None]]


class Accepting:
    """Takes connections from a listening socket and hands each, once it can be read, to `serve`."""

    def __init__(
        self, context: Context, listening: socket.socket, tls: ssl.SSLContext | None, serve: Serve
    ) -> None:
        self._context = context
        self._listening = listening
        self._tls = tls
        self._serve = serve
        self._tasks: set[asyncio.Task[None]] = set()
        self._keys: dict[Wire, str | None] = {}
        self._again: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._context.loop.add_reader(self._listening, self._accept)

    def stop(self) -> None:
        """No further connections; those inside go on."""
        if self._again is not None:
            self._again.cancel()
        if self._listening.fileno() >= 0:
            self._context.loop.remove_reader(self._listening)
            self._listening.close()

    @property
    def busy(self) -> int:
        """Connections inside."""
        return len(self._tasks) + len(self._keys)

    def abort(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        for wire in tuple(self._keys):
            wire.abort()

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                made, address = self._listening.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                loop = self._context.loop
                loop.remove_reader(self._listening)
                self._again = loop.call_later(_PAUSE, self.start)
                return
            self._enter(made, address)

    def _enter(self, made: socket.socket, address: tuple[str, int]) -> None:
        door = self._context.door
        if not door.enter():
            self._turn_away(made)
            return
        trusted = self._trusts(address[0])
        key = None if trusted else client_key(address[0])
        if key is not None and not door.enter_client(key):
            door.leave()
            self._turn_away(made)
            return
        task = self._context.loop.create_task(self._welcome(made, address, trusted, key))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._context.listeners.alarm(
                f"a connection broke the proxy ({type(error).__name__}: {error})"
            )

    def _trusts(self, address: str) -> bool:
        trusted = self._context.trusted
        return bool(trusted.networks) and trusted.holds(ip_address(address.partition("%")[0]))

    def _turn_away(self, made: socket.socket) -> None:
        made.setblocking(False)
        try:
            if self._tls is None:
                made.send(_FULL)
        except OSError:
            pass  # it will see the connection closed
        finally:
            made.close()

    async def _welcome(
        self, made: socket.socket, address: tuple[str, int], trusted: bool, key: str | None
    ) -> None:
        context = self._context
        door = context.door
        made.setblocking(False)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            local = made.getsockname()
            peer = Peer(address[0], address[1], local[0], local[1], trusted, self._tls is not None)
            if trusted and context.settings.client_from == "proxy-protocol":
                peer = await self._named(made, peer)
                if not peer.trusted:
                    named = client_key(peer.address)
                    if not door.enter_client(named):
                        raise BadPreamble("too many connections")
                    key = named
            wire = await self._connect(made, key)
        except (OSError, ssl.SSLError, BadPreamble, TimeoutError, asyncio.CancelledError):
            made.close()
            self._left(key)
            return
        await self._serve(wire, peer)

    async def _named(self, made: socket.socket, peer: Peer) -> Peer:
        """Who the PROXY protocol says is there: those bytes are taken off the socket, and no
        others. Raises BadPreamble, TimeoutError, OSError."""
        loop = self._context.loop
        async with asyncio.timeout(self._context.settings.timeouts.head):
            while True:
                preamble = await self._peek(loop, made)
                if preamble is not None:
                    break
        made.recv(preamble.size)
        if preamble.client is None:
            return peer
        return Peer(
            preamble.client, preamble.client_port, preamble.server, preamble.server_port,
            False, peer.secure,
        )  # fmt: skip

    async def _peek(self, loop: asyncio.AbstractEventLoop, made: socket.socket) -> Preamble | None:
        try:
            data = made.recv(PEEK, socket.MSG_PEEK)
            if not data:
                raise BadPreamble("closed")
        except (BlockingIOError, InterruptedError):
            data = b""
        preamble = read_preamble(data)
        if preamble is None:
            # what was peeked at stays readable, so readiness can't be waited for
            await asyncio.sleep(_PEEK_PAUSE)
        return preamble

    async def _connect(self, made: socket.socket, key: str | None) -> Wire:
        context = self._context
        loop = context.loop

        def lost(wire: Wire) -> None:
            context.sweep.wires.discard(wire)
            if wire in self._keys:
                self._left(self._keys.pop(wire))

        wait = context.settings.timeouts.head if self._tls is not None else None
        wire = Wire(loop, context.sweep.wires.add, lost)
        await loop.connect_accepted_socket(
            lambda: wire,  # uvloop gives back a protocol of its own with TLS
            made,
            ssl=self._tls,
            ssl_handshake_timeout=wait,
        )
        if wire.lost:
            raise OSError("closed")
        self._keys[wire] = key
        return wire

    def _left(self, key: str | None) -> None:
        self._context.door.leave()
        if key is not None:
            self._context.door.leave_client(key)
