"""A milter in a thread, for tests with a real Postfix."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from lure.checks import by_words, read
from vedette.lure.detector import LureDetector
from vedette.lure.examined import Examined
from vedette.lure.live.door import Door
from vedette.lure.live.gate import Gate, Mode, Read
from vedette.lure.live.heartbeat import Heartbeat
from vedette.lure.live.milter import MilterSource
from vedette.lure.message import Address, Message
from vedette.lure.privacy import KEY_BYTES, Privacy
from vedette.lure.record import record_of
from vedette.model.batch import Batch
from vedette.model.finding import Finding
from vedette.model.problem import Problem

PRIVACY = Privacy(b"k" * KEY_BYTES)


class Running:
    """A milter in a thread, its batches stored at once (or never, with `stores` false)."""

    def __init__(self, stores: bool = True) -> None:
        self.stores = stores
        self.batches: list[Batch] = []

    @property
    def findings(self) -> list[Finding]:
        detector = LureDetector()
        return [f for batch in list(self.batches) for f in detector.inspect(batch).findings]

    @property
    def problems(self) -> list[Problem]:
        return [problem for batch in list(self.batches) for problem in batch.problems]

    def wait(self, done: Callable[[], bool]) -> None:
        until = time.monotonic() + 10
        while not done():  # what is waited for is outside this loop
            assert time.monotonic() < until, (self.findings, self.problems)
            time.sleep(0.02)


def _load(examine: Callable[[Message], Examined], reads: Read) -> None:
    """Have everything loaded that the first message needs: on a machine with much to do that takes
    longer than a message's budget, and `vedette watch` does it before it listens."""
    whom = (Address("", "ann@firm.example"),)
    examined = examine(reads(b"Subject: LURE\r\n\r\nLURE\r\n", "load", None, whom))
    record_of(examined, PRIVACY, arrival=0, way="mail", action="none")


@contextmanager
def milter(
    port: int,
    mode: Mode,
    *,
    examine: Callable[[Message], Examined] = by_words,
    budget: float = 3.0,
    stores: bool = True,
    heartbeat: Heartbeat | None = None,
    door: Door | None = None,
    reads: Read = read,
) -> Iterator[Running]:
    _load(examine, reads)
    running = Running(stores)
    started = threading.Event()
    loop = asyncio.new_event_loop()
    task: list[asyncio.Task[None]] = []

    async def serve() -> None:
        with ThreadPoolExecutor(2) as executor:
            source = MilterSource(
                "mx",
                ("127.0.0.1", port),
                Gate(examine, executor, mode, budget),
                reads,
                PRIVACY,
                heartbeat=heartbeat,
                door=door,
            )
            batches = source.batches(None)

            async def announce() -> None:
                while source.address is None:  # noqa: ASYNC110  # a plain attribute
                    await asyncio.sleep(0.01)
                started.set()

            telling = asyncio.create_task(announce())
            try:
                async for batch in batches:
                    running.batches.append(batch)
                    if running.stores:
                        await source.safe(batch)
            finally:
                telling.cancel()
                await batches.aclose()  # type: ignore[attr-defined]  # an async generator

    def run() -> None:
        task.append(loop.create_task(serve()))
        try:
            loop.run_until_complete(task[0])
        except asyncio.CancelledError:
            pass
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert started.wait(10)
        yield running
    finally:
        loop.call_soon_threadsafe(task[0].cancel)
        thread.join(20)
        assert not thread.is_alive()
