"""Fold a kind of event into the rules: what its discriminators decide is decided here, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from vedette.scan import Glob, Regex
from vedette.scan.patterns import glob_span
from vedette.sigma import ir
from vedette.sigma.plan.book import PatternBook
from vedette.sigma.plan.logic import Folded, Is, conjunction, disjunction, negation, note_items
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

Resolve = Callable[[str], Paths]
"""From a Sigma field to its native paths under one route."""


_Asked = tuple[bool, tuple[int, ...]] | bool
"""What an item asks of its slot: all (or any) of some patterns of the book; to be there, or not."""


@dataclass(slots=True)
class _Slot:
    """`items` has the number of each question."""

    kind: SlotKind
    paths: Paths
    other: Paths
    items: dict[_Asked, Is] = field(default_factory=dict)


def specialise(
    rules: Sequence[tuple[int, int, ir.Rule, Resolve]],
    known: Mapping[Paths, str | None],
    book: PatternBook,
) -> RouteSpec:
    """The specification for events whose values at `known` paths are known.

    `rules` are (rule position, route position, rule, field resolver) in plan order.
    """
    builder = _Builder(known, book)
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
    def __init__(self, known: Mapping[Paths, str | None], book: PatternBook) -> None:
        self._known = known
        self._book = book
        self._fields: dict[Paths, _Slot] = {}
        self._pairs: dict[tuple[Paths, Paths], _Slot] = {}
        self._keywords = _Slot("keywords", (), ())
        self._items = 0

    def slots(self, rules: Sequence[RuleSpec]) -> tuple[SlotSpec, ...]:
        """What must be read and asked for the rules that are left, and nothing else."""
        used: set[int] = set()
        for rule in rules:
            note_items(rule.condition, used)
        slots = (*self._fields.values(), *self._pairs.values(), self._keywords)
        return tuple(found for slot in slots if (found := _pruned(slot, used)) is not None)

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
        _, plain, special = self._book.entry(item)
        if item.field is None:
            return self._add(self._keywords, item.all, plain)
        paths = resolve(item.field)
        if plain and not special:
            return self._plain(item.all, plain, paths)
        parts: list[Folded] = []
        for pattern in special:
            if isinstance(pattern, ir.FieldRef):
                key = (paths, resolve(pattern.field))
                slot = self._pairs.setdefault(key, _Slot("pair", *key))
                parts.append(self._add(slot, False, (self._book.number(pattern),)))
            else:
                parts.append(self._presence(pattern, paths))
        if plain:
            parts.append(self._plain(item.all, plain, paths))
        return conjunction(parts) if item.all else disjunction(parts)

    def _presence(self, pattern: ir.Null | ir.Exists, paths: Paths) -> Folded:
        present = isinstance(pattern, ir.Exists) and pattern.present
        if self._known.get(paths, OTHER) != OTHER:
            return (self._known[paths] is not None) == present
        return self._asked(self._field(paths), present)

    def _plain(self, every: bool, numbers: tuple[int, ...], paths: Paths) -> Folded:
        if paths in self._known:
            text = self._known[paths]
            patterns = self._book.patterns
            decided = [decide(patterns[number], text) for number in numbers]
            sure = [d for d in decided if d is not None]
            if every and False in sure:
                return False
            if not every and True in sure:
                return True
            if len(sure) == len(decided):
                return every
            numbers = tuple(n for n, d in zip(numbers, decided, strict=True) if d is None)
        return self._add(self._field(paths), every, numbers)

    def _field(self, paths: Paths) -> _Slot:
        known = self._fields.get(paths)
        if known is None:
            known = self._fields[paths] = _Slot("field", paths, ())
        return known

    def _add(self, slot: _Slot, every: bool, numbers: tuple[int, ...]) -> Is:
        return self._asked(slot, (every and len(numbers) > 1, numbers))

    def _asked(self, slot: _Slot, what: _Asked) -> Is:
        known = slot.items.get(what)
        if known is None:
            known = slot.items[what] = Is(self._items)
            self._items += 1
        return known


def _pruned(slot: _Slot, used: set[int]) -> SlotSpec | None:
    """The slot with the items in use alone; None where there is none."""
    places: dict[int, int] = {}
    items: list[ItemSpec] = []
    for what, item in slot.items.items():
        number = item.number
        if number not in used:
            continue
        if isinstance(what, bool):
            items.append(ItemSpec(number, present=what, absent=not what))
            continue
        every, numbers = what
        mine = tuple([places.setdefault(one, len(places)) for one in dict.fromkeys(numbers)])
        items.append(ItemSpec(number, mine, every))
    if not items:
        return None
    return SlotSpec(slot.kind, slot.paths, slot.other, tuple(places), tuple(items))


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
    value = found.read(text)
    return value is not None and found.holds(value)


def exact(pattern: ir.Text) -> bool:
    """True if the pattern has no wildcard."""
    return all(isinstance(part, str) for part in pattern.parts)
