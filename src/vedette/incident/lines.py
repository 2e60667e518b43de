"""What an incident remembers of its findings: a line for each rule, in bounded memory.

Everything here is a function of the set of findings, not of the order they came in: counts, the
earliest time, the latest, and of long lists the members that appeared first.
"""

from __future__ import annotations

from typing import Final

import msgspec

from vedette.model.finding import LEVELS, Entity, Finding

MOST_SAMPLES: Final = 5
MOST_ENTITIES: Final = 256
"""Of one kind, in one incident."""
PLACES: Final = ("host", "mailbox", "tag", "domain", "address", "account")
"""Where a finding happened: the first of these kinds that it names."""
MOST_PLACES: Final = 64


class Earliest:
    """The `most` values that appeared first, each with its first time. `times` may hold more."""

    __slots__ = ("most", "times")

    def __init__(self, most: int, times: dict[str, int] | None = None) -> None:
        self.most = most
        self.times = times or {}

    def add(self, value: str, time: int) -> None:
        known = self.times.get(value)
        if known is None or time < known:
            self.times[value] = time
            if len(self.times) > 2 * self.most:  # trimmed rarely: sorting costs
                self.times = self.first()

    def first(self) -> dict[str, int]:
        """Values to their first times, the earliest first."""
        ranked = sorted(self.times.items(), key=lambda each: (each[1], each[0]))
        return dict(ranked[: self.most])

    def join(self, other: Earliest) -> None:
        for value, time in other.times.items():
            self.add(value, time)


class Line(msgspec.Struct):
    """The findings of one rule in one incident. `samples` are the first of them, as (time, id)."""

    rule: str
    title: str
    level: str
    techniques: tuple[str, ...]
    count: int
    first: int
    last: int
    probability: float | None
    samples: list[tuple[int, str]]
    places: dict[str, int]

    def canonical(self) -> Line:
        """Samples and places cut to those that appeared first."""
        ranked = sorted(self.places.items(), key=lambda each: (each[1], each[0]))
        return msgspec.structs.replace(
            self,
            samples=sorted(self.samples)[:MOST_SAMPLES],
            places=dict(ranked[:MOST_PLACES]),
        )


def line_of(finding: Finding) -> Line:
    """An empty line for the rule of a finding."""
    rule = finding.rule
    return Line(
        rule.id,
        rule.title,
        rule.level,
        tuple(sorted(finding.techniques)),
        0,
        finding.time,
        finding.time,
        None,
        [],
        {},
    )


def add_to_line(line: Line, finding: Finding) -> None:
    """Count one more finding."""
    time = finding.time
    line.count += 1
    if time < line.first:
        line.first = time
    if time > line.last:
        line.last = time
    if finding.probability is not None:
        line.probability = max(line.probability or 0.0, finding.probability)
    if finding.techniques != line.techniques:
        line.techniques = tuple(sorted({*line.techniques, *finding.techniques}))
    if finding.rule.level != line.level:
        line.level = highest(line.level, finding.rule.level)
    samples = line.samples
    if len(samples) < MOST_SAMPLES or (time, finding.id) < samples[-1]:
        samples.append((time, finding.id))
        samples.sort()
        del samples[MOST_SAMPLES:]
    place = place_of(finding.entities)
    if place:
        known = line.places.get(place)
        if known is None or time < known:
            line.places[place] = time
            if len(line.places) > 2 * MOST_PLACES:
                line.places = line.canonical().places


def join_lines(line: Line, other: Line) -> None:
    """Take in the line of the same rule in an incident that merges into this one."""
    line.count += other.count
    line.first = min(line.first, other.first)
    line.last = max(line.last, other.last)
    given = [each for each in (line.probability, other.probability) if each is not None]
    line.probability = max(given) if given else None
    line.techniques = tuple(sorted({*line.techniques, *other.techniques}))
    line.level = highest(line.level, other.level)
    line.samples = sorted([*line.samples, *other.samples])[:MOST_SAMPLES]
    for place, time in other.places.items():
        line.places[place] = min(time, line.places.get(place, time))
    line.places = line.canonical().places


def highest(*levels: str) -> str:
    """The most severe of these levels; one that is no level counts as the least."""
    return max(levels, key=lambda level: (LEVELS.index(level) if level in LEVELS else -1, level))


def place_of(entities: tuple[Entity, ...]) -> str:
    """`kind value` of where something happened; "" where none of the entities says so."""
    best = len(PLACES)
    found: Entity | None = None
    for entity in entities:
        rank = _RANKS.get(entity.kind, best)
        if rank < best:
            best = rank
            found = entity
            if not rank:
                break
    return "" if found is None else f"{found.kind} {found.value}"


_RANKS: Final = {kind: rank for rank, kind in enumerate(PLACES)}
