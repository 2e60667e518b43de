"""Many expressions against one string at once, by RE2.

Most expressions can only match strings that have certain bytes or literals, and ordinary values
have none of them. What is left is asked for together (sets), or one by one.

Hyperscan would do it in one pass, but its released builds of Vectorscan 5.4.12 lose matches
(https://github.com/VectorCamp/vectorscan/pull/368), which nobody who stands guard can afford.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from vedette.scan.regexes import SIZE
from vedette.seclang.operators.dialect import Untranslatable, translate
from vedette.seclang.operators.expressions import KEPT, Expression
from vedette.seclang.plan.needs import PLAIN, Bytes, needed

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
_HIGH: Final = re.compile(rb"\\x[89a-fA-F]|[\x80-\xff]|\\[A-Z]")
"""RE2 looks for literals as UTF-8; expressions that may be about other bytes do without."""


def make_finder(expressions: Mapping[int, bytes]) -> tuple[Scan, frozenset[int]]:
    """A scan for the expressions by number, and those that RE2 can't take."""
    made = {number: _one(pattern) for number, pattern in expressions.items()}
    taken = {number: one for number, one in made.items() if one is not None}
    return (_Finder(taken).scan if taken else _none), frozenset(made.keys() - taken.keys())


def _none(value: bytes, apart: bytes) -> Sequence[int]:
    return ()


@lru_cache(maxsize=KEPT)
def one_finder(pattern: bytes) -> Callable[[bytes], object] | None:
    """What says True of every value in which an expression is found, sooner than a search that
    tells where. None where RE2 can't take it."""
    taken = _one(pattern)
    if taken is None:
        return None
    look, found = _Set({1: taken}).look, taken.found
    return lambda value: look(value) if value[-1:] != b"\n" else found(value)


class _One(NamedTuple):
    """One expression: as RE2 gets it, ready, and the bytes of which it needs one where ordinary
    values have none of them."""

    pattern: bytes
    found: Callable[[bytes], bool]
    special: Bytes | None


@lru_cache(maxsize=KEPT)
def _one(pattern: bytes) -> _One | None:
    try:
        made = translate(pattern)
    except Untranslatable:
        return None
    single = Expression.of(pattern)
    needs = needed(made) if single.linear else None
    special = needs if needs is not None and needs.isdisjoint(PLAIN) else None
    return _One(made, single.found, special) if single.linear else None


class _Finder:
    """Expressions in three parts: those with literals that must be there; those that need bytes
    that ordinary values do not have; the others."""

    def __init__(self, taken: Mapping[int, _One]) -> None:
        with_literals = _with_literals(taken)
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


def _options() -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.never_capture = True
    options.max_mem = SIZE
    return options


def _filter(patterns: Sequence[bytes]) -> Any:
    import re2

    made = re2.Filter()
    for pattern in patterns:
        made.Add(pattern, _options())
    made.Compile()
    return made


def _with_literals(taken: Mapping[int, _One]) -> frozenset[int]:
    """Expressions of which a literal must be found first."""
    numbers = [number for number, one in taken.items() if not _HIGH.search(one.pattern)]
    if not numbers:
        return frozenset()
    # Of an empty value those are possible that have no literals.
    without = _filter([taken[number].pattern for number in numbers]).Match(b"", potential=True)
    return frozenset(numbers) - {numbers[index] for index in without or ()}


def _filters(taken: Mapping[int, _One]) -> list[_Look]:
    if not taken:
        return []
    match = _filter([one.pattern for one in taken.values()]).Match
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
        self._set: Any = re2.Set.SearchSet(_options())
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
