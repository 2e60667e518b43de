"""Collects the events and problems of a reader of lines into chunks of bounded size."""

from __future__ import annotations

from vedette.model.batch import Record
from vedette.model.problem import Problem
from vedette.sources.format import Chunk
from vedette.sources.formats.grouping import Grouping


class Gathering:
    """Events of one format between two calls of `take`, told by the numbers of their lines."""

    __slots__ = ("_chunks", "_format", "_grouping")

    def __init__(self, format: str) -> None:
        self._format = format
        self._grouping = Grouping(format)
        self._chunks: list[Chunk] = []

    def add(self, record: Record, raw: bytes, line: int) -> None:
        """One event, whose (first) line has the number `line`."""
        self._grouping.add(self._format, record, raw, f"line {line}", len(raw) + 1)
        if self._grouping.full:
            self._chunks += self._grouping.take()

    def problem(self, line: int, what: str, fix: str = "", column: int = 0, size: int = 0) -> None:
        """A line of `size` bytes that could not be read; `column` counts from 1 (0: unknown)."""
        where = f"line {line}:{column}" if column else f"line {line}"
        self._grouping.problem(Problem(where, what, fix), size + 1)

    def take(self) -> list[Chunk]:
        """All that was gathered, in order; the gathering is empty afterwards."""
        chunks, self._chunks = self._chunks, []
        return chunks + self._grouping.take()
