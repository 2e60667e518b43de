"""The path from sources to the outbox, run for ever."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from vedette.engine.alarms import FILE, alarm
from vedette.engine.embedded.backlog import Backlog
from vedette.engine.embedded.delivery import Delivery
from vedette.engine.embedded.detecting import WatchDetector
from vedette.engine.embedded.flush import Flusher, Stored
from vedette.engine.embedded.intake import Intake
from vedette.engine.embedded.maintenance import Maintenance
from vedette.engine.embedded.metrics import Meters
from vedette.engine.embedded.persistence import Persistence
from vedette.engine.embedded.recent import RecentKeys, recent_keys
from vedette.engine.embedded.settings import Settings
from vedette.engine.embedded.spill import Spill
from vedette.engine.embedded.status import SourceMeter
from vedette.model.batch import Batch
from vedette.model.finding import Finding
from vedette.model.problem import Problem
from vedette.model.protocols import Sink, Source
from vedette.sources.live.clock import Clock
from vedette.store import reading
from vedette.store.columns import Describe
from vedette.store.held import LostError
from vedette.store.state import State

_log = logging.getLogger(__name__)


class Answering(Protocol):
    """What does something about findings (`engine.thwarting`)."""

    def joined(self, connection: sqlite3.Connection, findings: Sequence[Finding], now: int) -> None:
        """In the transaction that stores new findings; may be called again after a rollback."""
        ...

    def committed(self) -> None:
        """New findings are stored. From the event loop; must not wait."""
        ...

    def alarms(self) -> Sequence[Finding]:
        """What went wrong since the last call."""
        ...


class Pipeline:
    """Reads, stores, judges and delivers. One instance runs once, in one event loop.

    The caller holds the lock of the data directory and has called `store.recovery.recover`.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        detector: WatchDetector,
        root: Path,
        state: State,
        sinks: Sequence[Sink],
        describe: Describe,
        *,
        spill: Path,
        clock: Clock | None = None,
        settings: Settings | None = None,
        meters: Meters | None = None,
        report: Callable[[str, Problem], None] | None = None,
        answering: Answering | None = None,
    ) -> None:
        """`root` is the folder of the segments, `spill` one for what waits on the disk. `report`
        is told of every problem, with the source's name ("" for the engine itself). `answering`
        is told of new findings."""
        self._answering = answering
        self._settings = settings or Settings()
        self._clock = clock or Clock()
        self._state = state
        self._tell = report
        self._stop = asyncio.Event()
        self._arrived = asyncio.Event()
        self._next_detector: WatchDetector | None = None
        self.meters = Meters() if meters is None else meters
        self.meters.restore(state.read(reading.counters))
        saved = state.read(reading.statuses)
        silence = self._settings.silence or {}
        now = self._clock.now()
        self._sources = {
            source.name: SourceMeter(
                source.name, now, silence.get(source.name), saved.get(source.name)
            )
            for source in sources
        }
        share = max(1, len(sources))
        self._intakes = [
            Intake(
                source,
                Spill(spill, self._settings.disk // share),
                self._settings.memory // share,
                self._clock,
                self._arrived,
                self.report,
            )
            for source in sources
        ]
        positions = state.positions()
        for intake in self._intakes:
            intake.position = positions.get(intake.name)
        # Writes of events, upkeep and deliveries must not wait for each other.
        self._writes = ThreadPoolExecutor(1, "vedette-write")
        self._upkeep = ThreadPoolExecutor(1, "vedette-upkeep")
        self._outgoing = ThreadPoolExecutor(max(1, len(sinks)), "vedette-sink")
        self._persistence = Persistence(self._writes, self.meters, self.report, self._stop)
        self._recent = RecentKeys(now)
        self._recent.remember(recent_keys(root, state), now)
        self._flusher = Flusher(
            root,
            state,
            describe,
            [sink.name for sink in sinks],
            self._persistence,
            self._recent,
            self._clock,
            detector,
            None if answering is None else answering.joined,
        )
        self._backlogs = [Backlog(source.name) for source in sources]
        self._deliveries = [
            Delivery(
                sink,
                state,
                self._outgoing,
                self._clock,
                self.meters,
                self.report,
                self._settings.patience,
            )
            for sink in sinks
        ]
        self._maintenance = Maintenance(
            root, state, self._settings.target, self._settings.limits, self.meters, self.report
        )

    def stop(self) -> None:
        """Read no more, commit what was read, and end. Call from the event loop."""
        self._stop.set()
        self._arrived.set()

    @property
    def healthy(self) -> bool:
        """False while the disk refuses events."""
        return not self._persistence.failing

    @property
    def keeps_up(self) -> bool:
        """False while the disk refuses events, or more of them wait than is allowed."""
        return self.healthy and not any(backlog.over for backlog in self._backlogs)

    def replace_detector(self, detector: WatchDetector) -> None:
        """Swap detectors before the next flush; the memory of correlations is carried over."""
        self._next_detector = detector
        self._arrived.set()

    def report(self, source: str, problem: Problem) -> None:
        """Count a problem and pass it on. Safe from any thread."""
        self.meters.add("vedette_problems_total", 1, source)
        if source in self._sources:
            self._sources[source].trouble(problem)
        if self._tell is not None:
            self._tell(source, problem)
        else:
            _log.warning("%s", problem)

    async def run(self) -> None:
        """Until every source has ended, or until stopped; everything read is committed then.

        Raises UnsavedError when it was stopped while the disk refused events.
        """
        readers = [asyncio.create_task(intake.run()) for intake in self._intakes]
        others = [asyncio.create_task(delivery.run()) for delivery in self._deliveries]
        others.append(asyncio.create_task(self._maintain()))
        try:
            await self._write([*readers, *others])
        finally:
            await _cancel([*readers, *others])
            for intake in self._intakes:
                intake.discard()
        await self._last_deliveries()
        await self._save_status(ended=True)

    def close(self) -> None:
        """Let go of threads, and of what the sinks hold open. The state and the lock are the
        caller's."""
        self._flusher.close()
        for executor in (self._writes, self._upkeep, self._outgoing):
            executor.shutdown()
        for delivery in self._deliveries:
            delivery.close()

    async def _write(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        ticked = 0.0
        while True:
            for task in tasks:
                if task.done():
                    task.result()  # raises what ended it, if it was not its source's end
            if self._stop.is_set():
                for intake in self._intakes:
                    intake.close()
            await self._swap()
            batches = self._take()
            if batches:
                await self._flush(batches)
            if self._clock.elapsed() - ticked >= self._settings.tick:
                ticked = self._clock.elapsed()
                await self._tick()
            if all(intake.empty for intake in self._intakes):
                if self._stop.is_set() or all(intake.ended for intake in self._intakes):
                    await self._tick()
                    return
                await self._wait(max(0.0, ticked + self._settings.tick - self._clock.elapsed()))

    async def _wait(self, longest: float) -> None:
        """Until something is there, and then for more of it."""
        self._arrived.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await self._arrived.wait()
            started = self._clock.elapsed()
            while not self._stop.is_set() and not self._plenty():
                left = started + self._settings.flush_age - self._clock.elapsed()
                self._arrived.clear()
                if left <= 0:
                    return
                async with asyncio.timeout(left):
                    await self._arrived.wait()

    def _plenty(self) -> bool:
        waiting = sum(intake.nbytes + intake.disk_bytes for intake in self._intakes)
        return waiting >= self._settings.flush_bytes

    def _take(self) -> list[tuple[Intake, Batch]]:
        """About a flush of bytes, a fair share from each source."""
        share = self._settings.flush_bytes // max(1, len(self._intakes))
        return [(intake, batch) for intake in self._intakes for batch in intake.take(share)]

    async def _flush(self, batches: Sequence[tuple[Intake, Batch]]) -> None:
        started = self._clock.elapsed()
        stored = await self._flusher.flush([(intake.name, batch) for intake, batch in batches])
        for intake, batch in batches:
            await intake.safe(batch)
        self._account(batches, stored)
        self.meters.add("vedette_flushes_total")
        spent = self._clock.elapsed() - started
        self.meters.add("vedette_flush_micros_total", round(spent * 1_000_000))

    def _account(self, batches: Sequence[tuple[Intake, Batch]], stored: Stored) -> None:
        now = self._clock.now()
        for (intake, batch), fresh, newest in zip(
            batches, stored.fresh, stored.newest, strict=True
        ):
            name, events = intake.name, fresh.events
            self.meters.add("vedette_events_total", events, name)
            self.meters.add("vedette_bytes_total", batch.nbytes, name)
            if fresh.repeated:
                self.meters.add("vedette_repeated_total", fresh.repeated, name)
            self._sources[name].stored(
                now, batch.arrival, events, batch.nbytes, fresh.repeated, newest
            )
            for problem in batch.problems:
                self.report(name, problem)
        for name, problem in stored.problems:
            self.report(name, problem)
        self._found(stored.new)

    def _found(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            self.meters.add("vedette_findings_total", 1, finding.rule.level)
        if findings:
            for delivery in self._deliveries:
                delivery.posted()
            if self._answering is not None:
                self._answering.committed()

    async def _swap(self) -> None:
        detector, self._next_detector = self._next_detector, None
        if detector is None:
            return
        try:
            await self._flusher.replace(detector)
        except Exception as error:
            _log.debug("new detector refused", exc_info=True)
            what = f"the new rules could not take over: {error}"
            self.report("", Problem("reload", what, "the rules before them stay in force"))

    async def _tick(self) -> None:
        now = self._clock.now()
        alarms = [each for meter in self._sources.values() if (each := meter.tick(now))]
        alarms += await self._look_after(now)
        for intake, backlog in zip(self._intakes, self._backlogs, strict=True):
            alarms += backlog.tick(now, intake.disk_bytes, intake.full)
        if self._answering is not None:
            alarms += self._answering.alarms()
        self._found(await self._flusher.advance(alarms))
        await self._save_status()

    async def _look_after(self, now: int) -> list[Finding]:
        """The alarm where the state database was taken away. Raises LostError."""
        loop = asyncio.get_running_loop()
        try:
            if not await loop.run_in_executor(self._writes, self._state.look_after):
                return []
        except LostError:
            raise
        except (OSError, sqlite3.Error) as error:
            what = f"it was taken away and can't be put back ({error})"
            self.report("", Problem("state.db", what, "free disk space; Vedette tries again"))
            return []
        what = "it was taken away while it was in use, and has been put back"
        self.report("", Problem("state.db", what, "find out who deletes files of Vedette"))
        return [alarm(FILE, f"state.db {now}", now, f"state.db: {what}")]

    async def _save_status(self, ended: bool = False) -> None:
        for intake in self._intakes:
            status = self._sources[intake.name].status
            if intake.ended or ended:
                status.state = "ended" if intake.ended else "stopped"
            else:
                status.state = "failed" if intake.failing else "running"
            status.queued, status.on_disk = intake.nbytes, intake.disk_bytes
            for name, value in (
                ("vedette_queue_bytes", status.queued),
                ("vedette_queue_disk_bytes", status.on_disk),
                ("vedette_source_silent", int(status.silent)),
            ):
                self.meters.set(name, value, intake.name)
            for name, time in (
                ("vedette_last_event_seconds", status.last_event),
                ("vedette_last_arrival_seconds", status.last_arrival),
                ("vedette_lag_seconds", status.lag),
            ):
                if time is not None:
                    self.meters.set(name, time / 1_000_000, intake.name)
        statuses = {name: msgspec.json.encode(one.status) for name, one in self._sources.items()}
        save = partial(self._state.save_status, statuses, self.meters.counters())
        try:
            await asyncio.get_running_loop().run_in_executor(self._writes, save)
        except sqlite3.OperationalError as error:
            # Saved again in a second; storing events reports the disk's trouble to people.
            _log.debug("status not saved: %s", error)
            self.meters.add("vedette_storage_failures_total")

    async def _maintain(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await loop.run_in_executor(self._upkeep, self._maintenance.run, self._clock.now())
            await self._clock.sleep(self._settings.maintenance)

    async def _last_deliveries(self) -> None:
        """What is due goes out for a few seconds more; the rest stays in the outbox."""
        until = self._clock.elapsed() + self._settings.last_deliveries

        async def empty(delivery: Delivery) -> None:
            while await delivery.deliver_due() and self._clock.elapsed() < until:
                pass

        await asyncio.gather(*map(empty, self._deliveries))


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
