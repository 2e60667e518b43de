"""Which rules can fire at all, given the items that hold: all of them asked at once.

Most conditions are a few clauses ("one of these, and one of those") and exceptions. The clauses of
all rules lie side by side in one number, a bit for each rule, so that a handful of operations on
numbers leaves the rules whose clauses are all met: few, and most of them fire.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from vedette.sigma.plan.logic import Logic, clauses

CLAUSES: Final = 3
"""Clauses of each rule that are asked; more would leave hardly fewer rules."""


class Narrowing:
    """The clauses of some conditions, ready to be asked. `none` is the mask where no item holds;
    masks of items that hold are joined by `|`."""

    def __init__(self, conditions: Sequence[Logic]) -> None:
        self._size = size = len(conditions)
        self._all = (1 << size) - 1
        self._masks: dict[int, int] = {}
        self.sure = 0
        """The rules for which meeting the clauses is enough."""
        self.none = 0
        masks = self._masks
        for index, condition in enumerate(conditions):
            found, enough = clauses(condition)
            found.sort(key=len)
            if enough and len(found) <= CLAUSES:
                self.sure |= 1 << index
            for level in range(CLAUSES):
                bit = 1 << (level * size + index)
                if level >= len(found):
                    self.none |= bit
                    continue
                for item in found[level]:
                    masks[item] = masks.get(item, 0) | bit

    def mask(self, items: Iterable[int]) -> int:
        """What these items add."""
        mask = 0
        known = self._masks.get
        for item in items:
            mask |= known(item, 0)
        return mask

    def met(self, mask: int) -> int:
        """The rules whose clauses are all met, a bit for each."""
        found = mask & self._all
        for level in range(1, CLAUSES):
            found &= mask >> (level * self._size)
        return found


def bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
