"""A website for the proxy to stand before: says what it got, answers what it is told to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import NamedTuple


class Got(NamedTuple):
    """A request as it arrived."""

    head: bytes
    body: bytes

    @property
    def line(self) -> bytes:
        return self.head.partition(b"\r\n")[0]

    def values(self, name: bytes) -> list[bytes]:
        return [
            line.partition(b":")[2].strip()
            for line in self.head.split(b"\r\n")[1:]
            if line.partition(b":")[0].lower() == name.lower()
        ]


Reply = Callable[[Got, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]]


def says(raw: bytes, keep: bool = True) -> Reply:
    """Answer with these very bytes."""

    async def reply(got: Got, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(raw)
        await writer.drain()
        return keep

    return reply


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n"


class Origin:
    """Keeps connections open, reads bodies whole unless `reads_bodies` is False."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.connections = 0
        self.reply: Reply = says(OK)
        self.reads_bodies = True
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0.02)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            keep = True
            while keep:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await _body(head, reader) if self.reads_bodies else b""
                got = Got(head, body)
                self.got.append(got)
                keep = await self.reply(got, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()


async def _body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    low = head.lower()
    if b"transfer-encoding: chunked" in low:
        parts = []
        while size := int(await reader.readuntil(b"\r\n"), 16):
            parts.append(await reader.readexactly(size))
            assert await reader.readexactly(2) == b"\r\n"
        assert await reader.readexactly(2) == b"\r\n"
        return b"".join(parts)
    at = low.find(b"\r\ncontent-length:")
    if at < 0:
        return b""
    return await reader.readexactly(int(low[at + 17 :].partition(b"\r\n")[0]))
