"""`vedette watch` below its command line: one configuration, one data directory, for ever."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vedette.engine.alarms import Alarms
from vedette.engine.embedded import serve
from vedette.engine.embedded.detecting import WatchDetector
from vedette.engine.embedded.memory import few_arenas
from vedette.engine.embedded.metrics import Meters
from vedette.engine.embedded.pipeline import Pipeline
from vedette.engine.embedded.settings import Settings
from vedette.engine.response import answering
from vedette.engine.thwarting.desk import Desk
from vedette.engine.thwarting.noting import Note
from vedette.model.problem import Problem
from vedette.model.protocols import Sink, Source
from vedette.sources.live.clock import Clock
from vedette.store.columns import Describe
from vedette.store.compaction import Target
from vedette.store.lock import DataLock
from vedette.store.recovery import recover
from vedette.store.retention import Limits
from vedette.store.search import StorePaths
from vedette.store.state import State

if TYPE_CHECKING:
    from vedette.engine.config.schema import Config

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """A watch at work: what a console beside it looks at and asks."""

    pipeline: Pipeline
    desk: Desk


Beside = Callable[[Running], AbstractContextManager[object]]
"""What is entered when the pipeline is about to run and left after it has ended."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the caller builds from the configuration: sources, sinks, a detector that was not fed
    yet, and how to tell an event's time and host (`describe.describer`)."""

    sources: Sequence[Source]
    sinks: Sequence[Sink]
    detector: WatchDetector
    describe: Describe


def run_watch(
    config: Config,
    parts: Callable[[Meters], Parts],
    *,
    settings: Settings | None = None,
    clock: Clock | None = None,
    report: Callable[[str, Problem], None] | None = None,
    started: Callable[[Pipeline, Note], None] | None = None,
    beside: Beside | None = None,
    alarms: Alarms | None = None,
) -> bool:
    """Watch until the sources end or a signal comes; gives whether one came.

    `parts` is called once the data directory is this process's own, with the figures that an HTTP
    source may serve. `started` is called in the event loop when the pipeline is about to run; it
    may keep the pipeline to call `replace_detector`, and what writes notes into the ledger.
    `settings` stands for those of the configuration; alarms may be put into `alarms` from
    elsewhere. SIGTERM and SIGINT end it in order: what was read is committed; a second one ends
    the process at once. Raises BusyError, UnreadableError, UnsavedError.
    """
    few_arenas()
    return asyncio.run(
        watch(
            config,
            parts,
            settings=settings,
            clock=clock,
            report=report,
            started=started,
            beside=beside,
            alarms=alarms,
        )
    )


async def watch(
    config: Config,
    parts: Callable[[Meters], Parts],
    *,
    settings: Settings | None = None,
    clock: Clock | None = None,
    report: Callable[[str, Problem], None] | None = None,
    started: Callable[[Pipeline, Note], None] | None = None,
    beside: Beside | None = None,
    alarms: Alarms | None = None,
) -> bool:
    """As `run_watch`, inside an event loop that is running already."""
    with DataLock(config.data_dir), State(config.data_dir) as state, ExitStack() as opened:
        paths = store_paths(config)
        for problem in recover(paths.segments, state):
            _tell(report, problem)
        meters = Meters()
        built = parts(meters)
        alarms = alarms or Alarms()
        now = (clock or Clock()).now
        room, desk = opened.enter_context(answering(config, state, alarms, now))
        pipeline = Pipeline(
            built.sources,
            built.detector,
            paths.segments,
            state,
            built.sinks,
            built.describe,
            spill=config.data_dir / "spill",
            clock=clock,
            settings=settings or settings_of(config),
            meters=meters,
            report=report,
            answering=room,
        )
        with contextlib.closing(pipeline), _signals(pipeline) as told:
            async with _metrics(config, pipeline):
                if started is not None:
                    started(pipeline, room.note)
                with beside(Running(pipeline, desk)) if beside else contextlib.nullcontext():
                    await pipeline.run()
        return told.is_set()


def store_paths(config: Config) -> StorePaths:
    """Where `search` and `sources status` find what a watch with this configuration writes."""
    return StorePaths(config.store_path, config.data_dir)


def settings_of(config: Config) -> Settings:
    """The settings of the pipeline that the configuration asks for."""
    store = config.store
    return Settings(
        memory=config.queue.memory_bytes,
        disk=config.queue.spill_bytes,
        maintenance=store.segment.age / 1_000_000,
        target=Target(store.segment.rows, store.segment.bytes),
        limits=Limits(store.retention.age, store.retention.bytes),
        silence={
            source.name: source.silence for source in config.sources if source.silence is not None
        },
    )


def _tell(report: Callable[[str, Problem], None] | None, problem: Problem) -> None:
    if report is not None:
        report("", problem)
    else:
        _log.warning("%s", problem)


@contextmanager
def _signals(pipeline: Pipeline) -> Iterator[asyncio.Event]:
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def handle(number: signal.Signals) -> None:
        if asked.is_set():
            os._exit(128 + number)
        asked.set()
        _log.info("%s: finishing; once more to end at once", number.name)
        pipeline.stop()

    for number in SIGNALS:
        loop.add_signal_handler(number, handle, number)
    try:
        yield asked
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])


@asynccontextmanager
async def _metrics(config: Config, pipeline: Pipeline) -> AsyncIterator[None]:
    address = config.metrics.listen
    if address is None:
        yield
        return
    with serve.listening(address.host, address.port) as bound:
        server = serve.server(pipeline.meters, lambda: pipeline.keeps_up)
        task = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await task
