"""The boolean condition of a temporal correlation: which rules must have matched."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations, product
from typing import Final

from vedette.sigma.ir import And, AtLeast, Expr, Item, Not, Or, Selection

ALTERNATIVES: Final = 256
"""Sets of rules that an ordered condition may stand for; each is followed by itself."""

Alternative = tuple[frozenset[str], frozenset[str]]
"""Rules that must match, rules that must not."""


def true_of(expression: Expr, present: Collection[str]) -> bool:
    """Whether the expression holds where exactly these rules matched."""
    match expression:
        case Selection(name=name):
            return name in present
        case And(of=of):
            return all(true_of(part, present) for part in of)
        case Or(of=of):
            return any(true_of(part, present) for part in of)
        case AtLeast(count=count, of=of):
            return sum(true_of(part, present) for part in of) >= count
        case Not(of=part):
            return not true_of(part, present)
        case Item():
            raise TypeError("a correlation's condition names rules, not fields")


def rules_of(expression: Expr) -> Iterator[str]:
    """Every rule the expression names."""
    match expression:
        case Selection(name=name):
            yield name
        case And(of=of) | Or(of=of) | AtLeast(of=of):
            for part in of:
                yield from rules_of(part)
        case Not(of=part):
            yield from rules_of(part)
        case Item():
            raise TypeError("a correlation's condition names rules, not fields")


def negates(expression: Expr) -> bool:
    """Whether a rule that matches can make the expression false."""
    match expression:
        case And(of=of) | Or(of=of) | AtLeast(of=of):
            return any(negates(part) for part in of)
        case Not():
            return True
        case _:
            return False


def alternatives(expression: Expr) -> list[Alternative]:
    """The disjunctive normal form, smallest demands first, without those that ask for more than
    another does. Raises ValueError where there are more than ALTERNATIVES."""
    found = sorted(set(_terms(expression, True)), key=_rank)
    return [
        term
        for index, term in enumerate(found)
        if not any(_implied(term, other) for other in found[:index])
    ]


def _rank(term: Alternative) -> tuple[int, list[str], list[str]]:
    return (len(term[0]) + len(term[1]), sorted(term[0]), sorted(term[1]))


def _implied(term: Alternative, other: Alternative) -> bool:
    return other[0] <= term[0] and other[1] <= term[1]


def _terms(expression: Expr, positive: bool) -> list[Alternative]:
    match expression:
        case Selection(name=name):
            named = frozenset((name,))
            return [(named, frozenset()) if positive else (frozenset(), named)]
        case Not(of=part):
            return _terms(part, not positive)
        case And(of=of):
            return _both(of, positive) if positive else _either(of, positive)
        case Or(of=of):
            return _either(of, positive) if positive else _both(of, positive)
        case AtLeast(count=count, of=of):
            size = count if positive else len(of) - count + 1
            sets: list[Alternative] = []
            for chosen in combinations(of, max(size, 0)):
                sets = _limited(sets + _both(chosen, positive))
            return sets
        case Item():
            raise TypeError("a correlation's condition names rules, not fields")


def _either(of: Collection[Expr], positive: bool) -> list[Alternative]:
    return _limited([term for part in of for term in _terms(part, positive)])


def _both(of: Collection[Expr], positive: bool) -> list[Alternative]:
    sets: list[Alternative] = [(frozenset(), frozenset())]
    for part in of:
        merged = {(a | c, b | d) for (a, b), (c, d) in product(sets, _terms(part, positive))}
        sets = _limited([term for term in merged if not term[0] & term[1]])
    return sets


def _limited(terms: list[Alternative]) -> list[Alternative]:
    if len(terms) > ALTERNATIVES:
        raise ValueError(f"the condition stands for more than {ALTERNATIVES} sets of rules")
    return terms
