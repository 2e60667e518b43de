"""Patterns made ready to be searched for, as data: what a backend is built from, and what can be
kept on disk."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Final

import msgspec

from vedette.model.value import clean, fold
from vedette.scan.patterns import ONE, Glob, Pattern, Regex, folded_parts
from vedette.scan.required import Run, least_length, required_clauses, required_run

EQUALS: Final = 0
PREFIX: Final = 1
SUFFIX: Final = 2
CONTAINS: Final = 3
CLAUSE: Final = 4
"""The roles of a literal. The first four decide their pattern: the text is the literal, begins
with it, ends with it, holds it. A pattern whose literals have the roles CLAUSE + 0, CLAUSE + 1...
is worth a closer look once one of each role stands in the text."""
CLAUSES: Final = 8
"""Clauses that a pattern may have."""


class Literals(msgspec.Struct, frozen=True, gc=False):
    """Literals, none of them empty: UTF-8 behind each other, and for each its size in bytes, its
    role (one byte) and the number of its pattern. Numbers are 32 bits wide, as this machine writes
    them."""

    texts: bytes
    sizes: bytes
    roles: bytes
    numbers: bytes

    def each(self) -> Iterable[tuple[str, int, int]]:
        """Text, role and number of each literal."""
        sizes, numbers = array("I", self.sizes), array("I", self.numbers)
        at = 0
        for size, role, number in zip(sizes, self.roles, numbers, strict=True):
            yield self.texts[at : at + size].decode(), role, number
            at += size


class Closer(msgspec.Struct, frozen=True, gc=False):
    """A pattern that is tried by itself, on texts of at least so many characters; on all of them,
    if `always`, or else where its literals were found. Its matches hold the `run`."""

    number: int
    pattern: Glob | Regex
    least: int
    always: bool
    run: Run | None = None


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """Patterns ready to be searched for: literals of the folded text and of the text as it is,
    patterns that need a closer look, those that match everything, those that match the empty
    text."""

    folded: Literals
    cased: Literals
    closer: tuple[Closer, ...] = ()
    certain: tuple[int, ...] = ()
    empty: tuple[int, ...] = ()


def prepare(patterns: Iterable[tuple[int, Pattern]]) -> Prepared:
    """Numbered patterns, made ready."""
    folded, cased = _Literals(), _Literals()
    closer: list[Closer] = []
    certain: list[int] = []
    empty: list[int] = []
    for number, pattern in patterns:
        if isinstance(pattern, Regex):
            closer.append(_regex(number, pattern, folded))
            continue
        literals = cased if pattern.cased else folded
        where = _simple(pattern.parts)
        if where is not None:
            role, text = where
            literals.add(text if pattern.cased else fold(text), role, number)
            continue
        parts = tuple(part for part in folded_parts(pattern) if part != "")
        texts = dict.fromkeys(part for part in parts if isinstance(part, str))
        for place, text in enumerate(sorted(texts, key=len, reverse=True)[:CLAUSES]):
            literals.add(text, CLAUSE + place, number)
        if texts or ONE in parts:
            least = sum(len(part) if isinstance(part, str) else part == ONE for part in parts)
            closer.append(Closer(number, pattern, least, not texts))
        else:
            (certain if parts else empty).append(number)
    return Prepared(folded.packed(), cased.packed(), tuple(closer), tuple(certain), tuple(empty))


def _regex(number: int, regex: Regex, literals: _Literals) -> Closer:
    clauses = required_clauses(regex.pattern, regex.flags)[:CLAUSES]
    for place, clause in enumerate(clauses):
        for literal in clause:
            literals.add(literal, CLAUSE + place, number)
    run = required_run(regex.pattern)
    return Closer(number, regex, least_length(regex.pattern), not clauses, run)


class _Literals:
    def __init__(self) -> None:
        self._found: list[tuple[int, bytes, int, int]] = []

    def add(self, text: str, role: int, number: int) -> None:
        if not text.isascii() and clean(text) != text:
            return  # no text that is searched has a lone surrogate
        self._found.append((min(role, CONTAINS), text.encode(), role, number))

    def packed(self) -> Literals:
        found = sorted(self._found)  # what is looked for in one place stands together
        return Literals(
            b"".join([text for _, text, _, _ in found]),
            array("I", [len(text) for _, text, _, _ in found]).tobytes(),
            bytes([role for _, _, role, _ in found]),
            array("I", [number for _, _, _, number in found]).tobytes(),
        )


def _simple(parts: tuple[str | int, ...]) -> tuple[int, str] | None:
    """The role and literal of a glob that needs no closer look; None for all others."""
    match parts:
        case (str(text),) if text:
            return EQUALS, text
        case (0, str(text), 0) if text:
            return CONTAINS, text
        case (0, str(text)) if text:
            return SUFFIX, text
        case (str(text), 0) if text:
            return PREFIX, text
    return None
