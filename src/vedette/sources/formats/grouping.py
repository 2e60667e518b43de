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

    __slots__ = ("_bytes", "_groups", "_problems", "_rows")

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._problems: list[Problem] = []
        self._rows = 0
        self._bytes = 0

    def add(self, format: str, record: Record, raw: bytes, place: str) -> None:
        group = self._groups.get(format)
        if group is None:
            group = self._groups[format] = _Group()
        group.records.append(record)
        group.raws.append(raw)
        group.places.append(place)
        group.nbytes += len(raw)
        self._rows += 1
        self._bytes += len(raw)

    def problem(self, problem: Problem) -> None:
        self._problems.append(problem)
        self._rows += 1

    @property
    def full(self) -> bool:
        return self._rows >= CHUNK_ROWS or self._bytes >= CHUNK_BYTES

    def take(self) -> list[Chunk]:
        """All that was gathered; the problems come with the first chunk."""
        problems = tuple(self._problems)
        chunks: list[Chunk] = []
        for format, group in self._groups.items():
            rows = DictRows(group.records, group.raws, group.places)
            chunks.append(Chunk(format, rows, problems=problems, nbytes=group.nbytes))
            problems = ()
        if problems:
            chunks.append(Chunk("json", DictRows((), (), ()), problems=problems))
        self._groups, self._problems, self._rows, self._bytes = {}, [], 0, 0
        return chunks
