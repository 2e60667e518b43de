"""Which rules fire: in C and with numbers as sets, as working each condition out says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.scan.compiled import compiled
from vedette.sigma import ir
from vedette.sigma.plan.book import PatternBook
from vedette.sigma.plan.conditions import CompiledConditions, Conditions, NumberConditions
from vedette.sigma.plan.logic import (
    All,
    Folded,
    Inverse,
    Is,
    Logic,
    Some,
    clauses,
    conjunction,
    disjunction,
    negation,
    note_items,
    truth,
)
from vedette.sigma.plan.packed import PackedKind, conditions_of, pack
from vedette.sigma.plan.spec import ItemSpec, RouteSpec, RuleSpec, SlotSpec

BUILT = compiled()
ITEMS = 8
SLOTS = 2
PATTERNS = 4
LEAVES = st.builds(Is, st.integers(0, SLOTS * ITEMS - 1))
TREES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: All(tuple(parts)), st.lists(inner, min_size=1, max_size=4)),
        st.builds(
            lambda parts, least: Some(tuple(parts), least),
            st.lists(inner, min_size=1, max_size=4),
            st.integers(1, 4),
        ),
        st.builds(Inverse, inner),
    ),
    max_leaves=9,
)
HITS = st.one_of(
    st.none(), st.lists(st.integers(0, PATTERNS - 1), unique=True).map(sorted).map(tuple)
)


def item(number: int, what: int, patterns: list[int]) -> ItemSpec:
    if what == 0:
        return ItemSpec(number, present=True)
    if what == 1:
        return ItemSpec(number, absent=True)
    return ItemSpec(number, tuple(patterns), all=what == 2 and len(patterns) > 1)


ITEM_LISTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.lists(st.integers(0, PATTERNS - 1), min_size=1, max_size=3, unique=True),
    ),
    min_size=ITEMS,
    max_size=ITEMS,
)


def packed(items: list[list[ItemSpec]], trees: list[Logic]) -> PackedKind:
    book = PatternBook()
    for number in range(PATTERNS):
        book.number(ir.Text((str(number),)))
    slots = tuple(
        SlotSpec("field", (f"f{place}",), (), tuple(range(PATTERNS)), tuple(specs))
        for place, specs in enumerate(items)
    )
    rules = tuple(RuleSpec(index, index, tree) for index, tree in enumerate(trees))
    return pack(RouteSpec(slots, rules), book)


def naive(items: list[list[ItemSpec]], hits: list[tuple[int, ...] | None]) -> set[int]:
    """The items that hold, as their meaning is written down."""
    held: set[int] = set()
    for specs, found in zip(items, hits, strict=True):
        for spec in specs:
            if found is None:
                holds = spec.absent
            elif spec.present or spec.absent:
                holds = spec.present
            else:
                each = [pattern in found for pattern in spec.patterns]
                holds = all(each) if spec.all else any(each)
            if holds:
                held.add(spec.number)
    return held


def makers(kind: PackedKind) -> list[Conditions]:
    made: list[Conditions] = [NumberConditions(kind)]
    if BUILT is not None:
        made.append(CompiledConditions(kind, BUILT))
    return made


@settings(max_examples=200, deadline=None)
@given(
    given=st.lists(ITEM_LISTS, min_size=SLOTS, max_size=SLOTS),
    trees=st.lists(TREES, max_size=6),
    events=st.lists(st.lists(HITS, min_size=SLOTS, max_size=SLOTS), max_size=4),
)
def test_the_conditions_that_hold(
    given: list[list[tuple[int, list[int]]]],
    trees: list[Logic],
    events: list[list[tuple[int, ...] | None]],
) -> None:
    items = [
        [item(place * ITEMS + index, *each) for index, each in enumerate(specs)]
        for place, specs in enumerate(given)
    ]
    kind = packed(items, trees)
    assert conditions_of(kind) == trees
    for conditions in makers(kind):
        asked = [conditions.asked(slot) for slot in kind.slots]
        for hits in events:
            held = naive(items, hits)
            expected = [index for index, tree in enumerate(trees) if holds(tree, held)]
            parts = [
                slot.absent if found is None else slot.held(found)
                for slot, found in zip(asked, hits, strict=True)
            ]
            assert list(conditions.fires(parts)) == expected
            assert [truth(tree)(held) for tree in trees] == [holds(tree, held) for tree in trees]


def holds(logic: Logic, held: set[int]) -> bool:
    if isinstance(logic, Is):
        return logic.number in held
    if isinstance(logic, Inverse):
        return not holds(logic.of, held)
    met = sum(holds(part, held) for part in logic.of)
    return met >= (len(logic.of) if isinstance(logic, All) else logic.least)


@settings(max_examples=200, deadline=None)
@given(tree=TREES, held=st.frozensets(st.integers(0, SLOTS * ITEMS - 1)))
def test_what_holds_meets_its_clauses(tree: Logic, held: frozenset[int]) -> None:
    found, enough = clauses(tree)
    met = all(clause & held for clause in found)
    if holds(tree, set(held)):
        assert met
    elif enough:
        assert not met


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(st.one_of(TREES, st.booleans()), max_size=4),
    least=st.integers(1, 4),
    held=st.frozensets(st.integers(0, SLOTS * ITEMS - 1)),
)
def test_folding_changes_nothing(parts: list[Folded], least: int, held: frozenset[int]) -> None:
    def comes_to(folded: Folded) -> bool:
        return folded if isinstance(folded, bool) else holds(folded, set(held))

    met = sum(map(comes_to, parts))
    assert comes_to(conjunction(list(parts))) == (met == len(parts))
    assert comes_to(disjunction(list(parts), least)) == (met >= least)
    assert [comes_to(negation(part)) for part in parts] == [not comes_to(part) for part in parts]
    folded = conjunction(list(parts))
    if not isinstance(folded, bool):
        found: set[int] = set()
        note_items(folded, found)
        assert found <= set(range(SLOTS * ITEMS))


@pytest.mark.skipif(BUILT is None, reason="what is written in C was not built")
def test_odd_data_is_refused() -> None:
    assert BUILT is not None
    one = b"\1\0\0\0"
    none = b"\0\0\0\0"
    for code, count, items, anchors in [
        (none + one, 1, 1, b""),  # an item that is not there
        (none + none, 2, 1, b""),  # too few trees
        (none + none, 1, 1, none + one),  # an anchor of a rule that is not there
        (b"\2\0\0\0" + b"\7\0\0\0" + none + none, 1, 1, b""),  # a tree that ends too early
        (b"\x09\0\0\0" + none, 1, 1, b""),
        (none + none + b"\0", 1, 1, b""),
        (one * 100_000, 1, 1, b""),  # too deep
    ]:
        with pytest.raises(ValueError, match="conditions"):
            BUILT.conditions(code, count, items, anchors)
    for items_given, patterns, pairs in [
        (none + one, 1, one + none),
        (none + one, 1, none + one),
        (none, 1, b""),
    ]:
        with pytest.raises(ValueError, match="items"):
            BUILT.items(items_given, patterns, pairs)
    conditions = BUILT.conditions(none + none, 1, 1, none + none)
    assert conditions.fires([b"\xff\xff\xff\xff" + none, b"\0"]) == (0,)
    with pytest.raises(TypeError):
        conditions.fires(["text"])  # type: ignore[list-item]  # that is the point
    items_made = BUILT.items(none + one, 1, none + none)
    assert items_made.held((0, 7, 1 << 20)) == none
    with pytest.raises(OverflowError):
        items_made.held((-1,))
