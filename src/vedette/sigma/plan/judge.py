"""Judges events of one kind: values to hit classes, the tuple of classes to the rules that fire."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any, Final

from vedette.model.value import texts_of
from vedette.scan import Scanner, Stalls
from vedette.scan.memo import Memo
from vedette.sigma.plan.conditions import Asked, Conditions, make_conditions
from vedette.sigma.plan.packed import PackedKind, PackedSlot
from vedette.sigma.plan.predicates import as_test, refers

Fired = tuple[tuple[int, int], ...]
"""(rule position, route position) of the rules that fire, each rule once, in plan order."""

ABSENT: Final = 0
"""The hit class of a field that is not there; scanners count from 1."""

OUTCOMES: Final = 65_536
CLASSES: Final = 8192
"""Classes of a slot of which it is kept what they mean."""


class Slot:
    """The memory of one slot: from a value to its hit class, from a class to items that hold."""

    def __init__(self, spec: PackedSlot, stalls: Stalls | None = None) -> None:
        self.spec = spec
        tests = [(number, as_test(pattern)) for number, pattern in spec.tests]
        self.scanner = Scanner.of(spec.prepared, tests, stalls)
        self.pairs: Memo[tuple[str, str], int] = Memo()
        """Classes of pairs of texts."""

    def class_of(self, value: Any) -> int:
        """The hit class of any value: scalar, list (the union of its elements) or None."""
        if value.__class__ is str:
            return self.scanner.class_of(value)
        texts = texts_of(value)
        if not texts:
            return ABSENT
        if len(texts) == 1:
            return self.scanner.class_of(texts[0])
        return self._union(texts)

    def class_of_texts(self, texts: Sequence[str]) -> int:
        """The class of several values taken together (keywords)."""
        return self._union(texts) if texts else ABSENT

    def class_of_pair(self, value: Any, other: Any) -> int:
        """The class of two fields compared with each other."""
        if value.__class__ is not str or other.__class__ is not str:
            ones, others = texts_of(value), texts_of(other)
            if not ones or not others:
                return ABSENT
            return self.scanner.number(self._pair_hits(ones, others))
        key = (value, other)
        known = self.pairs.get(key)
        if known is None:
            known = self.scanner.number(self._pair_hits(texts_of(value), texts_of(other)))
            self.pairs.put(key, known, len(value) + len(other))
        return known

    def _pair_hits(self, ones: Sequence[str], others: Sequence[str]) -> tuple[int, ...]:
        return tuple(
            number
            for number, ref in enumerate(self.spec.refs)
            if any(refers(ref, one, two) for one in ones for two in others)
        )

    def hits(self, value: Any) -> tuple[int, ...]:
        """The hits of a value without the memory: of a pair, of keyword texts, of a field."""
        if self.spec.kind == "pair":
            return self._pair_hits(texts_of(value[0]), texts_of(value[1]))
        texts = value if self.spec.kind == "keywords" else texts_of(value)
        return tuple(sorted({number for text in texts for number in self.scanner.hits(text)}))

    def _union(self, texts: Sequence[str]) -> int:
        scanner = self.scanner
        hits: set[int] = set()
        for number in {scanner.class_of(text): text for text in texts}.items():
            members = scanner.members(number[0])
            hits.update(scanner.hits(number[1]) if members is None else members)
        return scanner.number(tuple(sorted(hits)))


class Judge:
    """All that is asked of one kind of event. Pure but for its bounded memories."""

    def __init__(self, spec: PackedKind, stalls: Stalls | None = None) -> None:
        self.spec = spec
        self.slots = [Slot(slot, stalls) for slot in spec.slots]
        self._rules = array("I", spec.rules)
        self._always: Fired = tuple(sorted(dict(spec.always).items()))
        self.outcomes: Memo[tuple[int, ...], Fired] = Memo(OUTCOMES)
        self._held: list[Memo[int, Any]] = [Memo(CLASSES) for _ in spec.slots]
        """For each slot the items that hold, by class."""
        self._known: list[Callable[[int], Any]] = [memo.young.get for memo in self._held]
        self._asked: list[Asked | None] = [None] * len(spec.slots)
        self._conditions: Conditions | None = None

    def outcome(self, classes: tuple[int, ...], values: Callable[[], Sequence[Any]]) -> Fired:
        """The rules that fire for these classes; `values` gives the slots' values once more,
        for classes that were forgotten in the meantime."""
        known = self.outcomes.get(classes)
        if known is None:
            known = self._work_out(classes, values)
            self.outcomes.put(classes, known)
        return known

    def _work_out(self, classes: tuple[int, ...], values: Callable[[], Sequence[Any]]) -> Fired:
        conditions = self._conditions
        if conditions is None:
            conditions = self._conditions = make_conditions(self.spec)
        held = [known(number) for known, number in zip(self._known, classes, strict=True)]
        for index, items in enumerate(held):
            if items is None:
                held[index] = self._items(conditions, index, classes[index], values)
        met = conditions.fires(held)
        if not met:
            return self._always
        fired = dict(self._always)
        for index in met:
            fired.setdefault(self._rules[2 * index], self._rules[2 * index + 1])
        return tuple(sorted(fired.items()))

    def _items(
        self, conditions: Conditions, index: int, number: int, values: Callable[[], Sequence[Any]]
    ) -> Any:
        """The items that hold for a class."""
        memo = self._held[index]
        known = memo.get(number)
        if known is not None:
            return known
        slot, asked = self.slots[index], self._asked[index]
        if asked is None:
            asked = self._asked[index] = conditions.asked(slot.spec)
        if number == ABSENT:
            items = asked.absent
        else:
            members = slot.scanner.members(number)
            items = asked.held(slot.hits(values()[index]) if members is None else members)
        memo.put(number, items)
        return items
