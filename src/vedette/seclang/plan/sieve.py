"""Which rules of a phase a value can match at all.

Each value is looked at once: it is put through the chains of transformations that any rule wants of
it, mostly the same string comes out of all of them, and each distinct string is scanned once for
the expressions of all rules. Rules that are not flagged by any value do not match; those that are
flagged are evaluated by the interpreter, which says the last word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from vedette.seclang.operators.fixed import Sqli, Xss
from vedette.seclang.operators.patterns import Rx
from vedette.seclang.plan.asked import Asked
from vedette.seclang.plan.finding import Scan
from vedette.seclang.plan.spreading import Spreader
from vedette.seclang.run.budget import Watch
from vedette.seclang.transform import inert

_ORDINARY: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:/@'()!?"
"""Bytes of everyday texts: chains that leave these alone give mostly what they are given."""

TOGETHER: Final = 1_024
"""Bytes of values that are looked through together."""

_ENDS: Final = re.compile(rb"\\[AzZG]|\(\?[a-zA-Z]*-[a-zA-Z]*m|\(\?\^")
"""What means the beginning or end of a value, and not of a line."""

May = Callable[[bytes], object]

Ops = tuple[int, ...]


def steady(names: tuple[str, ...]) -> bool:
    """Whether a chain leaves everyday texts as they are."""
    untouched = inert(names)
    return untouched is not None and not _ORDINARY.translate(None, untouched)


def joinable(expression: bytes) -> bool:
    """Whether an expression that is found in a value is found wherever the value stands as lines
    among others: ^ and $ mean lines to it."""
    return _ENDS.search(expression) is None


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
        self._together = all(
            joinable(each.expression) for each in asked if each.expression is not None
        )
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
            for mask, op, may in self._ask:
                if any(mask & bits and may(text) for text, bits in strings.items()):
                    flagged.add(op)
            if self._scanned:
                self._look(strings, flagged)
        if flagged and self._confirm is not None:
            return self._confirmed(value, flagged)
        return tuple(flagged)

    def collect(self, values: Iterable[bytes], flagged: set[int], watch: Watch) -> None:
        """Add what many values flag. What they become is looked through together: where nothing is
        found in all of it, nothing is in any."""
        strings: dict[bytes, int] = {}
        untouched, spread, every = self._root.untouched, self._root.spread, self._root.bits
        for value in values:
            watch.value()
            if untouched(value):
                strings[value] = every
            else:
                spread(value, strings)
        self._ask_all(strings, flagged, watch)
        if not self._scanned:
            return
        if not self._together:
            self._look(strings, flagged)
            return
        for scan, steady in ((self._scan, True), (self._rare, False)):
            part: dict[bytes, int] = {}
            size = bits = 0
            for text, mask in strings.items():
                if bool(mask & self._steady) is not steady:
                    continue
                part[text] = mask
                bits |= mask
                size += len(text) + 1
                if size >= TOGETHER:
                    self._look_together(part, bits, scan, flagged)
                    watch.look()
                    part, size, bits = {}, 0, 0
            if part:
                self._look_together(part, bits, scan, flagged)

    def _look_together(
        self, strings: dict[bytes, int], bits: int, scan: Scan, flagged: set[int]
    ) -> None:
        if len(strings) > 1:
            found = self._found
            for number in scan(b"\n".join(strings)):
                if any(mask & bits for mask, _ in found.get(number, ())):
                    break
            else:
                return
        self._look(strings, flagged)

    def _look(self, strings: dict[bytes, int], flagged: set[int]) -> None:
        found, steady = self._found, self._steady
        for text, bits in strings.items():
            scan = self._scan if bits & steady else self._rare
            for number in scan(text):
                for mask, op in found.get(number, ()):
                    if mask & bits:
                        flagged.add(op)

    def _ask_all(self, strings: dict[bytes, int], flagged: set[int], watch: Watch) -> None:
        for mask, op, may in self._ask:
            for text, bits in strings.items():
                if mask & bits and may(text):
                    flagged.add(op)
                    break
            watch.look()

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
