"""What the scanner looks for, and the plain way to look for one of them in one value.

`glob_span` and `regex_span` are the meaning of a pattern: the fast scanner may only leave out
values that they would refuse, and evidence is cut out with them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from vedette.model.value import fold
from vedette.scan.regexes import compiled

ANY: Final = 0
"""Any run of characters, also none (`*`)."""
ONE: Final = 1
"""Exactly one character (`?`)."""

Span = tuple[int, int]


class Glob(msgspec.Struct, frozen=True, gc=False, tag="glob"):
    """Literal runs, ANY and ONE in order; `("a",)` equals, `(ANY, "a", ANY)` contains.

    Compared through `fold` on both sides unless `cased`.
    """

    parts: tuple[str | int, ...]
    cased: bool = False


class Regex(msgspec.Struct, frozen=True, gc=False, tag="regex"):
    """A regular expression searched anywhere; `flags` is a subset of "ims"."""

    pattern: str
    flags: str = ""


Pattern = Glob | Regex


def span(pattern: Pattern, text: str) -> Span | None:
    """Where `pattern` matches in `text` (characters), None where it does not."""
    if isinstance(pattern, Glob):
        return glob_span(pattern, text)
    return regex_span(pattern, text)


def regex_span(pattern: Regex, text: str) -> Span | None:
    """The leftmost match of a regular expression. Raises TimeoutError from the backtracking
    fallback where a match took too long."""
    return compiled(pattern.pattern, pattern.flags).span(text)


def glob_span(glob: Glob, text: str) -> Span | None:
    """The part of `text` that the literals and single wildcards of `glob` cover.

    Greedy from the left, which is exact for this language; linear in the text for each literal.
    """
    return folded_span(folded_parts(glob), text if glob.cased else fold(text))


@lru_cache(maxsize=65_536)
def folded_parts(glob: Glob) -> tuple[str | int, ...]:
    """The parts as they are compared."""
    if glob.cased:
        return glob.parts
    return tuple(fold(part) if isinstance(part, str) else part for part in glob.parts)


def folded_span(parts: tuple[str | int, ...], text: str) -> Span | None:
    """`glob_span` where both sides are folded already."""
    pieces = _pieces(parts)
    if len(pieces) == 1:  # no ANY: the whole text
        return (0, len(text)) if _fits(pieces[0], text, 0) == len(text) else None
    first, last = pieces[0], pieces[-1]
    begin = _fits(first, text, 0)
    end = len(text) - _length(last)
    if begin is None or end < begin or _fits(last, text, end) is None:
        return None
    start, at = (0, begin) if first else (-1, begin)
    for piece in pieces[1:-1]:
        found = _find(piece, text, at, end)
        if found is None:
            return None
        start = found if start < 0 else start
        at = found + _length(piece)
    if last:
        return (start if start >= 0 else end, len(text))
    return (start, at) if start >= 0 else (0, len(text))


_Piece = tuple[str | int, ...]


@lru_cache(maxsize=65_536)
def _pieces(parts: tuple[str | int, ...]) -> list[_Piece]:
    """The runs between ANYs; always one more than there are ANYs."""
    pieces: list[list[str | int]] = [[]]
    for part in parts:
        if part == ANY:
            pieces.append([])
        else:
            pieces[-1].append(part)
    middle = [tuple(piece) for piece in pieces[1:-1] if piece]
    if len(pieces) == 1:
        return [tuple(pieces[0])]
    return [tuple(pieces[0]), *middle, tuple(pieces[-1])]


def _length(piece: _Piece) -> int:
    return sum(len(part) if isinstance(part, str) else 1 for part in piece)


def _fits(piece: _Piece, text: str, at: int) -> int | None:
    """The end of `piece` laid on `text` at `at`, None where it does not fit."""
    for part in piece:
        if isinstance(part, str):
            if not text.startswith(part, at):
                return None
            at += len(part)
        else:
            at += 1
    return at if at <= len(text) else None


def _find(piece: _Piece, text: str, at: int, limit: int) -> int | None:
    """The first place from `at` on where `piece` fits and ends at or before `limit`."""
    if len(piece) == 1 and isinstance(piece[0], str):
        found = text.find(piece[0], at, limit)
        return found if found >= 0 else None
    length = _length(piece)
    lead = 0
    anchor = next((part for part in piece if isinstance(part, str)), None)
    for part in piece:
        if isinstance(part, str):
            break
        lead += 1
    while at + length <= limit:
        if anchor is None:
            return at
        found = text.find(anchor, at + lead, limit)
        if found < 0 or found - lead + length > limit:
            return None
        if _fits(piece, text, found - lead) is not None:
            return found - lead
        at = found - lead + 1
    return None
