"""Syslog's transports: UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vedette.sources.live.framing import Deframer
from vedette.sources.live.intake import Intake

if TYPE_CHECKING:
    import ssl

MOST_REASONS: Final = 50
"""Kinds of losses told apart in one second; senders can't fill memory with more."""

RECEIVE_BUFFER: Final = 8 << 20
"""Asked of the kernel for UDP, so that a burst survives a pause; it may give less."""


class Datagrams(asyncio.DatagramProtocol):
    """One message a datagram."""

    def __init__(self, intake: Intake, limit: int) -> None:
        self._intake = intake
        self._limit = limit
        self._socket: socket.socket | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        sock: socket.socket = transport.get_extra_info("socket")
        with contextlib.suppress(OSError):  # then the system's own size must do
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if len(data) > self._limit:
            self._intake.lose("cut because they were too long")
            data = data[: self._limit]
        data = data.rstrip(b"\r\n\0")
        if data:
            self._intake.offer(str(addr[0]), data)


class Stream(asyncio.Protocol):
    """One connection. It is not read while the intake is full."""

    def __init__(self, intake: Intake, limit: int, peers: set[Stream], most: int) -> None:
        self._intake = intake
        self._frames = Deframer(limit)
        self._peers = peers
        self._most = most
        self._cut = 0
        self._transport: asyncio.Transport | None = None
        self.sender = ""
        self.heard = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if len(self._peers) >= self._most:
            self._intake.lose("connections refused because there were too many")
            transport.abort()
            return
        self._transport = transport
        self._peers.add(self)
        self.sender = str((transport.get_extra_info("peername") or ("",))[0])
        self.heard = asyncio.get_running_loop().time()

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        self.heard = asyncio.get_running_loop().time()
        for message in self._frames.feed(data):
            self._intake.put(self.sender, message)
        self._count()
        if self._intake.full:
            self._transport.pause_reading()
            self._intake.when_room(self._resume)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is None:
            return
        for message in self._frames.close():
            self._intake.put(self.sender, message)
        self._count()
        self._intake.forget(self._resume)
        self._peers.discard(self)

    def close(self) -> None:
        """End the connection from this side."""
        if self._transport is not None:
            self._transport.close()

    def _resume(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _count(self) -> None:
        if self._frames.cut > self._cut:
            self._intake.lose("cut because they were too long", self._frames.cut - self._cut)
            self._cut = self._frames.cut


class Greeting(asyncio.Protocol):
    """A connection until its TLS handshake is done, which makes a `Stream` of it. A handshake
    that fails is counted: a sender with the wrong certificate is a sender that is not heard."""

    def __init__(
        self, intake: Intake, stream: Callable[[], Stream], context: ssl.SSLContext, timeout: float
    ) -> None:
        """`timeout` in seconds."""
        self._intake = intake
        self._stream = stream
        self._context = context
        self._timeout = timeout
        self._task: asyncio.Task[None] | None = None
        self._early: list[bytes] = []
        self._lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        # start_tls takes over before anything can be read: the task's first step comes first
        self._task = asyncio.get_running_loop().create_task(self._shake(transport))

    def data_received(self, data: bytes) -> None:
        self._early.append(data)  # came together with the end of the handshake

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True

    async def _shake(self, transport: asyncio.Transport) -> None:
        sender = str((transport.get_extra_info("peername") or ("an unknown sender",))[0])
        try:
            secured = await asyncio.get_running_loop().start_tls(
                transport,
                self,
                self._context,
                server_side=True,
                ssl_handshake_timeout=self._timeout,
            )
        except OSError as error:  # ssl.SSLError, and whatever the network does
            reason = getattr(error, "reason", None) or str(error) or type(error).__name__
            what = f"connections from {sender} refused in the TLS handshake ({reason})"
            few = len(self._intake.lost) < MOST_REASONS
            self._intake.lose(what if few else "connections refused in the TLS handshake")
            transport.abort()
            return
        assert secured is not None  # only a connection that is closing has none, and that raises
        stream = self._stream()
        stream.connection_made(secured)
        secured.set_protocol(stream)
        for data in self._early:
            stream.data_received(data)
        if self._lost:
            stream.connection_lost(None)


def kernel_drops(inode: int) -> int:
    """Datagrams that the kernel dropped because the socket with this inode was not read in time;
    0 where the system does not say (see proc(5), /proc/net/udp)."""
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if len(fields) >= 13 and fields[9] == str(inode):
                return int(fields[12])
    return 0


def inode_of(sock: socket.socket) -> int:
    return os.fstat(sock.fileno()).st_ino
