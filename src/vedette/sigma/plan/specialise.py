"""Fold a kind of event into the rules: what its discriminators decide is decided here, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from vedette.scan import Glob, Regex
from vedette.scan.patterns import glob_span
from vedette.sigma import ir
from vedette.sigma.plan.logic import Folded, Is, conjunction, disjunction, items_of, negation
from vedette.sigma.plan.predicates import PartOfTime, as_scan_pattern
from vedette.sigma.plan.spec import ItemSpec, Paths, RouteSpec, RuleSpec, SlotSpec

OTHER: Final = "\udfffother"
"""A discriminator's value that no rule and no route names, or none at all. No event can say it:
texts are rid of lone surrogates."""

MANY: Final = "\udfffmany"
"""A discriminator that holds a list: nothing is decided by it beforehand."""

Key = tuple[str | tuple[str, ...] | None, ...]
"""The discriminators' folded texts; None where absence decides, OTHER where nothing does; for
a list, those of its elements' texts on which something depends."""

SlotKind = Literal["field", "pair", "keywords"]

_BY_THEMSELVES: Final = ir.FieldRef | ir.Null | ir.Exists

Resolve = Callable[[str], Paths]
"""From a Sigma field to its native paths under one route."""


@dataclass(slots=True)
class _Slot:
    kind: SlotKind
    paths: Paths
    other: Paths
    patterns: dict[ir.Pattern, int] = field(default_factory=dict)
    items: dict[tuple[object, ...], ItemSpec] = field(default_factory=dict)


def specialise(
    rules: Sequence[tuple[int, int, ir.Rule, Resolve]], known: Mapping[Paths, str | None]
) -> RouteSpec:
    """The specification for events whose values at `known` paths are known.

    `rules` are (rule position, route position, rule, field resolver) in plan order.
    """
    builder = _Builder(known)
    left: list[RuleSpec] = []
    always: list[tuple[int, int]] = []
    for position, route, rule, resolve in rules:
        condition = builder.fold(rule.condition, rule, resolve)
        if condition is True:
            always.append((position, route))
        elif condition is not False:
            left.append(RuleSpec(position, route, condition))
    return RouteSpec(builder.slots(left), tuple(left), tuple(always))


