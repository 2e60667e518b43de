"""Which literals a text must hold for a regular expression to match it at all.

The scanner looks for them together with all other literals, and runs an expression only where
they were found. Conservative: no clause means "no literal can be named, always run it".
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from vedette.model.value import fold

Clause = frozenset[str]
"""Folded literals, at least one of which the folded text of every match contains."""

MOST: Final = 64
"""Longer alternatives are worth less than running the expression."""
LONG_RUN: Final = 7
"""Characters; shorter runs are in too many texts."""
_REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_SPACES: Final = frozenset(" \t\n\r\f\v")
_DIGITS: Final = frozenset("0123456789")


def required_literals(pattern: str, flags: str) -> Clause | None:
    """The clause that the fewest texts satisfy, of those whose literals stand in the pattern as
    they are; None where there is none."""
    return next(iter(_sorted(pattern, 1)), None)


def required_clauses(pattern: str, flags: str) -> tuple[Clause, ...]:
    """Clauses that every match satisfies, the most telling first. Small sets of characters are
    spelled out: `-[ed]` is one of `-e` and `-d`."""
    found = _sorted(pattern, MOST)
    return tuple(one for one in found if len(one) <= 2 or min(map(len, one)) > 1) or found[:1]


def _sorted(pattern: str, most: int) -> tuple[Clause, ...]:
    tree = _parsed(pattern)
    if tree is None:
        return ()
    found = {one for one in _Reader(most).sequence(tree) if "" not in one and len(one) <= MOST}
    return tuple(sorted(found, key=lambda clause: (_worth(clause), sorted(clause)), reverse=True))


def least_length(pattern: str) -> int:
    """The fewest characters that a match can have; 0 where that is not known."""
    tree = _parsed(pattern)
    return 0 if tree is None else int(tree.getwidth()[0])


class Run(msgspec.Struct, frozen=True, gc=False):
    """So many of these folded characters behind each other."""

    characters: str
    count: int


def required_run(pattern: str) -> Run | None:
    """The longest run that the folded text of every match holds; None where there is no long one.
    Expressions with such runs cost most where they don't match."""
    tree = _parsed(pattern)
    runs = [] if tree is None else list(_Reader(MOST).runs(tree))
    return max(runs, key=lambda run: run.count, default=None)


def _parsed(pattern: str) -> Any:
    """The pattern as the standard library understands it; None where it does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a pattern that re finds odd is not ours to mend
            return re._parser.parse(pattern)  # type: ignore[attr-defined,unused-ignore]  # no public parser
    except (re.error, OverflowError, RecursionError):
        return None


_Node = tuple[Any, Any]
_NOTHING: Final[Clause] = frozenset()
_START: Final[Clause] = frozenset(("",))


class _Reader:
    """Reads clauses off parsed expressions; a run of characters may be `most` literals."""

    def __init__(self, most: int) -> None:
        self._most = most

    def sequence(self, nodes: Iterable[_Node]) -> list[Clause]:
        """The clauses of nodes that follow each other."""
        clauses: list[Clause] = []
        runs = _START
        for node in nodes:
            options, least, most = self._repeated(node)
            if not options or not least:
                if str(node[0]) == "BRANCH":  # the parser takes out what alternatives share
                    clauses.append(
                        frozenset(run + lead for run in runs for lead in self._leads(node))
                    )
                clauses.append(runs)
                clauses.extend(self._clauses(node))
                runs = _START
                continue
            for _ in range(least if least == most else 1):
                if len(runs) * len(options) > self._most:
                    clauses.append(runs)
                    runs = _START
                runs = frozenset(run + option for run in runs for option in options)
            if least != most:  # what follows stands behind the last of them
                clauses.append(runs)
                runs = options
        return [*clauses, runs]

    def runs(self, nodes: Iterable[_Node]) -> Iterator[Run]:
        """The long runs of nodes that follow each other."""
        for node in nodes:
            kind, value = str(node[0]), node[1]
            if kind == "SUBPATTERN":
                yield from self.runs(value[3])
            if kind not in _REPEATS or value[0] < LONG_RUN or len(value[2]) != 1:
                continue
            if options := self._options(value[2][0]):
                yield Run("".join(sorted(options)), int(value[0]))

    def _repeated(self, node: _Node) -> tuple[Clause, int, int]:
        """The folded characters that a node of one character can be, and how often it comes."""
        kind, value = str(node[0]), node[1]
        if kind in _REPEATS:
            least, most, inner = value
            options = self._options(inner[0]) if len(inner) == 1 else _NOTHING
            return options, min(int(least), MOST), min(int(most), MOST + 1)
        return self._options(node), 1, 1

    def _options(self, node: _Node) -> Clause:
        """The folded characters that a node can be; none where they are too many to say."""
        kind, value = str(node[0]), node[1]
        if kind == "LITERAL":
            found: frozenset[str] = frozenset(chr(value))
        elif kind == "RANGE":
            low, high = value
            if high - low >= 2 * MOST:
                return _NOTHING
            found = frozenset(map(chr, range(low, high + 1)))
        elif kind == "CATEGORY":
            found = {"CATEGORY_SPACE": _SPACES, "CATEGORY_DIGIT": _DIGITS}.get(str(value), _NOTHING)
        elif kind == "IN":
            each = [self._options(one) for one in value]
            found = frozenset(char for options in each for char in options)
            if not all(each):
                return _NOTHING
        else:
            return _NOTHING
        if not all(char.isascii() or char.lower() == char.upper() for char in found):
            return _NOTHING  # expressions and folding may not agree on its case
        folded = frozenset(map(fold, found))
        return folded if len(folded) <= self._most else _NOTHING

    def _leads(self, node: _Node) -> list[str]:
        """The literal that each alternative begins with."""
        leads: list[str] = []
        for branch in node[1][1]:
            lead = ""
            for inner in branch:
                options = self._options(inner)
                if len(options) != 1:
                    break
                lead += min(options)
            leads.append(lead)
        return leads

    def _clauses(self, node: _Node) -> list[Clause]:
        """The clauses of a node that is no single character."""
        kind, value = str(node[0]), node[1]
        if kind in _REPEATS:
            least, _, inner = value
            return self.sequence(inner) if least > 0 else []
        if kind == "SUBPATTERN":
            return self.sequence(value[3])
        if kind == "ATOMIC_GROUP":
            return self.sequence(value)
        if kind == "BRANCH":
            best = [max(self._all(branch), key=_worth, default=_NOTHING) for branch in value[1]]
            return [frozenset(literal for one in best for literal in one)] if all(best) else []
        return []

    def _all(self, nodes: Iterable[_Node]) -> list[Clause]:
        return [one for one in self.sequence(nodes) if "" not in one]


def _worth(clause: Clause) -> tuple[int, int]:
    """More where fewer texts satisfy it: the longer shortest literal, then the fewer."""
    return min(min(map(len, clause), default=0), 8), -len(clause)
