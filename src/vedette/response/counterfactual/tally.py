"""Whom an action would have touched, added up over all segments.

The same people come up in every segment. So their counts are added by name, in Arrow, and a name
is read once, however many events and segments it stands in.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson

from vedette.model.finding import Entity

if TYPE_CHECKING:
    import pyarrow as pa

MOST_GROUPS: Final = 500_000
"""Groups of several segments that are held before they are added up: about 50 MB."""


@dataclass(slots=True)
class Sum:
    """`people` are the benign principals, with their uncovered events and the time of the last;
    `maybe` those that may have been touched."""

    people: dict[Entity, tuple[int, int]] = field(default_factory=dict)
    maybe: set[Entity] = field(default_factory=set)
    events: int = 0
    covered: int = 0


class Tally:
    """Takes in the groups of one segment after the other; see `lookup.Answer`."""

    def __init__(self, most: int = MOST_GROUPS) -> None:
        self._most = most
        self._groups: list[pa.Table] = []
        self._held = 0
        self._maybe: set[str] = set()

    def add(self, groups: pa.Table, maybe: Collection[str]) -> None:
        """Take in what one segment shows."""
        self._maybe.update(maybe)
        if not len(groups):
            return
        self._groups.append(groups)
        self._held += len(groups)
        if self._held > self._most:
            self._groups = [_added(self._groups)]
            self._held = 0  # what is left are as many as there are people, not more each time

    def sum(self, attackers: Collection[Entity]) -> Sum:
        """All of it. Events of several principals are covered only if all are attackers, or by
        findings."""
        found = Sum(
            maybe={who for text in self._maybe for who in people_of(text)}.difference(attackers)
        )
        if not self._groups:
            return found
        table = _added(self._groups)
        columns = (table[name].to_pylist() for name in ("people", "events", "covered", "last"))
        for text, events, covered, last in zip(*columns, strict=True):
            people = people_of(text)
            found.events += events
            if all(who in attackers for who in people):
                found.covered += events
                continue
            found.covered += covered
            if last is None:
                continue
            for who in people:
                if who not in attackers:
                    before, latest = found.people.get(who, (0, last))
                    found.people[who] = (before + events - covered, max(latest, last))
        return found


def people_of(text: str) -> list[Entity]:
    """The principals that an index names in one text."""
    return [Entity(kind, value) for kind, value in orjson.loads(text)]


def _added(groups: list[pa.Table]) -> pa.Table:
    import pyarrow as pa

    # Without threads: they cost more than they save, and take the cores from the watch.
    summed = (
        pa.concat_tables(groups)
        .group_by("people", use_threads=False)
        .aggregate([("events", "sum"), ("covered", "sum"), ("last", "max")])
    )
    return summed.select(["people", "events_sum", "covered_sum", "last_max"]).rename_columns(
        ["people", "events", "covered", "last"]
    )
