"""From a source into its queue: bounded in bytes, on the disk beyond memory, full beyond that."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final

from vedette.engine.embedded.spill import Spill
from vedette.model.batch import Batch, Position
from vedette.model.problem import Problem
from vedette.model.protocols import Source
from vedette.sources.live.clock import Clock

READ_AHEAD: Final = 16 << 20
"""Bytes taken in advance from a source that can be read again: its file is its queue."""

ROW_COST: Final = 256
"""Bytes that a row takes besides its text, about; it also keeps a flush of tiny rows short."""

RESTART_FIRST: Final = 1.0
RESTART_MOST: Final = 60.0
"""Seconds before a source that failed is begun again."""

_log = logging.getLogger(__name__)


class Intake:
    """One source and the batches that were read from it and not stored yet."""

    def __init__(
        self,
        source: Source,
        spill: Spill,
        memory: int,
        clock: Clock,
        arrived: asyncio.Event,
        report: Callable[[str, Problem], None],
    ) -> None:
        """`memory` is the limit in bytes; `arrived` is set when something is there to take or the
        source has ended; `report` is told of the source's name and what went wrong."""
        self.source = source
        self.name = source.name
        self.position: Position | None = None
        self.ended = False
        self.failing = False
        """True from when the source has failed until it is tried again."""
        self.nbytes = 0
        self.full = False
        """True while events of a source that can't give them again find no room."""
        self._spill = spill
        self._memory = memory
        self._clock = clock
        self._arrived = arrived
        self._report = report
        self._queue: deque[tuple[Batch, int]] = deque()
        self._changed = asyncio.Event()
        self._closed = False
        self._unsafe = 0
        self._spill_failed = False

    @property
    def empty(self) -> bool:
        return not self._queue and not len(self._spill)

    @property
    def disk_bytes(self) -> int:
        return self._spill.nbytes

    async def run(self) -> None:
        """Read the source to its end, again from the last safe position where it fails."""
        delay = RESTART_FIRST
        while True:
            batches = self.source.batches(self.position)
            self.failing = False
            try:
                async for batch in batches:
                    await self._put(batch)
                    delay = RESTART_FIRST
                self.ended = True
                self._arrived.set()
                return
            except Exception as error:
                _log.debug("source %s failed", self.name, exc_info=True)
                self.failing = True
                what = f"the source failed: {error or type(error).__name__}"
                self._report(self.name, Problem(self.name, what, f"tried again in {delay:.0f} s"))
            finally:
                await _close(batches)
            while self._unsafe:
                await self._wait()
            await self._clock.sleep(delay)
            delay = min(delay * 2, RESTART_MOST)

    def take(self, limit: int) -> list[Batch]:
        """Batches of about `limit` bytes, oldest first; at least one if there is any."""
        taken: list[Batch] = []
        size = 0
        while size < limit and not self.empty:
            if self._queue:
                batch, cost = self._queue.popleft()
                self.nbytes -= cost
            else:
                spilled = self._spill.take()
                assert spilled is not None
                batch, cost = spilled, cost_of(spilled)
            taken.append(batch)
            size += cost
        self._changed.set()
        return taken

    async def safe(self, batch: Batch) -> None:
        """Tell the source that the batch is stored, and remember how far it came."""
        if batch.position is not None:
            self.position = batch.position
        self._unsafe -= 1
        self._changed.set()
        try:
            await self.source.safe(batch)
        except Exception as error:
            _log.debug("source %s failed to acknowledge", self.name, exc_info=True)
            what = f"could not acknowledge stored events: {error or type(error).__name__}"
            self._report(self.name, Problem(self.name, what, "the sender may send them again"))

    def close(self) -> None:
        """Take nothing more in: what is read from now on stays with the source."""
        self._closed = True

    def discard(self) -> None:
        """Let go of what waits on the disk."""
        self._spill.close()

    async def _put(self, batch: Batch) -> None:
        while self._closed or not self._offer(batch):
            await self._wait()
        self._unsafe += 1
        self._arrived.set()

    def _offer(self, batch: Batch) -> bool:
        cost = cost_of(batch)
        replayable = batch.positional and batch.position is not None
        memory = min(self._memory, READ_AHEAD) if replayable else self._memory
        fits = self.nbytes + cost <= memory or self.empty
        if fits and not len(self._spill):
            self._queue.append((batch, cost))
            self.nbytes += cost
            self.full = False
            return True
        if replayable:
            return False
        try:
            taken = self._spill.put(batch)
            self._spill_failed = False
        except OSError as error:
            if not self._spill_failed:
                what = f"no room on the disk for events that wait: {error.strerror or error}"
                self._report(self.name, Problem(self.name, what, "free disk space"))
            self._spill_failed = True
            self.full = True
            return False
        self.full = not taken
        return taken

    async def _wait(self) -> None:
        self._changed.clear()
        with suppress(TimeoutError):  # also looks by itself: a full disk tells nobody when it ends
            async with asyncio.timeout(1):
                await self._changed.wait()


def cost_of(batch: Batch) -> int:
    """What a batch takes in memory, about."""
    return batch.nbytes + ROW_COST * (1 + len(batch.rows))


async def _close(batches: AsyncIterator[Batch]) -> None:
    close = getattr(batches, "aclose", None)
    if close is not None:
        await close()
