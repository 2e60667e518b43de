"""Whether a found phrase counts: negations, what must and must not stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from vedette.lure.language.expressions import compiled, source
from vedette.lure.language.grammar import Pattern, Sequence
from vedette.lure.language.spelling import ASCII_ENDS, Spelling

REACH: Final = 6
"""Words that a negation reaches."""
LONGEST: Final = 40
"""Characters that one word and the space after it may take up on the way."""

_WORD: Final = re.compile(r"[^\W_]+")
_SENTENCE: Final = re.compile(
    rf"[{re.escape(ASCII_ENDS)}](?![^\W_])|\n[ \t\r]*\n|[;:()\u2013\u2014\u061b]"
)
_CLAUSE: Final = re.compile(rf"{_SENTENCE.pattern}|[,\u060c](?![^\W_])")


def words_before(text: str, start: int, count: int) -> int:
    """Where the `count`th word before `start` begins."""
    low = max(0, start - count * LONGEST)
    begins = [found.start() for found in _WORD.finditer(text, low, start)]
    return begins[-count] if len(begins) >= count else low


def words_after(text: str, end: int, count: int) -> int:
    """Where the `count`th word after `end` ends."""
    high = min(len(text), end + count * LONGEST)
    for number, found in enumerate(_WORD.finditer(text, end, high), 1):
        if number == count:
            return found.end()
    return high


class Negations:
    """The negations of one language. `before` and `after` a phrase they void it, within the
    clause and REACH words, unless they are part of an `excused` phrase ("do not hesitate to")."""

    def __init__(
        self,
        before: tuple[Pattern, ...],
        after: tuple[Pattern, ...],
        excused: tuple[Pattern, ...],
        spelling: Spelling,
    ) -> None:
        self._patterns = (before, after, excused)
        self._spelling = spelling
        self._comma = spelling.comma_ends

    @cached_property
    def _before(self) -> re.Pattern[str] | None:
        return _either(self._patterns[0], self._spelling)

    @cached_property
    def _after(self) -> re.Pattern[str] | None:
        return _either(self._patterns[1], self._spelling)

    @cached_property
    def _excused(self) -> re.Pattern[str] | None:
        return _either(self._patterns[2], self._spelling)

    def prepare(self) -> None:
        """Make the expressions now."""
        for name in ("_before", "_after", "_excused"):
            getattr(self, name)

    def void(self, text: str, start: int, end: int) -> bool:
        """Whether what stands at `start` to `end` is negated."""
        if self._before is not None:
            low = words_before(text, start, REACH)
            for border in _borders(text, low, start, self._comma):
                low = border.end()
            if self._negated(self._before, text, low, start, low, end):
                return True
        if self._after is not None:
            high = words_after(text, end, REACH)
            for border in _borders(text, end, high, comma=True)[:1]:
                high = border.start()
            return self._negated(self._after, text, end, high, start, high)
        return False

    def _negated(
        self, sought: re.Pattern[str], text: str, low: int, high: int, first: int, last: int
    ) -> bool:
        """Whether a negation begins from `low` up to `high`, ends by `last` and is no part of an
        excuse between `first` and `last`."""
        for negation in _matches(sought, text, low, last):
            if negation.start() >= high:
                break
            if self._excused is None or not any(
                excuse.start() <= negation.start() and negation.end() <= excuse.end()
                for excuse in _matches(self._excused, text, first, last)
            ):
                return True
        return False


def _matches(sought: re.Pattern[str], text: str, low: int, high: int) -> Iterator[re.Match[str]]:
    """The match at each place where there is one, also where they overlap."""
    while (found := sought.search(text, low, high)) is not None:
        yield found
        low = found.start() + 1


class Surroundings:
    """What a pattern asks of the words around its core."""

    def __init__(self, pattern: Pattern, spelling: Spelling) -> None:
        self._not_after = _ready(pattern.not_after, spelling)
        self._not_before = _ready(pattern.not_before, spelling)
        self._near = [
            (near.words, compiled(near.what, spelling), near.wanted) for near in pattern.near
        ]

    def fit(self, text: str, start: int, end: int) -> bool:
        """Whether all of it holds for a core at `start` to `end`."""
        if self._not_after is not None:
            low = words_before(text, start, REACH)
            last = start
            while last > low and not text[last - 1].isalnum():
                last -= 1
            if not _borders(text, last, start) and _ends_at(self._not_after, text, low, last):
                return False
        if self._not_before is not None:
            high = words_after(text, end, REACH)
            first = end
            while first < high and not text[first].isalnum():
                first += 1
            if not _borders(text, end, first) and self._not_before.match(text, first, high):
                return False
        for words, what, wanted in self._near:
            low, high = words_before(text, start, words), words_after(text, end, words)
            if (what.search(text, low, high) is not None) != wanted:
                return False
        return True


def _borders(text: str, low: int, high: int, comma: bool = False) -> list[re.Match[str]]:
    """The ends of clauses that begin from `low` up to `high`, in order."""
    sought = _CLAUSE if comma else _SENTENCE
    # one character more, so that a dot at the end sees the letter after it
    return [found for found in sought.finditer(text, low, high + 1) if found.start() < high]


def _ends_at(what: re.Pattern[str], text: str, low: int, last: int) -> bool:
    return any(what.fullmatch(text, at, last) for at in range(last - 1, low - 1, -1))


def _ready(sequence: Sequence | None, spelling: Spelling) -> re.Pattern[str] | None:
    return None if sequence is None else compiled(sequence, spelling)


def _either(patterns: tuple[Pattern, ...], spelling: Spelling) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{source(each.core, spelling)})" for each in patterns))
