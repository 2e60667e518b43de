"""JSON objects, one to a line (NDJSON, JSON Lines)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from vedette.model.batch import JsonLines, json_object
from vedette.model.problem import Problem
from vedette.sources.format import Chunk
from vedette.sources.formats.grouping import Grouping
from vedette.sources.json_kind import JSON, SHAPES, Shape, shape_of

SETTLE: Final = 64
"""Lines at the beginning of a stream that are all looked at."""

SAMPLE: Final = 256
"""After them every 256th line is (0.4 % of the cost of parsing all), and any without the mark."""

_OTHER: Final = re.compile(
    rb'"(?:EventID|Event|System|winlog|winlog\.[a-z_.]+|event_type|hostIdentifier|id\.orig_h|_path|'
    rb'uid|method|cs-method|request|request_method|request_uri|RequestMethod|_source)"'
)
"""What an object of any shape but JSON has in its text, so that JSON's lines are told apart."""

_OPENING: Final = re.compile(rb'\{\s*"[^"]{1,200}"\s*:')


class NdjsonReader:
    """Lines to chunks. Lines of the stream's usual shape are passed on without being parsed.

    The shape is decided by the first line that parses. From then on a line is looked at closer
    if it lacks its shape's mark, and every SAMPLE-th one anyway; once a sample turns out to be
    of another shape than its mark made believe, every line is. A line that is not JSON stays
    among those that are passed on (whoever parses them reports it), or is a Problem where all
    lines are parsed here. `forced` is the format that the user says it is.
    """

    def __init__(self, forced: str | None = None, state: str = "") -> None:
        self._forced = forced
        shape, _, wary = state.partition(" ")
        if shape and shape not in SHAPES:
            raise ValueError(f"{state!r} is no state of an NDJSON reader")
        self._shape = SHAPES[shape] if shape else None
        self._wary = bool(wary)
        self._seen = SETTLE if shape else 0

    def feed(self, lines: Sequence[bytes], first: int) -> list[Chunk]:
        if not lines:
            return []
        usual = self._shape or self._decide(lines)
        found = _Looked(self._shape_of)
        if usual.convert is not None:
            found.look(lines, range(len(lines)))
        else:
            self._find_others(lines, first, usual, found)
        self._seen += len(lines)
        return _chunks(lines, first, usual, found)

    def close(self) -> list[Chunk]:
        return []

    def held(self) -> int | None:
        return None

    def state(self) -> str:
        if self._shape is None:
            return ""
        return self._shape.name + (" wary" if self._wary else "")

    def _decide(self, lines: Sequence[bytes]) -> Shape:
        for line in lines:
            record = _parsed(line)
            if record is not None:
                self._shape = self._shape_of(record)
                return self._shape
        return Shape(JSON.name, self._forced or JSON.format)

    def _shape_of(self, record: Mapping[str, Any]) -> Shape:
        shape = shape_of(record)
        if self._forced is None or shape.format == self._forced:
            return shape
        return Shape(JSON.name, self._forced)

    def _find_others(
        self, lines: Sequence[bytes], first: int, usual: Shape, found: _Looked
    ) -> None:
        """Look at every line that may be of another shape than the usual one."""
        if self._forced is None:
            if usual.mark:
                mark = usual.mark
                odd = [i for i, line in enumerate(lines) if mark not in line]
            else:
                other = _OTHER.search
                odd = [i for i, line in enumerate(lines) if other(line)]
            found.look(lines, odd)
        settling = range(min(SETTLE - self._seen, len(lines)))
        sample = range(-first % SAMPLE, len(lines), SAMPLE)
        for chosen in (settling, sample):
            if found.differ(lines, chosen, usual):
                self._wary = True
        if self._wary:
            found.look(lines, range(len(lines)))


class _Looked:
    """Lines that were parsed, with their shapes."""

    def __init__(self, shape_of: Callable[[Mapping[str, Any]], Shape]) -> None:
        self._shape_of = shape_of
        self.records: dict[int, Mapping[str, Any]] = {}
        self.shapes: dict[int, Shape] = {}

    def look(self, lines: Sequence[bytes], indexes: Sequence[int]) -> None:
        for index in indexes:
            if index not in self.records and (record := _parsed(lines[index])) is not None:
                self.records[index] = record
                self.shapes[index] = self._shape_of(record)

    def differ(self, lines: Sequence[bytes], indexes: Sequence[int], usual: Shape) -> bool:
        """Look at these; True if one that was not looked at before is not of the usual shape."""
        new = [index for index in indexes if index not in self.records]
        self.look(lines, new)
        return any(self.shapes.get(index, usual).name != usual.name for index in new)


def _parsed(line: bytes) -> Mapping[str, Any] | None:
    try:
        return json_object(line)
    except ValueError:
        return None


def _chunks(lines: Sequence[bytes], first: int, usual: Shape, found: _Looked) -> list[Chunk]:
    lazy = usual.convert is None
    taken = [i for i, shape in found.shapes.items() if not lazy or shape.name != usual.name]
    chunks: list[Chunk] = []
    if lazy and len(taken) < len(lines):
        kept = lines
        if taken:
            blanked = list(lines)
            for index in taken:
                blanked[index] = b""
            kept = blanked
        rows = JsonLines(kept, first)
        chunks.append(Chunk(usual.format, rows, nbytes=sum(map(len, kept)) + len(kept)))
    grouping = Grouping()
    for index in sorted(taken):
        shape, place = found.shapes[index], f"line {first + index}"
        records = shape.records(found.records[index])
        for number, record in enumerate(records, 1):
            row = place if len(records) == 1 else f"{place} row {number}"
            grouping.add(shape.format, record, lines[index], row)
    if not lazy:
        for index, line in enumerate(lines):
            if index not in found.records and line.strip():
                grouping.problem(fault_of(line, f"line {first + index}"))
    return chunks + grouping.take()


def fault_of(line: bytes, where: str) -> Problem:
    """Why this line is not a JSON object, with the column (from 1) where the parser knows it."""
    what = "not a JSON object"
    try:
        json_object(line)
    except orjson.JSONDecodeError as error:
        where, what = f"{where}:{error.colno}", f"not JSON ({error.msg})"
    except ValueError as error:
        what = str(error)
    return Problem(where, what, "check that the writer puts one JSON object on each line")


class NdjsonFormat:
    """NDJSON of any kind, or (`forced`) of the kind that the user says it is."""

    def __init__(self, name: str = "ndjson", forced: str | None = None) -> None:
        self.name = name
        self._forced = forced

    def recognises(self, head: bytes) -> bool:
        """True if the first line is a JSON object, or is damaged and one of the next four is, or
        begins like one and is longer than what is seen here."""
        lines = head.lstrip().split(b"\n", 5)[:5]
        line = lines[0].rstrip()
        if not line.startswith(b"{"):
            return False
        if _parsed(line) is not None:
            return True
        if len(lines) == 1:
            return _OPENING.match(line) is not None
        if line.endswith((b"{", b"[", b",")):  # one object over several lines
            return False
        return any(_parsed(line) is not None for line in lines[1:])

    def reader(self, state: str = "") -> NdjsonReader:
        """Raises ValueError for a state that no NDJSON reader gave."""
        return NdjsonReader(self._forced, state)


FORMAT = NdjsonFormat()