class _Builder:
    def __init__(self, known: Mapping[Paths, str | None]) -> None:
        self._known = known
        self._slots: dict[tuple[str, Paths, Paths], _Slot] = {}
        self._items = 0

    def slots(self, rules: Sequence[RuleSpec]) -> tuple[SlotSpec, ...]:
        """What must be read and asked for the rules that are left, and nothing else."""
        used = {number for rule in rules for number in items_of(rule.condition)}
        return tuple(
            found for slot in self._slots.values() if (found := _pruned(slot, used)) is not None
        )

    def fold(self, expr: ir.Expr, rule: ir.Rule, resolve: Resolve) -> Folded:
        match expr:
            case ir.Item():
                return self._item(expr, resolve)
            case ir.Selection(name=name):
                return self.fold(rule.selections[name], rule, resolve)
            case ir.Not(of=inner):
                return negation(self.fold(inner, rule, resolve))
            case ir.And(of=parts):
                return conjunction(self._until(False, parts, rule, resolve))
            case ir.Or(of=parts):
                return disjunction(self._until(True, parts, rule, resolve))
            case ir.AtLeast(count=count, of=parts):
                return disjunction([self.fold(part, rule, resolve) for part in parts], count)

    def _until(
        self, end: bool, parts: Sequence[ir.Expr], rule: ir.Rule, resolve: Resolve
    ) -> list[Folded]:
        """The parts, folded, up to the one that decides."""
        found: list[Folded] = []
        for part in parts:
            found.append(self.fold(part, rule, resolve))
            if found[-1] is end:
                break
        return found

    def _item(self, item: ir.Item, resolve: Resolve) -> Folded:
        join = conjunction if item.all else disjunction
        if item.field is None:
            return self._add(self._slot("keywords"), item, item.patterns)
        paths = resolve(item.field)
        plain = tuple(
            p for p in item.patterns if not isinstance(p, ir.FieldRef | ir.Null | ir.Exists)
        )
        parts: list[Folded] = []
        for pattern in item.patterns:
            if isinstance(pattern, ir.FieldRef):
                slot = self._slot("pair", paths, resolve(pattern.field))
                parts.append(self._add(slot, item, (pattern,)))
            elif isinstance(pattern, ir.Null | ir.Exists):
                parts.append(self._presence(pattern, paths))
        if plain:
            parts.append(self._plain(item, plain, paths))
        return join(parts)

    def _presence(self, pattern: ir.Null | ir.Exists, paths: Paths) -> Folded:
        present = isinstance(pattern, ir.Exists) and pattern.present
        if self._known.get(paths, OTHER) != OTHER:
            return (self._known[paths] is not None) == present
        slot = self._slot("field", paths)
        key = ("presence", present)
        if key not in slot.items:
            slot.items[key] = ItemSpec(self._number(), present=present, absent=not present)
        return Is(slot.items[key].number)

    def _plain(self, item: ir.Item, patterns: tuple[ir.Pattern, ...], paths: Paths) -> Folded:
        if paths in self._known:
            text = self._known[paths]
            decided = [decide(pattern, text) for pattern in patterns]
            sure = [d for d in decided if d is not None]
            if item.all and False in sure:
                return False
            if not item.all and True in sure:
                return True
            if len(sure) == len(decided):
                return item.all
            patterns = tuple(p for p, d in zip(patterns, decided, strict=True) if d is None)
        return self._add(self._slot("field", paths), item, patterns)

    def _add(self, slot: _Slot, item: ir.Item, patterns: tuple[ir.Pattern, ...]) -> Folded:
        key = ("hits", item.all and len(patterns) > 1, patterns)
        if key not in slot.items:
            numbers = tuple(slot.patterns.setdefault(p, len(slot.patterns)) for p in patterns)
            slot.items[key] = ItemSpec(self._number(), tuple(dict.fromkeys(numbers)), item.all)
        return Is(slot.items[key].number)

    def _slot(
        self, kind: Literal["field", "pair", "keywords"], paths: Paths = (), other: Paths = ()
    ) -> _Slot:
        return self._slots.setdefault((kind, paths, other), _Slot(kind, paths, other))

    def _number(self) -> int:
        self._items += 1
        return self._items - 1


def _pruned(slot: _Slot, used: set[int]) -> SlotSpec | None:
    """The slot with the items in use alone; None where there is none."""
    items = [item for item in slot.items.values() if item.number in used]
    if not items:
        return None
    numbers = sorted({number for item in items for number in item.patterns})
    renamed = {number: index for index, number in enumerate(numbers)}
    patterns = tuple(slot.patterns)
    return SlotSpec(
        slot.kind,
        slot.paths,
        slot.other,
        tuple(patterns[number] for number in numbers),
        tuple(
            msgspec.structs.replace(item, patterns=tuple(renamed[n] for n in item.patterns))
            for item in items
        ),
    )


def decide(pattern: ir.Pattern, text: str | None) -> bool | None:
    """Whether `pattern` matches a discriminator known as folded `text`; None where the folded
    text does not tell (then the item stays to be judged on the event)."""
    if text is None:
        return False
    if text == MANY:
        return None
    if isinstance(pattern, ir.Text) and not pattern.cased:
        if text == OTHER:
            return False if exact(pattern) else None
        return glob_span(Glob(pattern.parts), text) is not None
    if text == OTHER:
        return None
    found = as_scan_pattern(pattern)
    if found is None or isinstance(found, Glob | Regex | PartOfTime):
        return None
    return found.found(text)


def exact(pattern: ir.Text) -> bool:
    """True if the pattern has no wildcard."""
    return all(isinstance(part, str) for part in pattern.parts)
