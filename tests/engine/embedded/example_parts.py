"""Sources and sinks of a few lines, and a pipeline around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.embedded.example_detector import ExampleDetector
from vedette.engine.embedded.pipeline import Pipeline
from vedette.engine.embedded.settings import Settings
from vedette.model.batch import Batch, JsonLines, Position
from vedette.model.errors import RefusedError
from vedette.model.finding import Finding
from vedette.model.problem import Problem
from vedette.model.protocols import Sink, Source
from vedette.sources.live.clock import Clock
from vedette.store.columns import nothing_known
from vedette.store.query import SearchQuery
from vedette.store.recovery import recover
from vedette.store.search import StorePaths, search
from vedette.store.state import State

QUICK = Settings(flush_age=0.01, tick=0.02)


def lines_batch(
    first: int, count: int, source: str = "file:x", position: bool = True, arrival: int = 1_000_000
) -> Batch:
    """Events `{"n": first}` and on; the position is the number of the next event."""
    lines = [b'{"n": %d}' % number for number in range(first, first + count)]
    mark = Position("list", str(first + count)) if position else None
    size = sum(map(len, lines))
    return Batch(
        source, "json", JsonLines(lines, first), arrival=arrival, position=mark, nbytes=size
    )


@dataclass
class ListSource:
    """Yields its batches from the position on; then ends, or waits to be stopped."""

    given: Sequence[Batch]
    name: str = "list"
    ends: bool = True
    fail_before: int | None = None
    """Raises once before the batch with this index."""
    told_safe: list[Batch] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        mark = resume.mark if resume is not None else ""
        self.resumed.append(mark)
        for index, batch in enumerate(self.given):
            done = batch.position is not None and mark and int(batch.position.mark) <= int(mark)
            if done:
                continue
            if index == self.fail_before:
                self.fail_before = None
                raise OSError("the file went away")
            yield batch
            await asyncio.sleep(0)
        if not self.ends:
            await asyncio.Event().wait()

    async def safe(self, batch: Batch) -> None:
        self.told_safe.append(batch)


@dataclass
class ListSink:
    """Keeps what it is given; fails as often as `failures` says, refuses ids in `refuses`."""

    name: str = "list"
    failures: int = 0
    refuses: set[str] = field(default_factory=set)
    taken: list[Finding] = field(default_factory=list)
    calls: int = 0

    def deliver(self, findings: Sequence[Finding]) -> None:
        self.calls += 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no answer")
        if self.refuses & {finding.id for finding in findings}:
            raise RefusedError("not wanted here")
        self.taken += findings


@dataclass
class Built:
    pipeline: Pipeline
    state: State
    folder: Path
    problems: list[tuple[str, Problem]]

    def run(self, *during: Callable[[], Any], seconds: float = 20) -> None:
        """Run to the end; `during` are run one after the other beside it, then it is stopped."""

        async def both() -> None:
            running = asyncio.create_task(self.pipeline.run())
            if during:
                for step in during:
                    waiting = asyncio.create_task(_maybe(step()))
                    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
                    if not waiting.done():
                        waiting.cancel()
                        with suppress(asyncio.CancelledError):
                            await waiting
                        break
                    waiting.result()
                self.pipeline.stop()
            async with asyncio.timeout(seconds):
                await running

        asyncio.run(both())

    @property
    def paths(self) -> StorePaths:
        return StorePaths(self.folder / "events", self.folder)

    def raws(self) -> list[bytes]:
        query = SearchQuery(limit=None, newest_first=False)
        return sorted(event.raw for event in search(self.paths, query))


async def _maybe(value: Any) -> None:
    if asyncio.iscoroutine(value):
        await value


@contextmanager
def built(
    folder: Path,
    sources: Sequence[Source],
    sinks: Sequence[Sink] = (),
    *,
    detector: Any = None,
    settings: Settings = QUICK,
    clock: Clock | None = None,
) -> Iterator[Built]:
    """A pipeline on `folder`, as `watch` builds it."""
    problems: list[tuple[str, Problem]] = []
    with State(folder) as state:
        recover(folder / "events", state)
        pipeline = Pipeline(
            sources,
            detector or ExampleDetector(),
            folder / "events",
            state,
            sinks,
            nothing_known,
            spill=folder / "spill",
            clock=clock,
            settings=settings,
            report=lambda source, problem: problems.append((source, problem)),
        )
        with closing(pipeline):
            yield Built(pipeline, state, folder, problems)
