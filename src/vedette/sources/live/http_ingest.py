"""Events by HTTP POST as a source: an answer of 200 means that they are stored."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vedette.model.batch import Batch, DictRows, Position
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sources.format import CHUNK_ROWS, Chunk
from vedette.sources.formats.grouping import Grouping
from vedette.sources.live.clock import Clock
from vedette.sources.live.http_app import Ingest
from vedette.sources.live.http_intake import Delivery, HttpIntake
from vedette.sources.live.tls import Tls

TICK: Final = 1.0
"""Seconds between looks at what was refused."""

GATHER: Final = 0.01
"""Seconds that a request waits for others to be stored with."""

GRACE: Final = 2.0
"""Seconds that what was handed on has to become safe when the source is closed."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and how to serve. Sizes in bytes; `tokens` are the secrets themselves."""

    host: str
    port: int
    tokens: Sequence[str]
    tls: Tls | None = None
    max_body: int = 8_000_000
    max_decompressed: int = 32_000_000
    queue: int = 64_000_000
    max_connections: int = 1024


class HttpSource:
    """Takes NDJSON (or a JSON array) by POST to /v1/events. `format` is that of all events (None:
    each shows its own). `metrics` gives the text of /metrics, which is absent without it."""

    def __init__(
        self,
        name: str,
        serving: Serving,
        *,
        format: str | None = None,
        logsource: Logsource | None = None,
        metrics: Callable[[], str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self.address: tuple[str, int] | None = None
        """Where it listens, once it does."""
        self._serving = serving
        self._format = format
        self._logsource = logsource or Logsource()
        self._metrics = metrics
        self._clock = clock or Clock()
        self._run = secrets.token_hex(6)
        self._batch = 0
        self._refused: Counter[str] = Counter()
        self._intake = HttpIntake(serving.queue)

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        """Batches for ever; there is nothing to resume, what was not answered is sent again.
        Raises OSError where the address can't be listened at, ConfigError where the certificate
        is of no use."""
        self._intake = HttpIntake(self._serving.queue)
        async with self._server() as server:
            while not server.done():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._intake.arrived(), TICK)
                    await asyncio.sleep(GATHER)
                for batch in self._batches(self._intake.take(CHUNK_ROWS)):
                    yield batch
            server.result()

    async def safe(self, batch: Batch) -> None:
        """Answer the requests all of whose events are stored now."""
        if batch.position is not None:
            self._intake.safe(batch.position.mark)

    def _batches(self, deliveries: list[Delivery]) -> Iterator[Batch]:
        grouping = Grouping()
        problems: list[Problem] = []
        for delivery in deliveries:
            problems += delivery.problems
            for event in delivery.events:
                place = f"{self._run}:{delivery.number} {event.place}"
                grouping.add(event.format, event.record, event.raw, place)
        problems += self._refusals()
        chunks = grouping.take()
        if problems and not chunks:
            chunks = [Chunk("json", DictRows((), (), ()))]
        arrival = self._clock.now()
        batches = []
        for chunk in chunks:
            self._batch += 1
            batches.append(
                Batch(
                    f"http:{self.name}",
                    chunk.format,
                    chunk.rows,
                    self._logsource,
                    arrival,
                    Position(self.name, f"{self._run}:{self._batch}"),
                    positional=False,
                    nbytes=chunk.nbytes,
                    problems=tuple(problems),
                )
            )
            problems = []
        marks = [batch.position.mark for batch in batches if batch.position is not None]
        self._intake.sent(deliveries, marks)
        yield from batches

    def _refusals(self) -> list[Problem]:
        """What was refused since the last time."""
        refused = dict(self._refused)
        self._refused.clear()
        fix = "the senders were told why"
        return [
            Problem(self.name, f"{count} requests answered with {status}", fix)
            for status, count in sorted(refused.items())
        ]

    @contextlib.asynccontextmanager
    async def _server(self) -> AsyncIterator[asyncio.Task[None]]:
        """The server, running in this event loop; closed to the end afterwards."""
        import uvicorn

        class Server(uvicorn.Server):
            """Leaves the process's signals to the process."""

            @contextlib.contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        how = self._serving
        ingest = Ingest(
            self.name,
            self._intake,
            how.tokens,
            how.max_body,
            how.max_decompressed,
            self._refused,
            self._format,
            self._metrics,
        )
        config = uvicorn.Config(
            ingest.app(),
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=how.max_connections,
            timeout_graceful_shutdown=2,
        )
        config.load()
        if how.tls is not None:
            config.ssl = how.tls.context()
        family = socket.AF_INET6 if ":" in how.host else socket.AF_INET
        made = socket.create_server((how.host, how.port), family=family)
        # With the protocol named asyncio sets TCP_NODELAY on what is accepted; without, an answer's
        # body waits 40 ms for the sender to acknowledge its head.
        listener = socket.socket(
            family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=made.detach()
        )
        self.address = listener.getsockname()[:2]
        server = Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield task
        finally:
            await self._intake.close(GRACE)
            server.should_exit = True
            await task
            listener.close()
