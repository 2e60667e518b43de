"""Which unparsed JSON lines may hold a keyword at all.

A keyword can stand in any value of an event, so judging one means reading the whole line. This
sieve searches a batch's bytes for literals that every match must contain and leaves the rest of
the lines unread. It never lets a match through unseen: lines with escapes or letters that fold to
ASCII always count as suspects.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from vedette.model.value import fold
from vedette.scan import Glob, Regex
from vedette.scan.required import required_literals
from vedette.sigma import ir
from vedette.sigma.plan.predicates import as_scan_pattern

_PLAIN: Final = re.compile(r"[a-z0-9 _.:;,()@#$%!=\-\[\]{}^`~|*?]+")
"""Folded characters that JSON writes as themselves or as a `\\u` escape, nothing else."""
_NUMERIC: Final = frozenset("0123456789.+-einfa")
_BLOCK: Final = 32_768
"""Bytes searched at once: what fits into the processor's cache costs a third."""
_SHORTEST: Final = 3
_ESCAPES: Final = (*(b"\\u00%d" % digit for digit in range(2, 8)), b"\\u017f", b"\\u212a")
"""How JSON may write ASCII characters, and those that fold to them, otherwise."""
_FOLDING: Final = ("\u212a".encode(), "\u017f".encode())
"""Kelvin sign and long s: letters beyond ASCII that fold to ASCII ones."""


class KeywordSieve:
    """Finds the suspects among lines for a fixed set of keyword patterns."""

    def __init__(self, literals: Sequence[bytes]) -> None:
        self.literals = tuple(literals)
        needles = sorted({*self.literals, *_ESCAPES})
        self._search = BytesAhoCorasick(
            needles, matchkind=MatchKind.LeftmostFirst
        ).find_matches_as_indexes

    def suspect(self, line: bytes) -> bool:
        """Whether one line may match."""
        return 0 in self.suspects((line,))

    def suspects(self, lines: Sequence[bytes]) -> frozenset[int]:
        """The positions of the lines that may match; all others can't."""
        found: set[int] = set()
        begin = size = 0
        for index, line in enumerate(lines):
            size += len(line)
            if size > _BLOCK:
                self._block(lines[begin : index + 1], begin, found)
                begin, size = index + 1, 0
        self._block(lines[begin:], begin, found)
        return frozenset(found)

    def _block(self, lines: Sequence[bytes], first: int, found: set[int]) -> None:
        blob = b"\n".join(lines)
        places = [start for _, start, _ in self._search(blob.lower())]
        if not blob.isascii():
            for letter in _FOLDING:
                places.extend(match.start() for match in re.finditer(letter, blob))
        at = 0
        for place in sorted(places):
            first += blob.count(b"\n", at, place)
            at = place
            found.add(first)


def keyword_literals(item: ir.Item) -> frozenset[bytes] | None:
    """Folded literals of which every JSON line with a match of this keyword item holds one; None
    where there is no such set."""
    each = [_literals(as_scan_pattern(pattern, anywhere=True)) for pattern in item.patterns]
    known = [literals for literals in each if literals]
    if item.all:
        return min(known, key=len, default=None)
    if len(known) < len(each):
        return None
    return frozenset(literal for literals in known for literal in literals)


def _literals(pattern: object) -> frozenset[bytes] | None:
    if isinstance(pattern, Glob):
        runs = [run for part in pattern.parts if isinstance(part, str) for run in _runs(part)]
        best = max(runs, key=len, default="")
        return frozenset((best.encode(),)) if best else None
    if isinstance(pattern, Regex):
        needed = required_literals(pattern.pattern, pattern.flags)
        if needed is None:
            return None
        chosen = {max(_runs(literal), key=len, default="") for literal in needed}
        return None if "" in chosen else frozenset(literal.encode() for literal in chosen)
    return None


def _runs(text: str) -> list[str]:
    """Plain runs that are long enough to be rare and no part of a number, which JSON can write
    in more than one way."""
    return [
        run
        for run in _PLAIN.findall(fold(text))
        if len(run) >= _SHORTEST and not _NUMERIC.issuperset(run)
    ]
