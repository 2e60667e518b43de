"""A syslog listener as a source.

Syslog has no acknowledgement: what was received and not stored when the process dies is lost, by
UDP and TCP alike. What is dropped while it runs is counted and told of.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Final

from vedette.model.batch import Batch, DictRows, Position
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sources.format import CHUNK_BYTES, CHUNK_ROWS, Chunk
from vedette.sources.live.clock import Clock
from vedette.sources.live.intake import Intake
from vedette.sources.live.payload import Messages
from vedette.sources.live.syslog_wire import Datagrams, Greeting, Stream, inode_of, kernel_drops
from vedette.sources.live.tls import Tls

MAX_DELAY: Final = 0.2
"""Seconds that a message waits for others to make a batch with."""

TICK: Final = 1.0
"""Seconds between looks at what only time changes."""

HOLD: Final = 2_000_000
"""Microseconds after which an audit event that may go on is taken as whole."""

HANDSHAKE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how to listen. Sizes in bytes, times in seconds. With `tls`, `protocol` is tcp."""

    host: str
    port: int
    protocol: str = "udp"
    tls: Tls | None = None
    max_message: int = 65_536
    max_connections: int = 1024
    idle_timeout: float = 3600.0
    queue: int = 16_000_000


class SyslogSource:
    """Receives syslog. Places are `run:number`: `run` is new at every start, so no place comes
    twice. `unwrap` reads auditd, Sysmon for Linux and JSON inside of messages as such."""

    def __init__(
        self,
        name: str,
        listening: Listening,
        *,
        unwrap: bool = True,
        logsource: Logsource | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self.address: tuple[str, int] | None = None
        """Where it listens, once it does."""
        self._listening = listening
        self._logsource = logsource or Logsource()
        self._clock = clock or Clock()
        self._run = secrets.token_hex(6)
        self._messages = Messages(self._run, unwrap=unwrap)
        self._intake = Intake(listening.queue)
        self._peers: set[Stream] = set()
        self._dropped = 0
        self._inode = 0

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        """Batches for ever; there is nothing to resume. Raises OSError where the address can't be
        listened at, ConfigError where the certificate is of no use."""
        async with self._server():
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._intake.arrived(), TICK)
                    if self._intake.nbytes < CHUNK_BYTES:
                        await asyncio.sleep(MAX_DELAY)
                self._close_idle()
                arrival = self._clock.now()
                for sender, message in self._intake.take(CHUNK_ROWS, CHUNK_BYTES):
                    self._messages.add(sender, message, arrival)
                for batch in self._batches(self._messages.take(arrival - HOLD), arrival):
                    yield batch

    async def safe(self, batch: Batch) -> None:
        """Nothing to do: syslog knows no acknowledgement."""

    def _batches(self, chunks: list[Chunk], arrival: int) -> Iterator[Batch]:
        losses = self._losses()
        if losses and not chunks:
            chunks = [Chunk("syslog", DictRows((), (), ()))]
        for chunk in chunks:
            told = (Problem(f"{self.name}: {p.where}", p.what, p.fix) for p in chunk.problems)
            yield Batch(
                f"syslog:{self.name}",
                chunk.format,
                chunk.rows,
                chunk.logsource if self._logsource == Logsource() else self._logsource,
                arrival,
                nbytes=chunk.nbytes,
                problems=(*losses, *told),
            )
            losses = ()

    def _losses(self) -> tuple[Problem, ...]:
        """What was lost since the last time."""
        if self._inode:
            dropped = kernel_drops(self._inode)
            if dropped > self._dropped:
                why = "dropped by the system because they were not read in time"
                self._intake.lost[why] += dropped - self._dropped
                self._dropped = dropped
        lost, self._intake.lost = self._intake.lost, type(self._intake.lost)()
        return tuple(_loss(self.name, why, count) for why, count in lost.items())

    def _close_idle(self) -> None:
        now = asyncio.get_running_loop().time()
        for peer in list(self._peers):
            if now - peer.heard > self._listening.idle_timeout:
                peer.close()

    @contextlib.asynccontextmanager
    async def _server(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        how = self._listening
        if how.protocol == "udp":
            transport, _ = await loop.create_datagram_endpoint(
                lambda: Datagrams(self._intake, how.max_message), (how.host, how.port)
            )
            sock: socket.socket = transport.get_extra_info("socket")
            self.address, self._inode = sock.getsockname()[:2], inode_of(sock)
            try:
                yield
            finally:
                self._inode = 0
                transport.close()
                await asyncio.sleep(0)  # the transport closes its socket in the next turn
            return
        context = how.tls.context() if how.tls is not None else None

        def stream() -> Stream:
            return Stream(self._intake, how.max_message, self._peers, how.max_connections)

        def greeting() -> asyncio.Protocol:
            if context is None:
                return stream()
            return Greeting(self._intake, stream, context, HANDSHAKE)

        server = await loop.create_server(greeting, how.host, how.port)
        self.address = server.sockets[0].getsockname()[:2]
        try:
            yield
        finally:
            server.close()
            for peer in list(self._peers):
                peer.close()
            await asyncio.sleep(0)


def _loss(name: str, why: str, count: int) -> Problem:
    if "TLS" in why:
        fix = "check the certificates and authorities on both sides"
    else:
        fix = "raise the source's limits, send less, or use the http source, which acknowledges"
    return Problem(name, f"{count} {'' if 'connections' in why else 'messages '}{why}", fix)
