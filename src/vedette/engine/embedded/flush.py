"""One flush: store the events, judge them, and make both true at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vedette.engine.embedded.detecting import WatchDetector
from vedette.engine.embedded.persistence import Persistence
from vedette.engine.embedded.recent import Fresh, RecentKeys
from vedette.model.batch import Batch, Position
from vedette.model.delta import Delta
from vedette.model.finding import Finding
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock
from vedette.store.columns import Columns, Describe
from vedette.store.segments import Segment, segment_path, write_segment
from vedette.store.state import Commit, Joined, State

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """What was made true. `newest` has the latest event time of each batch, `fresh` what of it
    was new, `new` the findings that were not there before."""

    fresh: Sequence[Fresh] = ()
    newest: Sequence[int | None] = ()
    new: Sequence[Finding] = ()
    problems: Sequence[tuple[str, Problem]] = ()


@dataclass(slots=True)
class _Judged:
    findings: list[Finding] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    delta: Delta = field(default_factory=Delta)


class Flusher:
    """The write stage. The segment is renamed before the commit; a crash between the two leaves
    a file that the manifest does not know, and the same events come again."""

    def __init__(
        self,
        root: Path,
        state: State,
        describe: Describe,
        sinks: Sequence[str],
        persistence: Persistence,
        recent: RecentKeys,
        clock: Clock,
        detector: WatchDetector,
        joined: Joined | None = None,
    ) -> None:
        self._joined = joined
        self._root = root
        self._state = state
        self._describe = describe
        self._sinks = tuple(sinks)
        self._persistence = persistence
        self._recent = recent
        self._clock = clock
        self._detector = detector
        # A detector belongs to one thread: all that touches it runs in this one.
        self._judge = ThreadPoolExecutor(1, "vedette-detect")
        self._judge.submit(self._detector.restore, state.correlation()).result()

    def close(self) -> None:
        self._judge.shutdown()

    async def flush(self, batches: Sequence[tuple[str, Batch]]) -> Stored:
        """Store and judge batches, each with the name of its source, in their order.

        Returns when everything is on the disk. Events that were stored before are left out.
        """
        among: set[str] = set()
        now = self._clock.now()
        loop = asyncio.get_running_loop()
        fresh = await loop.run_in_executor(None, self._fresh, batches, among)
        judging = loop.run_in_executor(self._judge, self._inspect, batches, fresh)
        segments: list[Segment] = []
        newest: list[int | None] = []
        try:
            if among:
                path = segment_path(self._state.next_sequence(), now)
                columns = Columns()
                await loop.run_in_executor(None, self._fill, columns, fresh, newest)
                segments.append(
                    await self._persistence.until_done(
                        "storing events", partial(self._write, path, columns)
                    )
                )
        finally:
            judged = await judging
        positions = {
            name: Position(name, batch.position.mark)
            for name, batch in batches
            if batch.position is not None
        }
        commit = Commit(
            segments, judged.findings, list(positions.values()), judged.delta, self._sinks, now
        )
        new = await self._persistence.until_done(
            "committing findings", partial(self._state.commit, commit, self._joined)
        )
        for one in fresh:
            self._recent.remember(one.keys, now)
        return Stored(fresh, newest or [None] * len(fresh), new, judged.problems)

    async def advance(self, more: Sequence[Finding] = ()) -> Sequence[Finding]:
        """Let time pass for the detector; commits its findings and `more`, gives the new ones."""
        now = self._clock.now()
        self._recent.forget(now)
        loop = asyncio.get_running_loop()
        judged = await loop.run_in_executor(self._judge, self._advance, now)
        judged.findings += more
        if not judged.findings and not judged.delta:
            return ()
        commit = Commit((), judged.findings, (), judged.delta, self._sinks, now)
        return await self._persistence.until_done(
            "committing findings", partial(self._state.commit, commit, self._joined)
        )

    async def replace(self, detector: WatchDetector) -> None:
        """Go on with another detector, which takes over the memory of this one. Call between
        flushes: everything that the old one remembers is committed then. Raises what `restore`
        raises, with the old one still in place."""
        loop = asyncio.get_running_loop()
        memory = await loop.run_in_executor(None, self._state.correlation)
        await loop.run_in_executor(self._judge, detector.restore, memory)
        self._detector = detector

    def _fresh(self, batches: Sequence[tuple[str, Batch]], among: set[str]) -> list[Fresh]:
        return [self._recent.fresh(batch, among) for _, batch in batches]

    def _inspect(self, batches: Sequence[tuple[str, Batch]], fresh: Sequence[Fresh]) -> _Judged:
        judged = _Judged()
        for (name, _), one in zip(batches, fresh, strict=True):
            try:
                inspection = self._detector.inspect(one.judged)
            except Exception as error:
                # The events are stored and can be judged again; stopping would judge no others.
                _log.exception("the detector failed on a batch of %s", name)
                what = f"the detector failed on {one.events} events: {error!r}"
                judged.problems.append((name, Problem(name, what, "please report this fault")))
                continue
            judged.findings += inspection.findings
            judged.problems += ((name, problem) for problem in inspection.problems)
        judged.delta = self._detector.delta()
        return judged

    def _advance(self, now: int) -> _Judged:
        return _Judged(list(self._detector.advance(now)), [], self._detector.delta())

    def _fill(self, columns: Columns, fresh: Sequence[Fresh], newest: list[int | None]) -> None:
        newest += (columns.add(one.stored, self._describe, one.keys) for one in fresh)

    def _write(self, path: str, columns: Columns) -> Segment:
        return write_segment(self._root, path, [columns.table()])


Report = Callable[[str, Problem], None]
"""Told of the source's name ("" for the engine itself) and the problem."""
