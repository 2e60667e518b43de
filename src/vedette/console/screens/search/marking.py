"""What a search found, cut around what matched and marked there."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

import msgspec

from vedette.model.visible import visible

SHOWN: Final = 320
"""Characters of an event in a list."""
BEFORE: Final = 80
"""Of these, at most so many before the first match."""
LOOKED: Final = 65_536
"""Characters of an event that are looked through for matches."""


class Piece(msgspec.Struct, frozen=True):
    """A run of text, all visible; `hit` says that it is what was searched for."""

    text: str
    hit: bool = False


def pattern_of(marks: Sequence[str]) -> re.Pattern[str] | None:
    """What finds the marks, as they are and as JSON writes them; None where there are none."""
    spellings: dict[str, None] = {}
    for mark in sorted(marks, key=len, reverse=True):
        for one in (mark, json.dumps(mark, ensure_ascii=False)[1:-1], json.dumps(mark)[1:-1]):
            if one.strip():
                spellings[one] = None
    if not spellings:
        return None
    return re.compile("|".join(map(re.escape, spellings)), re.IGNORECASE)


def pieces(text: str, marks: re.Pattern[str] | None, most: int = SHOWN) -> tuple[Piece, ...]:
    """The text, cut to `most` characters around the first match, in runs."""
    looked = text[:LOOKED]
    first = None if marks is None else marks.search(looked)
    begin = 0
    if first is not None and first.end() > most:
        begin = max(0, first.start() - min(BEFORE, most // 4))
    end = min(len(text), begin + most)
    found: list[Piece] = [Piece("…")] if begin else []
    at = begin
    for match in [] if marks is None else marks.finditer(looked, begin, min(end, LOOKED)):
        if match.start() > at:
            found.append(Piece(visible(text[at : match.start()])))
        found.append(Piece(visible(match.group()), True))
        at = match.end()
    if at < end:
        found.append(Piece(visible(text[at:end])))
    if end < len(text):
        found.append(Piece("…"))
    return tuple(found)


def decoded(raw: bytes) -> str:
    """An event's bytes as text: what is no UTF-8 as `\\xNN`."""
    return raw.decode("utf-8", "backslashreplace")
