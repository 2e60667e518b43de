"""Incidents while they grow: sets of findings that can only unite."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from vedette.incident.lines import (
    MOST_ENTITIES,
    Earliest,
    Line,
    add_to_line,
    join_lines,
    line_of,
)
from vedette.model.finding import Finding

NEVER: Final = -(1 << 62)


class Summary(msgspec.Struct):
    """An incident as it is stored and shown. `first` is the time and id of the earliest finding,
    `entities` the first times by kind and value. Times are microseconds since the epoch, UTC."""

    id: str
    first: tuple[int, str]
    last: int
    count: int
    lines: list[Line]
    entities: dict[str, dict[str, int]]


class Knot:
    """One incident in memory. `id` is what it was last stored as, "" where it never was; `former`
    the stored ids of those that merged into it."""

    __slots__ = ("count", "entities", "first", "former", "id", "last", "lines", "spans")

    def __init__(self) -> None:
        self.id = ""
        self.former: list[str] = []
        self.first: tuple[int, str] = (1 << 62, "")
        self.last = NEVER
        self.count = 0
        self.lines: dict[str, Line] = {}
        self.entities: dict[str, Earliest] = {}
        self.spans = 0

    def add(self, finding: Finding) -> None:
        time = finding.time
        self.count += 1
        if time > self.last:
            self.last = time
        if time <= self.first[0]:
            self.first = min(self.first, (time, finding.id))
        line = self.lines.get(finding.rule.id)
        if line is None:
            line = self.lines[finding.rule.id] = line_of(finding)
        add_to_line(line, finding)
        for entity in finding.entities:
            seen = self.entities.get(entity.kind)
            if seen is None:
                seen = self.entities[entity.kind] = Earliest(MOST_ENTITIES)
            # Most are known, and from earlier: nothing to do.
            known = seen.times.get(entity.value)
            if known is None or time < known:
                seen.add(entity.value, time)

    def join(self, other: Knot) -> None:
        """Take in another incident."""
        self.former += [*other.former, *([other.id] if other.id else [])]
        self.first = min(self.first, other.first)
        self.last = max(self.last, other.last)
        self.count += other.count
        self.spans += other.spans
        for rule, line in other.lines.items():
            if rule in self.lines:
                join_lines(self.lines[rule], line)
            else:
                self.lines[rule] = line
        for kind, seen in other.entities.items():
            if kind in self.entities:
                self.entities[kind].join(seen)
            else:
                self.entities[kind] = seen

    def weight(self) -> int:
        """How much work it is to move this into another."""
        return len(self.lines) + self.spans + len(self.former)

    def summary(self) -> Summary:
        return Summary(
            incident_id(self.first[1]),
            self.first,
            self.last,
            self.count,
            [self.lines[rule].canonical() for rule in sorted(self.lines)],
            {kind: self.entities[kind].first() for kind in sorted(self.entities)},
        )


class Node:
    """A place in the forest of unions; the root holds the incident."""

    __slots__ = ("knot", "parent")

    def __init__(self, knot: Knot) -> None:
        self.knot = knot
        self.parent = self


def root_of(node: Node) -> Node:
    """The root, with the way to it halved."""
    while node.parent is not node:
        node.parent = node.parent.parent
        node = node.parent
    return node


def knot_of(summary: Summary) -> Knot:
    """A stored incident, back in memory."""
    knot = Knot()
    knot.id = summary.id
    knot.first, knot.last, knot.count = summary.first, summary.last, summary.count
    knot.lines = {line.rule: line for line in summary.lines}
    knot.entities = {
        kind: Earliest(MOST_ENTITIES, dict(times)) for kind, times in summary.entities.items()
    }
    return knot


def incident_id(finding: str) -> str:
    """The id of the incident whose earliest finding this is."""
    return hashlib.blake2b(b"incident\0" + finding.encode(), digest_size=8).hexdigest()
