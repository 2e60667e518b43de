"""Syslog's transports: UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from pathlib import Path
from typing import Any, Final

from vedette.sources.live.framing import Deframer
from vedette.sources.live.intake import Intake

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
