"""Drives a live source by hand: time passes when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from vedette.model.batch import Batch, Position
from vedette.model.protocols import Source
from vedette.sources.live.clock import Clock


class Stepper:
    """Runs a polling source one round at a time."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.clock = Clock(lambda: int(self.time * 1e6), lambda: self.time, self._sleep)
        self._idle = asyncio.Event()
        self._go = asyncio.Event()
        self._batches: AsyncIterator[Batch] | None = None
        self._next: asyncio.Task[Batch] | None = None

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._go.clear()
            self._idle.set()
            await self._go.wait()

    def start(self, source: Source, resume: Position | None = None) -> None:
        self._batches = source.batches(resume)

    async def round(self, seconds: float = 0.25, most: int | None = None) -> list[Batch]:
        """Let time pass and the source look once; at most `most` batches of it."""
        assert self._batches is not None
        self.time += seconds
        self._idle.clear()
        self._go.set()
        batches: list[Batch] = []
        while most is None or len(batches) < most:
            if self._next is None:
                self._next = asyncio.ensure_future(anext(self._batches))
            idle = asyncio.ensure_future(self._idle.wait())
            await asyncio.wait((self._next, idle), return_when=asyncio.FIRST_COMPLETED)
            idle.cancel()
            if not self._next.done():
                break
            batches.append(self._next.result())
            self._next = None
        return batches

    async def stop(self) -> None:
        if self._next is not None:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)
            self._next = None
        close: Callable[[], object] | None = getattr(self._batches, "aclose", None)
        if close is not None:
            await close()  # type: ignore[misc]  # an async generator's aclose is awaitable
        self._batches = None


def rows(batches: list[Batch]) -> list[bytes]:
    """The raw events of some batches, blank rows left out."""
    return [raw for batch in batches for i in range(len(batch.rows)) if (raw := batch.rows.raw(i))]


def keyed(batches: list[Batch]) -> list[tuple[bytes, str]]:
    """Raw events with their keys."""
    return [
        (raw, batch.event_key(i))
        for batch in batches
        for i in range(len(batch.rows))
        if (raw := batch.rows.raw(i))
    ]


def problems(batches: list[Batch]) -> list[str]:
    return [str(problem) for batch in batches for problem in batch.problems]
