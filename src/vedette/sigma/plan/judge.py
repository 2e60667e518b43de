"""Judges events of one kind: values to hit classes, the tuple of classes to the rules that fire."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

from vedette.model.value import texts_of
from vedette.scan import Scanner, Stalls
from vedette.scan.memo import Memo
from vedette.sigma import ir
from vedette.sigma.plan.logic import Truth, anchors, items_of, truth
from vedette.sigma.plan.predicates import as_scan_pattern, refers
from vedette.sigma.plan.spec import RouteSpec, SlotSpec

Fired = tuple[tuple[int, int], ...]
"""(rule position, route position) of the rules that fire, each rule once, in plan order."""

ABSENT: Final = 0
"""The hit class of a field that is not there; scanners count from 1."""

OUTCOMES: Final = 262_144


class Slot:
    """The memory of one slot: from a value to its hit class, from a class to items that hold."""

    def __init__(self, spec: SlotSpec, stalls: Stalls | None = None) -> None:
        self.spec = spec
        self._refs = spec.patterns if spec.kind == "pair" else ()
        anywhere = spec.kind == "keywords"
        patterns = [as_scan_pattern(pattern, anywhere) for pattern in spec.patterns]
        wanted = [pattern for pattern in patterns if pattern is not None]
        self.scanner = Scanner(wanted, stalls=stalls)
        self._any: dict[int, list[int]] = defaultdict(list)
        self._all: dict[int, list[tuple[frozenset[int], int]]] = defaultdict(list)
        uses = Counter(pattern for item in spec.items for pattern in item.patterns)
        for item in spec.items:
            if item.all and len(item.patterns) > 1:
                rarest = min(item.patterns, key=lambda pattern: (uses[pattern], pattern))
                self._all[rarest].append((frozenset(item.patterns), item.number))
            else:
                for pattern in item.patterns:
                    self._any[pattern].append(item.number)
        self._present = frozenset(item.number for item in spec.items if item.present)
        self._absent = frozenset(item.number for item in spec.items if item.absent)

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
        ones, others = texts_of(value), texts_of(other)
        if not ones or not others:
            return ABSENT
        return self.scanner.number(self._pair_hits(ones, others))

    def _pair_hits(self, ones: Sequence[str], others: Sequence[str]) -> tuple[int, ...]:
        return tuple(
            number
            for number, ref in enumerate(self._refs)
            if isinstance(ref, ir.FieldRef)
            and any(refers(ref, one, two) for one in ones for two in others)
        )

    def hits(self, value: Any) -> Sequence[int]:
        """The hits of a value without the memory: of a pair, of keyword texts, of a field."""
        if self.spec.kind == "pair":
            return self._pair_hits(texts_of(value[0]), texts_of(value[1]))
        texts = value if self.spec.kind == "keywords" else texts_of(value)
        return sorted({number for text in texts for number in self.scanner.hits(text)})

    def _union(self, texts: Sequence[str]) -> int:
        scanner = self.scanner
        hits: set[int] = set()
        for number in {scanner.class_of(text): text for text in texts}.items():
            members = scanner.members(number[0])
            hits.update(scanner.hits(number[1]) if members is None else members)
        return scanner.number(tuple(sorted(hits)))

    def held(self, number: int, hits: Callable[[], Sequence[int]]) -> set[int]:
        """The items that hold for a class; `hits` works them out where the class was forgotten."""
        if number == ABSENT:
            return set(self._absent)
        members: Sequence[int] | None = self.scanner.members(number)
        if members is None:
            members = hits()
        held = set(self._present)
        for pattern in members:
            held.update(self._any.get(pattern, ()))
        if self._all:
            found = frozenset(members)
            for pattern in found & self._all.keys():
                held.update(number for needed, number in self._all[pattern] if needed <= found)
        return held


class Judge:
    """All that is asked of one kind of event. Pure but for its bounded memories."""

    def __init__(self, spec: RouteSpec, stalls: Stalls | None = None) -> None:
        self.spec = spec
        self.slots = [Slot(slot, stalls) for slot in spec.slots]
        self.outcomes: Memo[tuple[int, ...], Fired] = Memo(OUTCOMES)
        self._always = spec.always
        weight: dict[int, int] = defaultdict(int)
        for rule in spec.rules:
            for number in items_of(rule.condition):
                weight[number] += 1
        self._anchored: dict[int, list[int]] = defaultdict(list)
        self._free: list[int] = []
        for index, rule in enumerate(spec.rules):
            found = anchors(rule.condition, weight)
            if found is None:
                self._free.append(index)
            else:
                for number in found:
                    self._anchored[number].append(index)
        self._truths: dict[int, Truth] = {}

    def outcome(self, classes: tuple[int, ...], values: Callable[[], Sequence[Any]]) -> Fired:
        """The rules that fire for these classes; `values` gives the slots' values once more,
        for classes that were forgotten in the meantime."""
        known = self.outcomes.get(classes)
        if known is None:
            known = self._work_out(classes, values)
            self.outcomes.put(classes, known)
        return known

    def _work_out(self, classes: tuple[int, ...], values: Callable[[], Sequence[Any]]) -> Fired:
        held: set[int] = set()
        for index, (slot, number) in enumerate(zip(self.slots, classes, strict=True)):
            held |= slot.held(number, lambda slot=slot, index=index: slot.hits(values()[index]))  # type: ignore[misc]  # the defaults bind the loop's variables
        candidates = set(self._free)
        for number in held:
            if number in self._anchored:
                candidates.update(self._anchored[number])
        fired = dict(self._always)
        for index in sorted(candidates):
            rule = self.spec.rules[index]
            if rule.rule not in fired and self._truth(index)(held):
                fired[rule.rule] = rule.route
        return tuple(sorted(fired.items()))

    def _truth(self, index: int) -> Truth:
        known = self._truths.get(index)
        if known is None:
            known = self._truths[index] = truth(self.spec.rules[index].condition)
        return known
