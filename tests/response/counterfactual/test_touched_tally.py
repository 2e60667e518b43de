"""What is added up over segments, against adding one group after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.finding import Entity
from vedette.response.counterfactual.tally import Sum, Tally

WHO = [Entity("account", name) for name in ("ann", "bob", "cyd")]
Group = tuple[tuple[Entity, ...], int, int, int]
"""People, events, how many of them covered, when the last uncovered was."""

PEOPLE = st.sets(st.sampled_from(WHO), min_size=1).map(lambda some: tuple(sorted(some)))
GROUP = st.tuples(PEOPLE, st.integers(1, 5), st.integers(0, 5), st.integers(0, 99))
SEGMENT = st.lists(GROUP, max_size=4, unique_by=lambda group: group[0])


def text_of(people: Sequence[Entity]) -> str:
    return json.dumps([[one.kind, one.value] for one in people])


def table_of(groups: Sequence[Group]) -> pa.Table:
    columns = {
        "people": pa.array([text_of(people) for people, *_ in groups], pa.string()),
        "events": pa.array([events for _, events, _, _ in groups], pa.int64()),
        "covered": pa.array([min(each[1], each[2]) for each in groups], pa.int64()),
        "last": pa.array([e[3] if e[2] < e[1] else None for e in groups], pa.int64()),
    }
    return pa.table(columns)


def one_by_one(segments: Sequence[Sequence[Group]], attackers: set[Entity]) -> Sum:
    found = Sum()
    for people, events, covered, last in (each for groups in segments for each in groups):
        found.events += events
        if attackers.issuperset(people):
            found.covered += events
            continue
        found.covered += min(events, covered)
        for who in people:
            if covered < events and who not in attackers:
                before, latest = found.people.get(who, (0, 0))
                found.people[who] = (before + events - covered, max(latest, last))
    return found


@given(st.lists(SEGMENT, max_size=6), st.sets(st.sampled_from(WHO)), st.integers(0, 5))
def test_the_sum_is_that_of_the_groups_one_by_one(
    segments: list[list[Group]], attackers: set[Entity], most: int
) -> None:
    adding = Tally(most)
    for groups in segments:
        adding.add(table_of(groups), frozenset())
    assert adding.sum(attackers) == one_by_one(segments, attackers)


def test_who_may_have_been_touched_is_no_attacker() -> None:
    adding = Tally()
    adding.add(table_of([]), {text_of(WHO[:2])})
    adding.add(table_of([]), {text_of(WHO[1:])})
    assert adding.sum(WHO[:1]) == Sum(maybe=set(WHO[1:]))
