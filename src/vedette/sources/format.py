"""What a format of events is: how it is recognised and how it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from vedette.model.batch import Rows
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem

MAX_LINE = 16 << 20
"""Bytes of one line; a longer one is counted, reported with its place and skipped."""

CHUNK_ROWS = 4096
CHUNK_BYTES = 8 << 20
"""A chunk is handed on when it holds this many rows or bytes."""

HEAD = 64 << 10
"""How many of the first bytes (decompressed) recognition sees."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive events of one format, before it is known whose batch they become.

    `format` names the field mapping (`windows`, `auditd`, ...), which may be finer than the
    format that read them (NDJSON holds many). `problems` tells of rows that could not be read:
    their `where` is the place alone (`line 12:3`); whoever makes the batch puts the source's
    name before it.
    """

    format: str
    rows: Rows
    logsource: Logsource = Logsource()
    problems: tuple[Problem, ...] = ()
    nbytes: int = 0


class LineReader(Protocol):
    """Turns lines into chunks. Stateful: header lines and unfinished events are kept inside."""

    def feed(self, lines: Sequence[bytes], first: int) -> list[Chunk]:
        """Read complete lines (without their ends); `first` is the number of lines[0], from 1.
        Never raises for what a line holds. Lines of an event that may go on are held back."""
        ...

    def close(self) -> list[Chunk]:
        """The end of the source: give out what was held back."""
        ...

    def held(self) -> int | None:
        """The number of the first line held back (None: nothing is): to resume without loss,
        reading must start there again."""
        ...

    def state(self) -> str:
        """What a later reader must know to go on from here (a Zeek header, say); "" if nothing."""
        ...


class LineFormat(Protocol):
    """A format of text lines."""

    name: str

    def recognises(self, head: bytes) -> bool:
        """True if these first bytes are of this format. Must be cheap, strict and never raise."""
        ...

    def reader(self, state: str = "") -> LineReader: ...


class FileFormat(Protocol):
    """A format that needs the whole file (EVTX, Parquet, a JSON array)."""

    name: str

    def recognises(self, head: bytes) -> bool: ...

    def read(self, stream: BinaryIO) -> Iterator[Chunk]:
        """Chunks in file order. The stream is seekable. Raises UnreadableError only where
        nothing at all can be read; damage inside is a Problem on the next chunk."""
        ...
