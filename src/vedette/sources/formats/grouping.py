"""Collects parsed events of several formats into chunks, one format each."""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette.model.batch import DictRows, Record
from vedette.model.problem import Problem
from vedette.sources.format import CHUNK_BYTES, CHUNK_ROWS, Chunk


@dataclass(slots=True)
class _Group:
    records: list[Record] = field(default_factory=list)
    raws: list[bytes] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    nbytes: int = 0


class Grouping:
    """Events and problems between two calls of `take`. Order is kept within a format."""

    __slots__ = ("_bad", "_bytes", "_format", "_groups", "_problems", "_rows")

    def __init__(self, format: str = "json") -> None:
        """`format` is that of a chunk that holds problems alone."""
        self._format = format
        self._bad = 0
        self._groups: dict[str, _Group] = {}
        self._problems: list[Problem] = []
        self._rows = 0
        self._bytes = 0

    def add(
        self, format: str, record: Record, raw: bytes, place: str, size: int | None = None
    ) -> None:
        """One event; `size` is what it took of its source (None: its own bytes)."""
        taken = len(raw) if size is None else size
        group = self._groups.get(format)
        if group is None:
            group = self._groups[format] = _Group()
        group.records.append(record)
        group.raws.append(raw)
        group.places.append(place)
        group.nbytes += taken
        self._rows += 1
        self._bytes += taken

    def problem(self, problem: Problem, size: int = 0) -> None:
        """What could not be read; `size` is what it took of its source."""
        self._problems.append(problem)
        self._rows += 1
        self._bad += size
        self._bytes += size

    @property
    def full(self) -> bool:
        return self._rows >= CHUNK_ROWS or self._bytes >= CHUNK_BYTES

    def take(self) -> list[Chunk]:
        """All that was gathered; the problems come with the first chunk."""
        problems, bad = tuple(self._problems), self._bad
        chunks: list[Chunk] = []
        for format, group in self._groups.items():
            rows = DictRows(group.records, group.raws, group.places)
            chunks.append(Chunk(format, rows, problems=problems, nbytes=group.nbytes + bad))
            problems, bad = (), 0
        if problems:
            nothing = DictRows((), (), ())
            chunks.append(Chunk(self._format, nothing, problems=problems, nbytes=bad))
        self._groups, self._problems = {}, []
        self._rows = self._bytes = self._bad = 0
        return chunks
