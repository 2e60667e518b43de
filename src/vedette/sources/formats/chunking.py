"""Collects the events and problems of a reader into chunks of bounded size."""

from __future__ import annotations

from vedette.model.batch import DictRows, Record
from vedette.model.problem import Problem
from vedette.sources.format import CHUNK_BYTES, CHUNK_ROWS, Chunk


class Gathering:
    """Events of one format between two calls of `take`."""

    __slots__ = ("_bytes", "_chunks", "_format", "_places", "_problems", "_raws", "_records")

    def __init__(self, format: str) -> None:
        self._format = format
        self._chunks: list[Chunk] = []
        self._reset()

    def _reset(self) -> None:
        self._records: list[Record] = []
        self._raws: list[bytes] = []
        self._places: list[str] = []
        self._problems: list[Problem] = []
        self._bytes = 0

    def add(self, record: Record, raw: bytes, line: int) -> None:
        """One event, whose (first) line has the number `line`."""
        self._records.append(record)
        self._raws.append(raw)
        self._places.append(f"line {line}")
        self._bytes += len(raw) + 1
        if len(self._records) >= CHUNK_ROWS or self._bytes >= CHUNK_BYTES:
            self._close()

    def problem(self, line: int, what: str, fix: str = "", column: int = 0, size: int = 0) -> None:
        """A line of `size` bytes that could not be read; `column` counts from 1 (0: unknown)."""
        where = f"line {line}:{column}" if column else f"line {line}"
        self._problems.append(Problem(where, what, fix))
        self._bytes += size + 1

    def take(self) -> list[Chunk]:
        """All that was gathered, in order; the gathering is empty afterwards."""
        if self._records or self._problems:
            self._close()
        chunks, self._chunks = self._chunks, []
        return chunks

    def _close(self) -> None:
        rows = DictRows(self._records, self._raws, self._places)
        problems = tuple(self._problems)
        self._chunks.append(Chunk(self._format, rows, problems=problems, nbytes=self._bytes))
        self._reset()
