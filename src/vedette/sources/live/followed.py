"""One followed file through its life: found, recognised, read, renamed, replaced, gone."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from vedette.model.problem import Problem
from vedette.sources.codecs import codec_of
from vedette.sources.format import HEAD, FileFormat, LineFormat
from vedette.sources.formats import format_named
from vedette.sources.live.tail_file import NOTHING, LineTail, Reading, ReplacedError
from vedette.sources.live.tail_mark import FileMark, shown
from vedette.sources.live.watched import find_inode, rotated_names
from vedette.sources.live.whole import WholeFile, reads_lines
from vedette.sources.recognise import chosen
from vedette.sources.transcode import encoding_of

HOLD = 2.0
"""Seconds after which an event that may go on is taken as whole; auditd's own limit is the same."""


@dataclass(frozen=True, slots=True)
class Following:
    """How files are followed; times in seconds. `named` are those asked for one by one."""

    format: str | None = None
    compressed: bool = False
    settle: float = 2.0
    rotate_wait: float = 5.0
    named: frozenset[str] = frozenset()


class Followed:
    """Follows one file. `mark` says how far everything given out so far reaches."""

    def __init__(self, mark: FileMark, how: Following, predecessor: Followed | None = None) -> None:
        self.mark = mark
        self.used = 0.0
        self.gone = False
        self.predecessor = predecessor
        self._how = how
        self._path = mark.path
        self._descriptor: int | None = None
        self._lines: LineTail | None = None
        self._whole: WholeFile | None = None
        self._seen: tuple[int, int] | None = None
        self._changed = 0.0
        self._missing_since: float | None = None
        self._more = False
        self._tried = -1
        self._refused = ""
        self._ignored = False
        self._told: list[Problem] = []
        self.replaced: FileMark | None = None

    @property
    def path(self) -> str:
        """Where the file was seen last."""
        return self._path

    @property
    def open(self) -> bool:
        return self._descriptor is not None

    @property
    def missing(self) -> bool:
        """True while the file is at none of the followed paths."""
        return self._missing_since is not None

    @property
    def behind(self) -> bool:
        """True while it is known that there is more to read."""
        return self._more and not self.gone and not self._refused

    @property
    def ignored(self) -> bool:
        """True for a file that is not asked for, now that its content is known."""
        return self._ignored

    def found(self, path: str, info: os.stat_result, now: float) -> None:
        """The file is at `path` now and has this size and time."""
        if path != self._path:
            self.mark.path, self._path = shown(path), path
            if self._whole is not None:
                self._whole.path = path
        self._missing_since = None
        self._note(info, now)

    def lost(self, now: float) -> None:
        """The file is at none of the followed paths any more (which is said on every look)."""
        if self._missing_since is None:
            self._missing_since = now

    def step(self, now: float) -> Reading:
        """What is new. Never raises for what is on the disk."""
        if self.gone or self._ignored:
            return NOTHING
        if self.predecessor is not None:
            if self.predecessor.behind:
                return NOTHING
            self.predecessor = None
        try:
            reading = self._step(now)
            if self._told:
                reading = replace(reading, problems=(*self._told, *reading.problems))
                self._told = []
            return reading
        except ReplacedError as replaced:
            return self._restart(replaced.size)
        except FileNotFoundError:
            self._more = True  # it went after it was seen: the next look sorts that out
            return NOTHING
        except OSError as error:
            self._more = True
            if self._refused == str(error):
                return NOTHING
            self._refused = str(error)
            what = f"can't be read ({error.strerror}); tried again"
            return Reading(problems=(Problem(self.mark.path, what, "check its mode"),))

    def close(self) -> None:
        """Let go of the descriptor; the next step opens the file again where needed."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if self._whole is not None:
            self._whole.close()

    def _note(self, info: os.stat_result, now: float) -> None:
        seen = (info.st_size, info.st_mtime_ns)
        if seen != self._seen:
            self._seen, self._changed, self._more = seen, now, True
            if not self.mark.whole:
                self.mark.mtime = info.st_mtime_ns

    def _step(self, now: float) -> Reading:
        if self.missing:
            if not self._reach():
                return self._give_up()
            self._note(os.fstat(self._file()), now)
        if self._whole is not None:
            return self._step_whole(now)
        if self._more:
            self._more = False
            self.used = now
            reading = self._read(now)
            self._more = self._more or reading.more
            return reading
        return self._wait(now)

    def _read(self, now: float) -> Reading:
        if self._lines is None and not self._choose(now):
            if self._whole is not None or self._ignored:
                self.close()
            return NOTHING if self._whole is None else self._step_whole(now)
        assert self._lines is not None
        self._refused = ""
        return self._lines.step(self._file())

    def _wait(self, now: float) -> Reading:
        """Nothing new: time alone can make a difference."""
        quiet = now - self._changed
        if self._lines is None:
            if quiet >= self._how.settle and self._seen and self._tried != self._seen[0]:
                return self._unrecognised(now)
        elif self._lines.holding and quiet >= HOLD:
            return self._lines.flush()
        since = self._missing_since
        if since is not None and min(quiet, now - since) >= self._how.rotate_wait:
            return self._finish()
        return NOTHING

    def _choose(self, now: float) -> bool:
        """Find out how to read the file; False where it is not read as lines (or not yet)."""
        mark, descriptor = self.mark, self._file()
        if self._tried >= HEAD:
            return False
        head = _head(descriptor)
        if codec_of(head):
            self._ignored = not self._how.compressed
            mark.whole = self._how.compressed
            if self._ignored and self._path in self._how.named:
                fix = "set `compressed: true` to read it"
                self._told.append(Problem(mark.path, "is compressed and not read", fix))
        settled = now - self._changed >= self._how.settle
        found: LineFormat | FileFormat | None = None
        if mark.format:
            found = format_named(mark.format)
        elif b"\n" in head or len(head) == HEAD or (head and settled):
            found = chosen(self._how.format, head)
        if encoding_of(head) not in (None, "utf-8-sig"):
            mark.whole = True  # its lines don't end with one byte
        if mark.whole or (found is not None and not reads_lines(found)):
            mark.whole = True
            if mark.skip:
                info = os.fstat(descriptor)
                mark.size, mark.mtime = info.st_size, info.st_mtime_ns
                mark.done, mark.skip = True, 0
            self._whole = WholeFile(mark, self._path, self._how.format, self._how.settle)
            return False
        if found is None or self._ignored:
            return False
        assert reads_lines(found)
        mark.format = found.name
        if mark.skip and not mark.state:
            mark.state = _state_after(head, found)
        try:
            self._lines = LineTail(mark, found)
        except ValueError as error:
            mark.state = ""
            self._lines = LineTail(mark, found)
            fix = "reading goes on with a fresh state"
            self._told.append(Problem(mark.path, f"its saved state is of no use ({error})", fix))
        return True

    def _step_whole(self, now: float) -> Reading:
        assert self._whole is not None
        if self.missing:
            return self._give_up()
        reading = self._whole.step(now)
        self._more = reading.more
        return reading

    def _unrecognised(self, now: float) -> Reading:
        assert self._seen is not None
        self._tried = self._seen[0]
        if not self._tried:
            return NOTHING
        if self._choose(now):
            return self._read(now)
        if self._whole is not None or self._ignored or self._refused:
            return NOTHING
        self._refused = "format"
        what = "its format was not recognised; nothing of it is read"
        return Reading(problems=(Problem(self.mark.path, what, "name it with the key `format`"),))

    def _restart(self, size: int) -> Reading:
        """The content is another one: give out what was held back, then begin at the top."""
        lines, mark = self._lines, self.mark
        assert lines is not None
        ending = lines.replaced()
        problems = ending.problems
        if mark.head.length <= size < lines.at and mark.head.holds(self._file()):
            what = f"was cut from {lines.at} to {size} bytes"
            fix = "it is read again from its beginning; rotate logs by renaming them"
            problems = (*problems, Problem(mark.path, what, fix))
        self._lines, self.mark, self._more = None, mark.renewed(), True
        self.replaced, self._tried, self._refused = mark, -1, ""
        return Reading(ending.source, ending.chunks, problems, more=True)

    def _finish(self) -> Reading:
        """The file was renamed or deleted and has been quiet: read its last line and let go."""
        descriptor = self._file()
        reading = self._lines.finish(descriptor) if self._lines is not None else NOTHING
        self.mark.deleted = os.fstat(descriptor).st_nlink == 0
        self.close()
        self.gone = True
        return reading

    def _reach(self) -> bool:
        """Make sure that a file which left its path can still be read."""
        if self._descriptor is not None:
            return True
        mark = self.mark
        path = find_inode(str(Path(self._path).parent), mark.dev, mark.inode)
        if path is None:
            return False
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
        # under a name of rotation, another content is what came after a truncation
        ours = rotated_names(self._path).fullmatch(path.rpartition("/")[2])
        if not ours and not mark.holds(descriptor):
            os.close(descriptor)
            return False
        self._descriptor, self._path = descriptor, path
        return True

    def _give_up(self) -> Reading:
        """The file is gone with no way to reach it."""
        mark, lines = self.mark, self._lines
        self.close()
        self.gone = mark.deleted = True
        held = lines.flush() if lines is not None else NOTHING
        if mark.done if mark.whole else (lines and self._seen and self._seen[0] <= lines.at):
            return held
        if mark.whole or (lines is None and not mark.format):
            what = "went away before it was read"
        else:
            what = (
                f"went away while it was not open; what came after byte {mark.offset} is not read"
            )
        problem = Problem(mark.path, what, "if it was compressed, scan that file")
        return Reading(held.source, held.chunks, (problem,))

    def _file(self) -> int:
        if self._descriptor is None:
            flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
            self._descriptor = os.open(self._path, flags)
            info = os.fstat(self._descriptor)
            if (info.st_dev, info.st_ino) != (self.mark.dev, self.mark.inode):
                # replaced between looking and opening: the next look sorts it out
                self.close()
                raise FileNotFoundError(2, "replaced while it was opened", self._path)
        return self._descriptor


def _head(descriptor: int) -> bytes:
    """The first bytes of a file, without the hole that truncation leaves under a writer that does
    not append."""
    head = os.pread(descriptor, HEAD, 0)
    if head.startswith(b"\0"):
        with contextlib.suppress(OSError):  # there is nothing but the hole
            start = os.lseek(descriptor, 0, os.SEEK_DATA)
            head = os.pread(descriptor, HEAD, start)
        return head.lstrip(b"\0")
    return head


def _state_after(head: bytes, line_format: LineFormat) -> str:
    """What the first lines of a file say about all the others (a Zeek header, say)."""
    reader = line_format.reader()
    lines = head[: head.rfind(b"\n") + 1].replace(b"\r\n", b"\n").split(b"\n")
    reader.feed(lines[:-1], 1)
    reader.close()
    return reader.state()
