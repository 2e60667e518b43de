"""Which of many literals stand in a text, and what that says of the patterns they are of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from ahocorasick_rs import AhoCorasick

from vedette.scan.compiled import Compiled
from vedette.scan.prepared import CLAUSE, EQUALS, PREFIX, Literals

SHORT: Final = 2
FEW: Final = 16
"""Literals up to SHORT characters are in nearly every text: where there are no more than FEW of
them, `in` is cheaper than a report of each place."""
WINDOW: Final = 65_536
"""Characters searched at once, so that a long text can't fill the memory with matches."""


class Finder(Protocol):
    """Made of literals."""

    def find(self, text: str) -> tuple[Collection[int], Collection[int]]:
        """The patterns that match, and those worth a closer look, each once."""
        ...


MakeFinder = Callable[[Literals], Finder]


def make_finder(built: Compiled | None) -> MakeFinder:
    """How finders are made: in C, where that was built."""
    if built is None:
        return AhoFinder
    made_by = built.finder
    return lambda given: made_by(given.texts, given.sizes, given.roles, given.numbers)


class AhoFinder:
    """By Aho-Corasick. Of the clauses only the first is searched for; the others are tried where
    it was found."""

    def __init__(self, literals: Literals) -> None:
        self._equals: dict[str, list[int]] = {}
        groups: dict[str, tuple[list[int], list[int], list[int], list[int]]] = {}
        self._clauses: dict[int, list[list[str]]] = {}
        for text, role, number in literals.each():
            if role == EQUALS:
                self._equals.setdefault(text, []).append(number)
                continue
            if role > CLAUSE:
                others = self._clauses.setdefault(number, [])
                others.extend([] for _ in range(role - CLAUSE - len(others)))
                others[role - CLAUSE - 1].append(text)
                continue
            groups.setdefault(text, ([], [], [], []))[role - PREFIX].append(number)
        plain = [text for text, group in groups.items() if len(text) <= SHORT and _simple(group)]
        if len(plain) > FEW:
            plain = []
        self._short = [(text, groups.pop(text)[2]) for text in plain]
        needles = sorted(groups)
        self._longest = max(map(len, needles), default=0)
        self._contains = [groups[text][2] for text in needles]
        self._special = {
            index: (text, *groups[text])
            for index, text in enumerate(needles)
            if not _simple(groups[text])
        }
        self._search: Callable[..., list[tuple[int, int, int]]] | None = None
        if needles:
            self._search = AhoCorasick(needles, store_patterns=False).find_matches_as_indexes

    def find(self, text: str) -> tuple[Collection[int], Collection[int]]:
        found = set(self._equals.get(text, ()))
        pending: set[int] = set()
        for needle, numbers in self._short:
            if needle in text:
                found.update(numbers)
        contains, special = self._contains, self._special
        for index in self._found(text):
            found.update(contains[index])
            if index in special:
                needle, prefix, suffix, _, verify = special[index]
                if prefix and text.startswith(needle):
                    found.update(prefix)
                if suffix and text.endswith(needle):
                    found.update(suffix)
                pending.update(verify)
        return found, [number for number in pending if self._worth(number, text)]

    def _worth(self, number: int, text: str) -> bool:
        for clause in self._clauses.get(number, ()):
            for literal in clause:
                if literal in text:
                    break
            else:
                return False
        return True

    def _found(self, text: str) -> set[int]:
        """The numbers of the needles that stand in a text."""
        search = self._search
        if search is None:
            return set()
        if len(text) <= WINDOW:
            return {match[0] for match in search(text, overlapping=True)}
        step = WINDOW + self._longest
        return {
            match[0]
            for begin in range(0, len(text), WINDOW)
            for match in search(text[begin : begin + step], overlapping=True)
        }


def _simple(group: tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]) -> bool:
    """Whether a literal is only looked for anywhere."""
    prefix, suffix, _, verify = group
    return not (prefix or suffix or verify)
