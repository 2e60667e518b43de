"""Runs a listening source beside a test's own traffic."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from vedette.model.batch import Batch
from vedette.sources.live.http_ingest import HttpSource
from vedette.sources.live.syslog import SyslogSource


class Running:
    """What a source has given so far. With `store` False nothing becomes safe."""

    def __init__(self, source: SyslogSource | HttpSource) -> None:
        self.source = source
        self.batches: list[Batch] = []
        self.store = True
        self.changed = asyncio.Event()

    async def _run(self) -> None:
        async with contextlib.aclosing(self.source.batches(None)) as batches:  # type: ignore[type-var]  # it is a generator
            async for batch in batches:
                self.batches.append(batch)
                if self.store:
                    await self.source.safe(batch)
                self.changed.set()

    async def until(self, rows: int, seconds: float = 10) -> list[Batch]:
        """Wait for this many events."""
        async with asyncio.timeout(seconds):
            while sum(len(batch.rows) for batch in self.batches) < rows:
                self.changed.clear()
                await self.changed.wait()
        return self.batches

    async def until_problem(self, text: str, seconds: float = 10) -> str:
        """Wait for a problem with this text in it."""
        async with asyncio.timeout(seconds):
            while True:
                for batch in self.batches:
                    for problem in batch.problems:
                        if text in str(problem):
                            return str(problem)
                self.changed.clear()
                await self.changed.wait()


@contextlib.asynccontextmanager
async def running(source: SyslogSource | HttpSource) -> AsyncIterator[Running]:
    """The source, listening."""
    run = Running(source)
    task = asyncio.create_task(run._run())
    try:
        async with asyncio.timeout(10):
            while source.address is None and not task.done():  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.005)
        if task.done():
            task.result()
        yield run
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
