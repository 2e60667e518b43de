"""Many expressions against one string at once, by RE2.

Most expressions can only match strings that have certain bytes or literals, and ordinary values
have none of them. What is left is asked for together (sets), or one by one.

Hyperscan would do it in one pass, but its released builds of Vectorscan 5.4.12 lose matches
(https://github.com/VectorCamp/vectorscan/pull/368), which nobody who stands guard can afford.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from vedette.seclang.operators.expressions import Expression
from vedette.seclang.plan.facts import Fact, Facts
from vedette.seclang.plan.linear import make_filter, search_options
from vedette.seclang.plan.needs import Bytes

Scan = Callable[[bytes, bytes], Sequence[int]]
"""From a string to the numbers of the expressions that are found in it, in no order. Of many
strings as lines, the second says which bytes they have (without the ends of these lines); of one it
is the string again."""

LONGEST: Final = 2_048
"""Bytes from where on the expressions of a set are asked for one by one: a set has many states,
and making them for a long hostile value costs more than it saves."""
_SET: Final = 16
"""Expressions in a set: more would multiply its states."""
_GATED: Final = 8
"""The same, of those that ordinary values need not be searched for."""
_MOST_WAYS: Final = 4_096


def make_finder(expressions: Mapping[int, bytes], facts: Facts) -> tuple[Scan, frozenset[int]]:
    """A scan for the expressions by number, and those that RE2 can't take."""
    taken: dict[int, _One] = {}
    for number, pattern in expressions.items():
        fact = facts.of(pattern)
        if fact is not None:
            taken[number] = _one(pattern, fact)
    return (_Finder(taken).scan if taken else _none), frozenset(expressions.keys() - taken.keys())


def _none(value: bytes, apart: bytes) -> Sequence[int]:
    return ()


def one_finder(pattern: bytes, facts: Facts) -> Callable[[bytes], object] | None:
    """What says True of every value in which an expression is found, sooner than a search that
    tells where. None where RE2 can't take it."""
    fact = facts.of(pattern)
    if fact is None:
        return None
    taken = _one(pattern, fact)
    look, found = _Set({1: taken}).look, taken.found
    return lambda value: look(value) if value[-1:] != b"\n" else found(value)


class _One(NamedTuple):
    """One expression: as RE2 gets it, ready, and what is known of it."""

    pattern: bytes
    found: Callable[[bytes], bool]
    special: Bytes | None
    literal: bool


def _one(pattern: bytes, fact: Fact) -> _One:
    special = None if fact.special is None else frozenset(fact.special)
    # compiled when it is asked for: for long values and by the last word of rules
    return _One(
        fact.pattern, lambda value: Expression.of(pattern).found(value), special, fact.literal
    )


class _Finder:
    """Expressions in three parts: those with literals that must be there; those that need bytes
    that ordinary values do not have; the others."""

    def __init__(self, taken: Mapping[int, _One]) -> None:
        with_literals = {number for number, one in taken.items() if one.literal}
        rest = {number: one for number, one in taken.items() if number not in with_literals}
        self._always = [
            *_filters({number: taken[number] for number in taken if number in with_literals}),
            *(group.look for group in _sets([n for n in rest if not rest[n].special], rest, _SET)),
        ]
        special = sorted(
            (number for number, one in rest.items() if one.special),
            key=lambda number: sorted(rest[number].special or ()),
        )
        self._gated = _sets(special, rest, _GATED)
        kinds: dict[tuple[bool, ...], int] = {}
        table = [
            kinds.setdefault(tuple(byte in group.needs for group in self._gated), byte)
            for byte in range(256)
        ]
        self._classes = bytes(table)
        nothing = table[ord("a")]
        self._plain = bytes(byte for byte in range(256) if table[byte] == nothing)
        self._ways: dict[frozenset[int], tuple[_Look, ...]] = {}

    def scan(self, value: bytes, apart: bytes) -> Sequence[int]:
        found: list[int] = []
        for look in self._always:
            if numbers := look(value):
                found += numbers
        special = apart.translate(self._classes, self._plain)
        if special:
            kinds = frozenset(special)
            way = self._ways.get(kinds)
            if way is None:
                way = self._way(kinds)
            for look in way:
                if numbers := look(value):
                    found += numbers
        return found

    def _way(self, kinds: frozenset[int]) -> tuple[_Look, ...]:
        if len(self._ways) >= _MOST_WAYS:
            self._ways.clear()
        made = tuple(group.look for group in self._gated if not group.needs.isdisjoint(kinds))
        self._ways[kinds] = made
        return made


_Look = Callable[[bytes], Sequence[int]]


def _filters(taken: Mapping[int, _One]) -> list[_Look]:
    if not taken:
        return []
    match = make_filter([one.pattern for one in taken.values()]).Match
    numbers = list(taken)

    def look(value: bytes) -> Sequence[int]:
        found = match(value)
        return [numbers[index] for index in found] if found else ()

    return [look]


def _sets(numbers: Sequence[int], taken: Mapping[int, _One], most: int) -> list[_Set]:
    return [
        _Set({number: taken[number] for number in numbers[at : at + most]})
        for at in range(0, len(numbers), most)
    ]


class _Set:
    """Some expressions, and an empty one that tells whether RE2 had the memory to search."""

    def __init__(self, taken: Mapping[int, _One]) -> None:
        import re2

        self.needs: Bytes = frozenset().union(*(one.special or () for one in taken.values()))
        self._set: Any = re2.Set.SearchSet(search_options())
        self._numbers = list(taken)
        for one in taken.values():
            self._set.Add(one.pattern)
        self._canary: int = self._set.Add(b"")
        self._set.Compile()
        self._singles = [(number, one.found) for number, one in taken.items()]

    def look(self, value: bytes) -> Sequence[int]:
        if len(value) <= LONGEST:
            found = self._set.Match(value)
            if found and len(found) == 1:
                return ()
            if found:
                numbers = self._numbers
                return [numbers[index] for index in found if index != self._canary]
        return [number for number, holds in self._singles if holds(value)]
