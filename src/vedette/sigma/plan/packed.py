"""All that is known beforehand of one kind of event, as data: what a judge is built from, and what
is kept on disk. Numbers are 32 bits wide, as this machine writes them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from vedette.scan.patterns import Glob, Regex
from vedette.scan.prepared import Prepared, prepare
from vedette.sigma import ir
from vedette.sigma.plan.book import PatternBook
from vedette.sigma.plan.logic import All, Inverse, Is, Logic, Some, clauses
from vedette.sigma.plan.spec import ItemSpec, Paths, RouteSpec, SlotSpec

HOLDS: Final = 0
NOT: Final = 1
ALL: Final = 2
LEAST: Final = 3
"""How a condition is written: a tree in prefix order, `HOLDS item`, `NOT tree`,
`ALL count trees`, `LEAST least count trees`."""


class PackedSlot(msgspec.Struct, frozen=True, gc=False):
    """A slot, as in `spec`. `prepared`, `tests` and `refs` are its `size` patterns, numbered by
    their places. `items` are twos: an item, and how many of its patterns must hit for it to hold
    (0: none, but the field must be there; those come first). `pairs` are twos: a pattern, and the
    place in `items` of an item that names it. `absent` are the items that hold where the field
    is not there."""

    kind: Literal["field", "pair", "keywords"]
    paths: Paths
    other: Paths
    size: int
    prepared: Prepared
    tests: tuple[tuple[int, ir.Cidr | ir.Compare | ir.TimePart], ...]
    refs: tuple[ir.FieldRef, ...]
    items: bytes
    pairs: bytes
    absent: bytes


class PackedKind(msgspec.Struct, frozen=True, gc=False):
    """All rules that may apply to one kind of event. `rules` are twos: a rule's position in the
    plan, and its route's. `code` holds their conditions in the same order, over `items` items.
    `anchors` are twos: an item, and the place of a rule that fires only if one of its anchors
    holds; a rule without anchors may fire whatever holds. `always` fire on each of these events."""

    slots: tuple[PackedSlot, ...]
    rules: bytes
    always: tuple[tuple[int, int], ...]
    code: bytes
    items: int
    anchors: bytes


def pack(spec: RouteSpec, book: PatternBook) -> PackedKind:
    """A specification as flat data."""
    rules: array[int] = array("I")
    code: array[int] = array("i")
    anchors: array[int] = array("I")
    found = [clauses(rule.condition)[0] for rule in spec.rules]
    uses: dict[int, int] = {}
    for choices in found:
        for choice in choices:
            for item in choice:
                uses[item] = uses.get(item, 0) + 1
    largest = -1
    for index, rule in enumerate(spec.rules):
        rules.extend((rule.rule, rule.route))
        largest = max(largest, _write(rule.condition, code))
        # any clause will do; best is the one whose items the fewest rules share
        rarest = min(found[index], key=lambda one: sum(map(uses.__getitem__, one)), default=())
        for item in rarest:
            anchors.extend((item, index))
    slots = tuple(_slot(slot, book) for slot in spec.slots)
    return PackedKind(
        slots, rules.tobytes(), spec.always, code.tobytes(), largest + 1, anchors.tobytes()
    )


def _write(logic: Logic, code: array[int]) -> int:
    """Append a condition; the largest number of an item in it."""
    if isinstance(logic, Is):
        code.extend((HOLDS, logic.number))
        return logic.number
    if isinstance(logic, Inverse):
        code.append(NOT)
        return _write(logic.of, code)
    if isinstance(logic, All):
        code.extend((ALL, len(logic.of)))
    else:
        code.extend((LEAST, logic.least, len(logic.of)))
    return max([_write(part, code) for part in logic.of])


def conditions_of(kind: PackedKind) -> list[Logic]:
    """The conditions that `pack` wrote."""
    code = array("i", kind.code)
    found: list[Logic] = []
    at = 0
    while at < len(code):
        logic, at = _read(code, at)
        found.append(logic)
    return found


def _read(code: Sequence[int], at: int) -> tuple[Logic, int]:
    """The condition at a place, and the place behind it."""
    what = code[at]
    if what == HOLDS:
        return Is(code[at + 1]), at + 2
    if what == NOT:
        inner, at = _read(code, at + 1)
        return Inverse(inner), at
    least, count, at = (
        (0, code[at + 1], at + 2) if what == ALL else (*code[at + 1 : at + 3], at + 3)
    )
    parts: list[Logic] = []
    for _ in range(count):
        part, at = _read(code, at)
        parts.append(part)
    return (All(tuple(parts)) if what == ALL else Some(tuple(parts), least)), at


def _slot(slot: SlotSpec, book: PatternBook) -> PackedSlot:
    anywhere = slot.kind == "keywords"
    texts: list[tuple[int, Glob | Regex]] = []
    tests: list[tuple[int, ir.Cidr | ir.Compare | ir.TimePart]] = []
    refs: list[ir.FieldRef] = []
    for place, number in enumerate(slot.patterns):
        pattern = book.patterns[number]
        if isinstance(pattern, ir.Cidr | ir.Compare | ir.TimePart):
            tests.append((place, pattern))
        elif isinstance(pattern, ir.FieldRef):
            refs.append(pattern)
        else:
            texts.append((place, book.scan(number, anywhere)))
    items, pairs, absent = _items(slot.items)
    return PackedSlot(
        slot.kind,
        slot.paths,
        slot.other,
        len(slot.patterns),
        prepare(texts),
        tuple(tests),
        tuple(refs),
        items,
        pairs,
        absent,
    )


def _items(items: Sequence[ItemSpec]) -> tuple[bytes, bytes, bytes]:
    numbers: array[int] = array("I")
    pairs: array[int] = array("I")
    asking = sorted((item for item in items if not item.absent), key=lambda one: not one.present)
    for place, item in enumerate(asking):
        need = 0 if item.present else len(item.patterns) if item.all else 1
        numbers.extend((item.number, need))
        for pattern in item.patterns:
            pairs.extend((pattern, place))
    absent = array("I", [item.number for item in items if item.absent])
    return numbers.tobytes(), pairs.tobytes(), absent.tobytes()
