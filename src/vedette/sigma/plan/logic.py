"""Conditions as boolean expressions over numbered items, simplified and made callable."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

Truth = Callable[[frozenset[int] | set[int]], bool]
"""From the numbers of the items that hold to what the condition comes to."""


class Is(msgspec.Struct, frozen=True, tag="is"):
    """Item `number` holds."""

    number: int


class All(msgspec.Struct, frozen=True, tag="all"):
    of: tuple[Logic, ...]


class Some(msgspec.Struct, frozen=True, tag="some"):
    """At least `least` hold (1: a plain "or")."""

    of: tuple[Logic, ...]
    least: int = 1


class Inverse(msgspec.Struct, frozen=True, tag="inverse"):
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
        elif not isinstance(part, bool):
            kept.append(part)
    if not kept:
        return True
    return kept[0] if len(kept) == 1 else All(tuple(dict.fromkeys(kept)))


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
    return Some(tuple(dict.fromkeys(flat)))


def negation(part: Folded) -> Folded:
    """Not `part`."""
    if isinstance(part, bool):
        return not part
    return part.of if isinstance(part, Inverse) else Inverse(part)


def items_of(logic: Logic) -> set[int]:
    """The numbers of all items that `logic` mentions."""
    if isinstance(logic, Is):
        return {logic.number}
    if isinstance(logic, Inverse):
        return items_of(logic.of)
    return {number for part in logic.of for number in items_of(part)}


def anchors(logic: Logic, weight: Mapping[int, int]) -> frozenset[int] | None:
    """Items of which one must hold for `logic` to hold; None where there is no such choice.

    `weight` says how many conditions mention an item: the choice is the least shared one.
    """
    if isinstance(logic, Is):
        return frozenset((logic.number,))
    if isinstance(logic, Inverse):
        return None
    choices = [anchors(part, weight) for part in logic.of]
    if isinstance(logic, Some):
        if any(choice is None for choice in choices):
            return None
        return frozenset(number for choice in choices if choice for number in choice)
    known = [choice for choice in choices if choice is not None]
    return min(known, key=lambda choice: sum(weight[n] for n in choice), default=None)


def truth(logic: Logic) -> Truth:
    """A function that works `logic` out."""
    if isinstance(logic, Is):
        number = logic.number
        return lambda held: number in held
    if isinstance(logic, Inverse):
        inner = truth(logic.of)
        return lambda held: not inner(held)
    numbers = frozenset(part.number for part in logic.of if isinstance(part, Is))
    rest = [truth(part) for part in logic.of if not isinstance(part, Is)]
    if isinstance(logic, All):
        return _all(numbers, rest)
    return _some(numbers, rest, logic.least)


def _all(numbers: frozenset[int], rest: list[Truth]) -> Truth:
    if not rest:
        return numbers.issubset
    if not numbers and len(rest) == 2:
        one, two = rest
        return lambda held: one(held) and two(held)
    return lambda held: numbers.issubset(held) and all(part(held) for part in rest)


def _some(numbers: frozenset[int], rest: list[Truth], least: int) -> Truth:
    if least > 1:
        return lambda held: len(numbers & held) + sum(part(held) for part in rest) >= least
    if not rest:
        return lambda held: not numbers.isdisjoint(held)
    return lambda held: not numbers.isdisjoint(held) or any(part(held) for part in rest)
