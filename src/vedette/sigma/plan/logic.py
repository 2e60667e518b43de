"""Conditions as boolean expressions over numbered items, simplified and made callable."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

Truth = Callable[[frozenset[int] | set[int]], bool]
"""From the numbers of the items that hold to what the condition comes to."""


class Is(msgspec.Struct, frozen=True, gc=False, tag="is"):
    """Item `number` holds."""

    number: int


class All(msgspec.Struct, frozen=True, gc=False, tag="all"):
    of: tuple[Logic, ...]


class Some(msgspec.Struct, frozen=True, gc=False, tag="some"):
    """At least `least` hold (1: a plain "or")."""

    of: tuple[Logic, ...]
    least: int = 1


class Inverse(msgspec.Struct, frozen=True, gc=False, tag="inverse"):
    of: Logic


Logic = Is | All | Some | Inverse
Folded = Logic | bool
"""After constant folding: an expression, or what it always comes to."""


def conjunction(parts: list[Folded]) -> Folded:
    """All of `parts`, constants removed, nested conjunctions flattened."""
    kept: list[Logic] = []
    for part in parts:
        if part is False:
            return False
        if isinstance(part, All):
            kept.extend(part.of)
        elif part is not True:
            kept.append(part)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else All(_once(kept))


def disjunction(parts: list[Folded], least: int = 1) -> Folded:
    """At least `least` of `parts`."""
    least -= sum(part is True for part in parts)
    kept = [part for part in parts if not isinstance(part, bool)]
    if least <= 0:
        return True
    if len(kept) < least:
        return False
    if least == len(kept):
        return conjunction(list(kept))
    if least > 1:
        return Some(tuple(kept), least)
    flat: list[Logic] = []
    for part in kept:
        flat.extend(part.of if isinstance(part, Some) and part.least == 1 else (part,))
    return Some(_once(flat))


def _once(parts: list[Logic]) -> tuple[Logic, ...]:
    """The parts, those that are the very same only once."""
    if len({id(part) for part in parts}) == len(parts):
        return tuple(parts)
    return tuple({id(part): part for part in parts}.values())


def negation(part: Folded) -> Folded:
    """Not `part`."""
    if isinstance(part, bool):
        return not part
    return part.of if isinstance(part, Inverse) else Inverse(part)


def note_items(logic: Logic, found: set[int]) -> None:
    """Add the numbers of all items that `logic` mentions to `found`."""
    if isinstance(logic, Is):
        found.add(logic.number)
    elif isinstance(logic, Inverse):
        note_items(logic.of, found)
    else:
        for part in logic.of:
            note_items(part, found)


def clauses(logic: Logic) -> tuple[list[frozenset[int]], bool]:
    """Sets of items of each of which one must hold for `logic` to hold, and whether that is also
    enough."""
    if isinstance(logic, Is):
        return [frozenset((logic.number,))], True
    if isinstance(logic, Inverse):
        return [], False
    if isinstance(logic, Some):
        return _alternatives(logic)
    found: list[frozenset[int]] = []
    enough = True
    for part in logic.of:
        more, sure = clauses(part)
        found.extend(more)
        enough = enough and sure
    return found, enough


def _alternatives(logic: Some) -> tuple[list[frozenset[int]], bool]:
    joined: set[int] = set()
    enough = logic.least == 1
    for part in logic.of:
        if isinstance(part, Is):
            joined.add(part.number)
            continue
        inner, sure = clauses(part)
        if not inner:
            return [], False
        enough = enough and sure and len(inner) == 1
        joined |= min(inner, key=len)
    return [frozenset(joined)], enough


def truth(logic: Logic) -> Truth:
    """A function that works `logic` out."""
    if isinstance(logic, Is):
        number = logic.number
        return lambda held: number in held
    if isinstance(logic, Inverse):
        inner = truth(logic.of)
        return lambda held: not inner(held)
    if isinstance(logic, Some) and logic.least > 1:
        least, parts = logic.least, [truth(part) for part in logic.of]  # also what is there twice
        return lambda held: sum(part(held) for part in parts) >= least
    numbers = frozenset(part.number for part in logic.of if isinstance(part, Is))
    rest = [truth(part) for part in logic.of if not isinstance(part, Is)]
    if isinstance(logic, All):
        return _all(numbers, rest)
    return _some(numbers, rest)


def _all(numbers: frozenset[int], rest: list[Truth]) -> Truth:
    if not rest:
        return numbers.issubset
    if not numbers and len(rest) == 2:
        one, two = rest
        return lambda held: one(held) and two(held)
    return lambda held: numbers.issubset(held) and all(part(held) for part in rest)


def _some(numbers: frozenset[int], rest: list[Truth]) -> Truth:
    if not rest:
        return lambda held: not numbers.isdisjoint(held)
    return lambda held: not numbers.isdisjoint(held) or any(part(held) for part in rest)
