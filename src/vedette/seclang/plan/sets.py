"""Expressions that Hyperscan can't take, or takes seconds to compile: by RE2, many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from vedette.scan.regexes import SIZE
from vedette.seclang.operators.dialect import Untranslatable, translate
from vedette.seclang.operators.expressions import Expression

LONGEST: Final = 2_048
"""Bytes from where on expressions are asked for one by one: a set has many states, and making them
for a long hostile value costs more than it saves."""
SIZE_OF_SET: Final = 16
"""Expressions in a set: more would multiply its states."""

Scan = Callable[[bytes], list[int]]


def make_sets(expressions: Mapping[int, bytes]) -> tuple[Scan, frozenset[int]]:
    """A scan for the expressions, by number, and those that RE2 can't take."""
    singles: dict[int, Expression] = {}
    linear: dict[int, bytes] = {}
    for number, pattern in expressions.items():
        try:
            linear[number] = translate(pattern)
        except Untranslatable:
            continue
        single = Expression.of(pattern)
        if single.linear:
            singles[number] = single
    numbers = list(singles)
    sets = [
        _Set({number: linear[number] for number in numbers[at : at + SIZE_OF_SET]}, singles)
        for at in range(0, len(numbers), SIZE_OF_SET)
    ]

    def scan(value: bytes) -> list[int]:
        return [number for each in sets for number in each.found(value)]

    left = frozenset(expressions.keys() - singles.keys())
    return (sets[0].found if len(sets) == 1 else scan), left


class _Set:
    """Some expressions, and an empty one that tells whether RE2 had the memory to search."""

    def __init__(self, patterns: Mapping[int, bytes], singles: Mapping[int, Expression]) -> None:
        import re2

        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.log_errors = False
        options.never_capture = True
        options.max_mem = SIZE
        self._set: Any = re2.Set.SearchSet(options)
        self._numbers = list(patterns)
        for pattern in patterns.values():
            self._set.Add(pattern)
        self._canary: int = self._set.Add(b"")
        self._set.Compile()
        self._singles = [(number, singles[number]) for number in patterns]

    def found(self, value: bytes) -> list[int]:
        if len(value) <= LONGEST:
            found = self._set.Match(value)
            if len(found) == 1 and found[0] == self._canary:
                return []
            if found:
                numbers = self._numbers
                return [numbers[index] for index in found if index != self._canary]
        return [number for number, one in self._singles if one.found(value)]
