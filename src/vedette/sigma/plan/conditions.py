"""Which of a kind's rules fire, given what hits: in C, or with numbers as sets."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from vedette.scan.compiled import Compiled, compiled
from vedette.sigma.plan.logic import Truth, truth
from vedette.sigma.plan.narrowing import Narrowing, bits
from vedette.sigma.plan.packed import PackedKind, PackedSlot, conditions_of


class Asked(Protocol):
    """The items of one slot."""

    absent: Any
    """The items that hold where the field is not there, as `fires` takes them."""

    def held(self, hits: tuple[int, ...], /) -> Any:
        """The items that hold where these patterns hit, as `fires` takes them."""
        ...


class Conditions(Protocol):
    """The conditions of a kind's rules, numbered by their places."""

    def asked(self, slot: PackedSlot) -> Asked:
        """The items of one of the kind's slots."""
        ...

    def fires(self, held: list[Any], /) -> Sequence[int]:
        """The conditions that hold where all these items do, ascending."""
        ...


def make_conditions(kind: PackedKind) -> Conditions:
    """The fastest there is."""
    built = compiled()
    return NumberConditions(kind) if built is None else CompiledConditions(kind, built)


class CompiledConditions:
    """Written in C."""

    def __init__(self, kind: PackedKind, built: Compiled) -> None:
        self._built = built
        count = len(kind.rules) // 8
        self.fires = built.conditions(kind.code, count, kind.items, kind.anchors).fires

    def asked(self, slot: PackedSlot) -> Asked:
        return _CompiledAsked(slot, self._built)


class _CompiledAsked:
    def __init__(self, slot: PackedSlot, built: Compiled) -> None:
        self.absent = slot.absent
        self.held = built.items(slot.items, slot.size, slot.pairs).held


_Part = tuple[int, tuple[int, ...]]
"""The mask of some items, and the items."""


class NumberConditions:
    """Clauses of all rules at once as one number; what is left is worked out one by one."""

    def __init__(self, kind: PackedKind) -> None:
        self._conditions = conditions_of(kind)
        self._narrowing = Narrowing(self._conditions)
        self._truths: dict[int, Truth] = {}

    def asked(self, slot: PackedSlot) -> Asked:
        return _NumberAsked(slot, self._narrowing)

    def fires(self, held: list[_Part], /) -> list[int]:
        narrowing = self._narrowing
        mask = narrowing.none
        for part in held:
            mask |= part[0]
        met = narrowing.met(mask)
        sure = narrowing.sure
        if not met & ~sure:
            return list(bits(met))
        items = {item for part in held for item in part[1]}
        return [one for one in bits(met) if sure >> one & 1 or self._truth(one)(items)]

    def _truth(self, index: int) -> Truth:
        known = self._truths.get(index)
        if known is None:
            known = self._truths[index] = truth(self._conditions[index])
        return known


class _NumberAsked:
    def __init__(self, slot: PackedSlot, narrowing: Narrowing) -> None:
        self._narrowing = narrowing
        self.absent = self._part(array("I", slot.absent))
        numbers = array("I", slot.items)
        items = list(zip(numbers[::2], numbers[1::2], strict=True))
        self._present = [number for number, need in items if need == 0]
        named: list[list[int]] = [[] for _ in items]
        pairs = array("I", slot.pairs)
        for pattern, place in zip(pairs[::2], pairs[1::2], strict=True):
            named[place].append(pattern)
        self._any: dict[int, list[int]] = {}
        self._all: dict[int, list[tuple[frozenset[int], int]]] = {}
        for (number, need), patterns in zip(items, named, strict=True):
            if need > 1:
                self._all.setdefault(patterns[-1], []).append((frozenset(patterns), number))
                continue
            for pattern in patterns:
                self._any.setdefault(pattern, []).append(number)

    def held(self, hits: tuple[int, ...], /) -> _Part:
        held = set(self._present)
        by_any, by_all = self._any, self._all
        found = frozenset(hits) if by_all else frozenset()
        for pattern in hits:
            if pattern in by_any:
                held.update(by_any[pattern])
            if pattern in by_all:
                held.update(number for needed, number in by_all[pattern] if needed <= found)
        return self._part(held)

    def _part(self, items: Iterable[int]) -> _Part:
        mine = tuple(items)
        return self._narrowing.mask(mine), mine
