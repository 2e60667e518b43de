"""Files that grow, as a source: rotation, truncation and restarts lose nothing."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import msgspec

from vedette.model.batch import Batch, DictRows, Position
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sources.format import Chunk
from vedette.sources.live.clock import Clock
from vedette.sources.live.followed import Followed, Following
from vedette.sources.live.tail_file import Reading
from vedette.sources.live.tail_mark import Family, FileMark, TailMark, decode, encode, shown
from vedette.sources.live.watched import Found, Watched, rotated

PAST = 100
"""Contents remembered after they are gone."""

MARK_BYTES = 8 << 20
"""Bytes of events after which a position is given even in the middle of a round."""

MARK_SECONDS = 5.0
"""A position that moved without any event (a file was finished, say) waits this long at most."""

SLICES = 8
"""Slices one file may give before the others have their turn."""


class TailSource:
    """Follows files and folders. Every batch holds events of one file.

    `Batch.source` names the file's content (`file:/var/log/x#id`), the same across renaming and
    restarts; `Position.mark` holds the state of all files. Within a round only the last batch
    moves the position on: after a crash the whole round comes again, with the same keys.
    `from_end` passes over what is there at the very first start. `poll` is in seconds.
    """

    def __init__(
        self,
        name: str,
        watched: Watched,
        how: Following | None = None,
        *,
        logsource: Logsource | None = None,
        from_end: bool = False,
        poll: float = 0.25,
        max_open: int = 256,
        clock: Clock | None = None,
    ) -> None:
        self.name = name
        self._watched = watched
        self._how = how or Following()
        self._logsource = logsource or Logsource()
        self._from_end = from_end
        self._poll = poll
        self._max_open = max_open
        self._clock = clock or Clock()
        self._files: dict[tuple[int, int], Followed] = {}
        self._past: deque[FileMark] = deque(maxlen=PAST)
        self._copies: dict[tuple[int, int], tuple[int, float]] = {}
        self._told: set[Problem] = set()
        self._mark = ""
        self._marked_at = 0.0

    async def batches(self, resume: Position | None) -> AsyncIterator[Batch]:
        """Batches for ever. A batch without rows brings problems or a position alone.

        Raises ConfigError for a position that this source did not write.
        """
        self._remember(resume.mark if resume is not None else "")
        first = not self._mark
        try:
            while True:
                began = self._clock.elapsed()
                for batch in self._round(first):
                    yield batch
                    await self._clock.sleep(0)
                first = False
                # looking at very many files must not become all that this process does
                await self._clock.sleep(max(self._poll, 10 * (self._clock.elapsed() - began)))
        finally:
            for file in self._files.values():
                file.close()

    async def safe(self, batch: Batch) -> None:
        """Nothing to do: a file needs no acknowledgement, the saved position is enough."""

    def _remember(self, mark: str) -> None:
        """Begin where a mark says; "" is the very first start."""
        saved = decode(mark, self.name) if mark else TailMark()
        self._mark = mark
        self._past = deque(saved.past, PAST)
        self._files = {(f.dev, f.inode): Followed(f, self._how) for f in saved.files}
        self._copies.clear()
        self._told.clear()

    def _round(self, first: bool) -> Iterator[Batch]:
        """Look at everything once and read until nothing more is there."""
        found = self._watched.find()
        problems = [problem for problem in found.problems if problem not in self._told]
        self._told = set(found.problems)
        self._look(found, first)
        if first:
            # so that what is passed over stays passed over, whatever happens from here on
            yield self._placed(self._empty(problems))
            problems = []
        waiting: Batch | None = None
        gathered = 0
        for reading in self._readings():
            problems += reading.problems
            for chunk in reading.chunks:
                if waiting is not None:
                    yield waiting
                waiting = self._batch(reading.source, chunk, problems)
                problems = []
                gathered += waiting.nbytes
            if waiting is not None and gathered >= MARK_BYTES:
                yield self._placed(waiting)
                waiting, gathered = None, 0
        now = self._clock.elapsed()
        overdue = now - self._marked_at >= MARK_SECONDS and self._moved()
        if waiting is None and (problems or overdue):
            waiting = self._empty([])
        if waiting is not None:
            yield self._placed(replace(waiting, problems=(*waiting.problems, *problems)))
        self._tidy()

    def _look(self, found: Found, first: bool) -> None:
        """Match what is on the disk with what is followed."""
        now = self._clock.elapsed()
        by_inode = {file.mark.inode: key for key, file in self._files.items()}
        new = []
        for key, (path, info) in found.files.items():
            file = self._files.get(key)
            known = by_inode.get(key[1])
            lost = file is None and known is not None and known not in found.files
            if known is not None and lost and self._files[known].mark.path == shown(path):
                # the device's number changes when it is mounted anew
                file = self._files.pop(known)
                file.mark.dev = key[0]
                self._files[key] = file
            if file is not None:
                file.found(path, info, now)
            else:
                new.append((key, path, info))
        moved = [f for k, f in self._files.items() if k not in found.files and not f.missing]
        for key, file in self._files.items():
            if key not in found.files:
                file.lost(now)
        if not new and not moved:
            return
        family = Family([*self._past, *(file.mark for file in self._files.values())])
        before = {file.mark.path: file for file in self._files.values()}
        for file in moved:
            # contents that came and were rotated away themselves since the last look
            for path, info in rotated(file.path, file.mark.mtime):
                key = (info.st_dev, info.st_ino)
                if key not in self._files and key not in found.files:
                    self._adopt(key, path, info, family, before.get(file.mark.path), first)
                    if key in self._files:
                        self._files[key].lost(now)
                        before[file.mark.path] = self._files[key]
        for key, path, info in new:
            self._adopt(key, path, info, family, before.get(shown(path)), first)

    def _adopt(
        self,
        key: tuple[int, int],
        path: str,
        info: os.stat_result,
        family: Family,
        before: Followed | None,
        first: bool,
    ) -> None:
        """Follow a file that was not there before, or known only from the past."""
        name = shown(path)
        mark, wait = self._recognised(key, path, info, family)
        if wait:
            return
        if mark is None:
            mark = FileMark(name, name, *key, family.generation(name))
            if first and self._from_end:
                mark.skip = info.st_size
        file = Followed(mark, self._how, before)
        file.found(path, info, self._clock.elapsed())
        self._files[key] = file

    def _recognised(
        self, key: tuple[int, int], path: str, info: os.stat_result, family: Family
    ) -> tuple[FileMark | None, bool]:
        """The mark to go on from if this is a content seen before: a file that returns, or the
        copy that copy-truncate makes. True in second place: look again later."""
        name = shown(path)
        candidates = [
            mark
            for mark in self._past
            if (mark.dev, mark.inode) == key and mark.head.length and not mark.deleted
        ]
        candidates += family.originals(name)
        if not candidates:
            return None, False
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
        except OSError:
            return None, False  # following it will say what is wrong
        try:
            growing = False
            for mark in candidates:
                if not mark.head.holds(descriptor):
                    continue
                if mark.tail.holds(descriptor):
                    self._copies.pop(key, None)
                    same = msgspec.structs.replace(mark, path=name, dev=key[0], inode=key[1])
                    return same, False
                growing = growing or info.st_size < mark.tail.end
        finally:
            os.close(descriptor)
        now = self._clock.elapsed()
        size, since = self._copies.get(key, (-1, now))
        if growing and (size != info.st_size or now - since < self._how.settle):
            # a copy that is being written: not all of what was read is in it yet
            self._copies[key] = (info.st_size, since if size == info.st_size else now)
            return None, True
        self._copies.pop(key, None)
        return None, False

    def _readings(self) -> Iterator[Reading]:
        """What all files have to give, some slices of each in turn."""
        busy = list(self._files.values())
        while busy:
            again = []
            opened = sum(file.open for file in self._files.values())
            for file in busy:
                was_open = file.open
                for _ in range(SLICES):
                    reading = file.step(self._clock.elapsed())
                    if reading.chunks or reading.problems:
                        yield reading
                    if file.replaced is not None:
                        self._past.append(file.replaced)
                        file.replaced = None
                    if not reading.more:
                        break
                else:
                    again.append(file)
                opened += file.open - was_open
                if opened > self._max_open:
                    opened -= self._close_some()
            busy = again

    def _close_some(self) -> int:
        """Close an eighth of the files, the longest unused ones; how many that were."""
        idle = [f for f in self._files.values() if f.open and not f.behind and not f.missing]
        unused = sorted(idle, key=lambda file: file.used)[: self._max_open // 8 + 1]
        for file in unused:
            file.close()
        return len(unused)

    def _tidy(self) -> None:
        for key in [key for key, file in self._files.items() if file.gone]:
            mark = self._files.pop(key).mark
            # a file that was gone before and came back is remembered once
            kept = [old for old in self._past if old.id != mark.id or old.inode != mark.inode]
            self._past = deque([*kept, mark], PAST)

    def _empty(self, problems: list[Problem]) -> Batch:
        """A batch that brings a position and problems alone."""
        nothing = DictRows((), (), ())
        source, now = f"file:{self.name}", self._clock.now()
        return Batch(source, "json", nothing, arrival=now, problems=tuple(problems))

    def _batch(self, source: str, chunk: Chunk, problems: list[Problem]) -> Batch:
        path = source.removeprefix("file:").rpartition("#")[0]
        said = (_located(path, problem) for problem in chunk.problems)
        return Batch(
            source,
            chunk.format,
            chunk.rows,
            chunk.logsource if self._logsource == Logsource() else self._logsource,
            self._clock.now(),
            Position(self.name, self._mark),
            nbytes=chunk.nbytes,
            problems=(*problems, *said),
        )

    def _placed(self, batch: Batch) -> Batch:
        """The batch with the position that all files have now."""
        self._mark = self._marks()
        self._marked_at = self._clock.elapsed()
        return replace(batch, position=Position(self.name, self._mark))

    def _moved(self) -> bool:
        self._marked_at = self._clock.elapsed()
        return self._marks() != self._mark

    def _marks(self) -> str:
        alive = [f.mark for f in self._files.values() if not f.ignored and not f.gone]
        gone = [f.mark for f in self._files.values() if f.gone]
        return encode(alive, [*self._past, *gone])


def _located(path: str, problem: Problem) -> Problem:
    """The problem with the file's name before its place: `path:12:3`."""
    where = problem.where
    line = where.removeprefix("line ")
    full = f"{path}:{line}" if line != where else f"{path}: {where}" if where else path
    return Problem(full, problem.what, problem.fix)
