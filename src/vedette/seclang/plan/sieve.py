"""Which rules of a phase a value can match at all.

Each value is looked at once: it is put through the chains of transformations that any rule wants of
it, mostly the same string comes out of all of them, and each distinct string is scanned once for
the expressions of all rules. Rules that are not flagged by any value do not match; those that are
flagged are evaluated by the interpreter, which says the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from vedette.seclang.operators.fixed import Sqli, Xss
from vedette.seclang.operators.patterns import Rx
from vedette.seclang.plan.asked import Asked
from vedette.seclang.plan.finding import Scan
from vedette.seclang.plan.spreading import Spreader
from vedette.seclang.transform import inert

_ORDINARY: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:/@'()!?"
"""Bytes of everyday texts: chains that leave these alone give mostly what they are given."""

May = Callable[[bytes], object]

Ops = tuple[int, ...]


def steady(names: tuple[str, ...]) -> bool:
    """Whether a chain leaves everyday texts as they are."""
    untouched = inert(names)
    return untouched is not None and not _ORDINARY.translate(None, untouched)


class Finder:
    """A scan for everything that a group of tables wants, and one for the few expressions
    behind chains that change everyday texts."""

    def __init__(self, scan: Scan, rare: Scan, left: frozenset[int]) -> None:
        self.scan = scan
        self.rare = rare
        self.left = left


class Table:
    """All that is wanted of the values of one source. With `confirmed`, every flag is confirmed
    by the operator itself: for values whose flags are remembered."""

    def __init__(
        self,
        asked: Sequence[Asked],
        numbers: dict[bytes, int],
        finder: Finder,
        spreader: Spreader,
        *,
        confirmed: bool = False,
    ) -> None:
        chains: dict[tuple[str, ...], int] = {}
        for each in asked:
            for names in each.chains:
                chains.setdefault(names, 1 << len(chains))
        self._root = spreader.node(chains.items())
        self._steady = sum(bit for names, bit in chains.items() if steady(names))
        self._scan, self._rare = finder.scan, finder.rare
        self._found: dict[int, list[tuple[int, int]]] = {}
        self._ask: list[tuple[int, int, May]] = []
        for each in asked:
            mask = 0
            for names in each.chains:
                mask |= chains[names]
            number = None if each.expression is None else numbers[each.expression]
            if number is None or number in finder.left:
                self._ask.append((mask, each.op, _may(each)))
            else:
                self._found.setdefault(number, []).append((mask, each.op))
        self._scanned = bool(self._found)
        self._every = {number: [op for _, op in ops] for number, ops in self._found.items()}
        self._confirm = {each.op: each for each in asked} if confirmed else None
        self._several = len(self._confirm or ()) != len(asked)
        self._asked = asked

    def flags(self, value: bytes) -> Ops:
        """The operations that the value may satisfy."""
        flagged: set[int] = set()
        if self._root.untouched(value):
            if self._scanned:
                every = self._every
                for number in self._scan(value):
                    if number in every:
                        flagged.update(every[number])
            for _, op, may in self._ask:
                if may(value):
                    flagged.add(op)
        else:
            strings: dict[bytes, int] = {}
            self._root.spread(value, strings)
            self._look(strings, flagged)
        if flagged and self._confirm is not None:
            return self._confirmed(value, flagged)
        return tuple(flagged)

    def _look(self, strings: dict[bytes, int], flagged: set[int]) -> None:
        found, steady, scanned = self._found, self._steady, self._scanned
        for text, bits in strings.items():
            if scanned:
                scan = self._scan if bits & steady else self._rare
                for number in scan(text):
                    for mask, op in found.get(number, ()):
                        if mask & bits:
                            flagged.add(op)
            for mask, op, may in self._ask:
                if mask & bits and op not in flagged and may(text):
                    flagged.add(op)

    def _confirmed(self, value: bytes, flagged: Iterable[int]) -> Ops:
        confirm = self._confirm or {}
        if self._several:  # an operation may ask twice of one source
            return tuple(
                {each.op for each in self._asked if each.op in flagged and each.matches(value)}
            )
        return tuple(op for op in flagged if confirm[op].matches(value))


def _may(asked: Asked) -> May:
    """The cheapest function that is true of every value of which the operator says yes."""
    test = asked.test
    if not asked.negated:
        if isinstance(test, Sqli):
            return test.fingerprint
        if isinstance(test, Xss):
            return test.dangerous
    elif isinstance(test, Rx) and test.own is not None and test.own.linear:
        found = test.own.found
        return lambda value: not found(value)
    return asked.holds
