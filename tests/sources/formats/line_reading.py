"""Reading lines with a format's reader, as the tests of every such format do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vedette.model.problem import Problem
from vedette.sources.format import Chunk, LineFormat

DATA = Path(__file__).resolve().parents[2] / "_data" / "sources" / "formats"

Event = tuple[str, str, dict[str, Any], bytes]
"""Format, place, record and raw bytes."""


@dataclass
class Outcome:
    """All that came out of one or more readers."""

    events: list[Event] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def take(self, chunks: Sequence[Chunk]) -> None:
        for chunk in chunks:
            rows = chunk.rows
            self.events.extend(
                (chunk.format, rows.place(at), dict(rows.record(at)), rows.raw(at))
                for at in range(len(rows))
            )
            self.problems.extend(chunk.problems)

    @property
    def records(self) -> list[dict[str, Any]]:
        return [event[2] for event in self.events]


def read(line_format: LineFormat, lines: Sequence[bytes], block: int = 1000) -> Outcome:
    """One pass over the lines, some at a time."""
    outcome = Outcome()
    reader = line_format.reader()
    for at in range(0, len(lines), block):
        outcome.take(reader.feed(lines[at : at + block], at + 1))
    outcome.take(reader.close())
    return outcome


def read_resumed(line_format: LineFormat, lines: Sequence[bytes], stops: Sequence[int]) -> Outcome:
    """The same, but a new reader goes on at each of `stops` (counts of lines read before)."""
    outcome = Outcome()
    reader = line_format.reader()
    at = 0
    for stop in [*sorted(stops), len(lines)]:
        if stop > at:
            outcome.take(reader.feed(lines[at:stop], at + 1))
            at = stop
        if stop == len(lines):
            break
        held, state = reader.held(), reader.state()
        at = at if held is None else held - 1
        reader = line_format.reader(state)
    outcome.take(reader.close())
    return outcome


def fed(line_format: LineFormat, *lines: bytes | str) -> Outcome:
    """One pass over a few lines, given as they look."""
    return read(line_format, [line if isinstance(line, bytes) else line.encode() for line in lines])
