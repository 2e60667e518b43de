"""One growing text file: what is new in it, and whether it is still the same file."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass

from vedette.model.problem import Problem
from vedette.sources.format import MAX_LINE, Chunk, LineFormat, LineReader
from vedette.sources.live.tail_mark import SEAL, FileMark, Seal

SLICE = 1 << 20
"""Bytes read at once: enough to be quick, little enough that other files get their turn."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a file gave: chunks that all belong to `source`, what went wrong, and
    whether there is more to read at once."""

    source: str = ""
    chunks: Sequence[Chunk] = ()
    problems: tuple[Problem, ...] = ()
    more: bool = False


NOTHING = Reading()

PIECE = 64 << 10
"""Bytes of an unfinished last line that are kept in case truncation takes them away."""


class ReplacedError(Exception):
    """The file holds another content than the one read so far; `size` is what it holds now."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class LineTail:
    """Reads the lines of one open file from a mark on, which it moves along.

    The descriptor is lent by the caller. `mark.offset` and `mark.line` stay at the first line
    that the reader holds back, so that reading again from there loses nothing.
    """

    def __init__(self, mark: FileMark, line_format: LineFormat) -> None:
        self.mark = mark
        self._format = line_format
        self._reader: LineReader = line_format.reader(mark.state)
        self._at = mark.offset
        self._line = mark.line
        self._bare = 0
        self._piece = b""
        self._held: list[int] = []

    @property
    def at(self) -> int:
        """Where the first byte stands that is not part of a line read."""
        return self._at

    @property
    def holding(self) -> bool:
        """True if the reader keeps back lines of an event that may go on."""
        return self._reader.held() is not None

    @property
    def partial(self) -> int:
        """Bytes known to follow the last complete line."""
        return self._bare

    def step(self, descriptor: int) -> Reading:
        """Read one slice. A last line without an end waits.

        Raises ReplacedError where the content is not the one that was read so far.
        """
        data = os.pread(descriptor, SLICE, self._at + self._bare)
        # looked at after reading, so that what was read is known to belong to this content
        self._check(descriptor)
        if self.mark.skip > self._at:
            return self._pass(data)
        if self.mark.skipping:
            return self._skip(data)
        if not self._at and data.startswith(BOM_UTF8):
            self._advance(len(BOM_UTF8), 0, descriptor)
            self._settle()
            return Reading(more=True)
        if not self._bare and data[:1] == b"\0":
            # the hole that truncation leaves under a writer that does not append
            self._advance(len(data) - len(data.lstrip(b"\0")), 0, descriptor)
            self._settle()
            return Reading(more=True)
        if self._bare and b"\n" in data:
            data = os.pread(descriptor, self._bare + data.index(b"\n") + 1, self._at)
            self._check(descriptor)
            return self._feed(data, descriptor, more=True)
        end = data.rfind(b"\n") + 1
        more = len(data) == SLICE
        if end:
            reading = self._feed(data[:end], descriptor, more=more)
            self._bare = len(data) - end
            self._piece = data[end:][:PIECE]
            return reading
        self._bare += len(data)
        self._piece = self._piece + data if self._bare <= PIECE else b""
        return self._too_long() if self._bare > MAX_LINE else Reading(more=more)

    def flush(self) -> Reading:
        """Give out what the reader holds back: nothing came for too long."""
        chunks = self._reader.close()
        self._reader = self._format.reader(self._reader.state())
        self._held.clear()
        self._settle()
        return Reading(self.mark.source, chunks)

    def finish(self, descriptor: int) -> Reading:
        """The file will not grow: read its last line even without an end, give out everything.
        Raises ReplacedError as `step` does."""
        chunks: list[Chunk] = []
        if self._bare and not self.mark.skipping:
            data = os.pread(descriptor, self._bare, self._at)
            self._check(descriptor)
            chunks += self._feed(data, descriptor, more=False).chunks
        return Reading(self.mark.source, [*chunks, *self.flush().chunks])

    def replaced(self) -> Reading:
        """The content is gone from the file: give out what is known of its end."""
        chunks: list[Chunk] = []
        problems: tuple[Problem, ...] = ()
        if self._bare and len(self._piece) == self._bare and not self.mark.skipping:
            if not self.mark.id:
                self.mark.identify(self._piece)
            chunks += self._reader.feed([self._piece.removesuffix(b"\r")], self._line)
        elif self._bare:
            where = f"{self.mark.path}:{self._line}"
            what = "the line was cut away before its end was written"
            problems = (Problem(where, what, "what there was of it is not read"),)
        chunks += self._reader.close()
        return Reading(self.mark.source, chunks, problems)

    def _check(self, descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        if size < self._at + self._bare or not self.mark.holds(descriptor):
            raise ReplacedError(size)

    def _feed(self, data: bytes, descriptor: int, *, more: bool) -> Reading:
        """Read the lines of `data`, which begins at `_at`; the last may lack its end."""
        if not self.mark.id:
            self.mark.identify(os.pread(descriptor, SEAL, 0).partition(b"\n")[0])
        lines = data.removesuffix(b"\n").split(b"\n")
        first, at = self._line, self._at
        if b"\r" in data:
            stripped = [line.removesuffix(b"\r") for line in lines]
            chunks = self._reader.feed(stripped, first)
        else:
            chunks = self._reader.feed(lines, first)
        self._advance(len(data), len(lines), descriptor)
        if self._reader.held() is not None:
            for line in lines:
                self._held.append(at)
                at += len(line) + 1
        self._settle()
        return Reading(self.mark.source, chunks, more=more)

    def _advance(self, size: int, lines: int, descriptor: int) -> None:
        """Note that `size` bytes with `lines` lines are read, and seal them."""
        self._at += size
        self._line += lines
        self._bare, self._piece = 0, b""
        if self.mark.head.length < min(SEAL, self._at):
            self.mark.head = Seal.at(descriptor, self._at, head=True)
        self.mark.tail = Seal.at(descriptor, self._at)

    def _settle(self) -> None:
        """Move the mark up to the first line held back."""
        held = self._reader.held()
        mark = self.mark
        if held is None:
            self._held.clear()
            mark.offset, mark.line = self._at, self._line
        else:
            index = len(self._held) - (self._line - held)
            del self._held[:index]
            mark.offset, mark.line = self._held[0], held
        mark.state = self._reader.state()

    def _too_long(self) -> Reading:
        self.mark.skipping = True
        chunks = self.flush().chunks  # an event can't go on across a line that is not read
        self._at += self._bare
        self.mark.offset, self._bare = self._at, 0
        where = f"{self.mark.path}:{self._line}"
        problem = Problem(where, f"line of more than {MAX_LINE} bytes", "it is skipped")
        return Reading(self.mark.source, chunks, (problem,), more=True)

    def _skip(self, data: bytes) -> Reading:
        """Pass over the rest of a line that is too long."""
        end = data.find(b"\n") + 1
        self._at += end or len(data)
        if end:
            self._line += 1
            self.mark.skipping = False
        self.mark.offset, self.mark.line = self._at, self._line
        return Reading(more=bool(end) or len(data) == SLICE)

    def _pass(self, data: bytes) -> Reading:
        """Count over lines that are not to be read, up to the last one that begins there."""
        mark = self.mark
        data = data[: mark.skip - self._at]
        end = data.rfind(b"\n") + 1
        if not end and len(data) == SLICE:
            mark.skipping, end = True, len(data)
        elif end:
            mark.skipping = False
        self._at += end
        self._line += data.count(b"\n", 0, end)
        mark.offset, mark.line = self._at, self._line
        if end < SLICE:
            mark.skip = 0
        return Reading(more=True)
