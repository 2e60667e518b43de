"""One phrase as it is tried: only where the words stand together that each of its matches holds."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Set
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from vedette.lure.language.expressions import compiled
from vedette.lure.language.grammar import Pattern
from vedette.lure.language.guards import Negations, Surroundings
from vedette.lure.language.needles import needed, openings
from vedette.lure.language.spelling import Spelling

Where = Mapping[int, list[int]]
"""By number of a needle: where it begins, ascending."""

_DIGITS: Final = re.compile(r"\d+")


class Phrase(NamedTuple):
    """A pattern that stands for a concept, in a language with its spelling and negations."""

    concept: str
    language: str
    pattern: Pattern
    spelling: Spelling
    negations: Negations | None


class Candidate:
    """Holds a phrase ready. Its expressions are made when they are first needed: most never are."""

    def __init__(self, number: int, phrase: Phrase, common: Set[str]) -> None:
        self.number = number
        self.phrase = phrase
        core, spelling = phrase.pattern.core, phrase.spelling
        self.needed = needed(core, spelling, common)
        self.openings = openings(core, spelling)
        self.opener = next(
            (
                place
                for place, one in enumerate(self.needed)
                if not self.openings.number and one.needles == self.openings.needles
            ),
            -1,
        )
        """Which of `needed` a match begins with; -1 where it is none of them."""
        self._sought = [
            (" " * needle.left + needle.text + " " * needle.right, int(needle.left))
            for needle in self.openings.needles
        ]
        self._reach = [(one.before, one.after) for one in self.needed]
        self.sets: list[frozenset[int]] = []
        """The numbers of the needles of each of `needed`."""

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """What the core compiles to."""
        return compiled(self.phrase.pattern.core, self.phrase.spelling)

    @cached_property
    def surroundings(self) -> Surroundings:
        """What must hold around a match of the core."""
        return Surroundings(self.phrase.pattern, self.phrase.spelling)

    def prepare(self) -> None:
        """Make the expressions now."""
        for name in ("expression", "surroundings"):
            getattr(self, name)
        if self.phrase.negations is not None:
            self.phrase.negations.prepare()

    def places(
        self, first: list[list[int]], where: Where, present: Set[int]
    ) -> tuple[Iterable[int], int]:
        """Where a needle stands that has one of the other set in reach, and the number of its set:
        that which a match begins with, else the rarer one. `first` are the places of the needles
        of the first set, `present` the keys of `where`."""
        sets = self.sets
        if len(sets) == 1:
            return first[0] if len(first) == 1 else chain.from_iterable(first), 0
        others = [where[number] for number in sets[1] & present]
        main = self.opener
        if main < 0:
            main = int(sum(map(len, others)) < sum(map(len, first)))
        lists = first
        if main:
            lists, others = others, first
        before, after = self._reach[main]
        if len(lists) == len(others) == len(lists[0]) == len(others[0]) == 1:
            return lists[0] if -before <= others[0][0] - lists[0][0] <= after else (), main
        near = [
            at
            for positions in lists
            for at in positions
            if any(_within(other, at - before, at + after) for other in others)
        ]
        return near, main

    def begins(self, text: str, spaced: str, at: int, main: int) -> Iterable[int]:
        """Where a match may begin that holds the needle of set `main` at `at`. `spaced` is the
        text as `blanked` gives it."""
        attached = self.phrase.spelling.attached
        if self.opener >= 0:
            return (at if attached else _word_begin(text, at),)
        low = max(0, at - self._reach[main][0])
        begins: list[int] = []
        for sought, border in self._sought:
            # the blank before the text moves places by one, the one before a word back again
            last = at + 1 - border + len(sought)
            found = spaced.find(sought, low, last)
            while found >= 0:
                if border or attached:
                    begins.append(found - 1 + border)
                else:
                    begins.append(_word_begin(text, found - 1))
                found = spaced.find(sought, found + 1, last)
        if self.openings.number:
            for digits in _DIGITS.finditer(text, low, at + 1):
                first = _word_begin(text, digits.start())
                begins.extend(range(first, digits.end()) if attached else (first,))
        return begins

    def match(self, text: str, begin: int) -> tuple[int, bool] | None:
        """The end of the match that begins at `begin` and whether it is negated; None without."""
        match = self.expression.match(text, begin)
        if match is None or not self.surroundings.fit(text, begin, match.end()):
            return None
        negations = self.phrase.negations
        return match.end(), negations is not None and negations.void(text, begin, match.end())


def _within(positions: list[int], low: int, high: int) -> bool:
    first = bisect_left(positions, low)
    return first < len(positions) and positions[first] <= high


def _word_begin(text: str, at: int) -> int:
    while at and text[at - 1].isalnum():
        at -= 1
    return at
