"""Which literals a text must hold for a regular expression to match it at all.

The scanner looks for them together with all other literals, and runs an expression only where
one of its own was found. Conservative: None means "no literal can be named, always run it".
"""

from __future__ import annotations

import re
import warnings
from typing import Any, Final

from vedette.model.value import fold

SHORTEST: Final = 1
MOST: Final = 64
"""Longer alternatives are worth less than running the expression."""


def required_literals(pattern: str, flags: str) -> frozenset[str] | None:
    """Folded literals, at least one of which the folded text of every match contains."""
    tree = _parsed(pattern)
    if tree is None:
        return None
    best = _sequence(list(tree))
    if best is None or len(best) > MOST or min(map(len, best)) < SHORTEST:
        return None
    return best


def least_length(pattern: str) -> int:
    """The fewest characters that a match can have; 0 where that is not known."""
    tree = _parsed(pattern)
    return 0 if tree is None else int(tree.getwidth()[0])


def _parsed(pattern: str) -> Any:
    """The pattern as the standard library understands it; None where it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a pattern that re finds odd is not ours to mend
            return re._parser.parse(pattern)  # type: ignore[attr-defined]  # no public parser
    except (re.error, OverflowError, RecursionError):
        return None


def _sequence(nodes: list[tuple[Any, Any]]) -> frozenset[str] | None:
    best: frozenset[str] | None = None
    run: list[str] = []
    for node in [*nodes, None]:
        if node is not None and str(node[0]) == "LITERAL" and node[1] < 128:
            run.append(chr(node[1]))
            continue
        if run:
            best = _better(best, frozenset([fold("".join(run))]))
            run = []
        if node is not None:
            best = _better(best, _node(node))
    return best


def _node(node: tuple[Any, Any]) -> frozenset[str] | None:
    kind, value = str(node[0]), node[1]
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, _, inner = value
        return _sequence(list(inner)) if least > 0 else None
    if kind == "SUBPATTERN":
        return _sequence(list(value[3]))
    if kind == "ATOMIC_GROUP":
        return _sequence(list(value))
    if kind == "BRANCH":
        found: set[str] = set()
        for branch in value[1]:
            literals = _sequence(list(branch))
            if literals is None:
                return None
            found |= literals
        return frozenset(found)
    return None


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """The choice that fewer texts satisfy: the longer shortest literal, then the fewer."""
    if one is None or other is None:
        return one if other is None else other

    def worth(literals: frozenset[str]) -> tuple[int, int]:
        return min(min(map(len, literals)), 8), -len(literals)

    return one if worth(one) >= worth(other) else other
