"""The scanner: which of thousands of patterns a value matches, worked out once per value.

A value's *hits* are the patterns it matches; values with the same hits form one *hit class*.
Whoever decides something from many values looks decisions up by the tuple of their classes
instead of taking them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from vedette.model.value import clean
from vedette.scan.memo import Memo
from vedette.scan.patterns import Glob, Pattern, Regex, span
from vedette.scan.regexes import Patience, Stalls

MAX_CLASSES: Final = 65_536


class Predicate(Protocol):
    """A test of a value that is neither text nor expression (a number, an address)."""

    def found(self, text: str) -> bool: ...


class Backend(Protocol):
    """Finds hits. All backends give the same."""

    patience: Patience

    def hits(self, text: str) -> set[int]:
        """The numbers of the patterns that match."""
        ...


class Scanner:
    """Holds `patterns` (numbered as given) ready. Not thread-safe; keeps bounded memories."""

    def __init__(
        self,
        patterns: Sequence[Pattern | Predicate],
        *,
        backend: str | None = None,
        stalls: Stalls | None = None,
    ) -> None:
        self._patterns = patterns
        texts = [
            (number, pattern)
            for number, pattern in enumerate(patterns)
            if isinstance(pattern, Glob | Regex)
        ]
        self._predicates = [
            (number, pattern)
            for number, pattern in enumerate(patterns)
            if not isinstance(pattern, Glob | Regex)
        ]
        self._backend = make_backend(texts, backend, stalls)
        self._numbers: Memo[tuple[int, ...], int] = Memo(MAX_CLASSES)
        self._members: Memo[int, tuple[int, ...]] = Memo(MAX_CLASSES)
        self._next = 0
        self.memo: Memo[str, int] = Memo()

    @property
    def stalled(self) -> int:
        """How many matches the time limit ended: each counted as no match."""
        return self._backend.patience.stalled

    def hits(self, text: str) -> tuple[int, ...]:
        """The numbers of all patterns that match `text`, ascending. Not remembered."""
        text = clean(text)
        found = self._backend.hits(text)
        for number, predicate in self._predicates:
            if predicate.found(text):
                found.add(number)
        return tuple(sorted(found))

    def class_of(self, text: str) -> int:
        """The hit class of `text`: equal for texts with equal hits, for as long as it is kept."""
        known = self.memo.get(text)
        if known is None:
            known = self.number(self.hits(text))
            self.memo.put(text, known, len(text))
        return known

    def classes(self, values: Iterable[str]) -> list[int]:
        """The hit class of each value."""
        return [self.class_of(value) for value in values]

    def number(self, hits: tuple[int, ...]) -> int:
        """The class that stands for these hits."""
        known = self._numbers.get(hits)
        if known is None:
            self._next = known = self._next + 1
            self._numbers.put(hits, known)
            self._members.put(known, hits)
        return known

    def members(self, number: int) -> tuple[int, ...] | None:
        """The hits of a class; None where it is no longer kept (ask for the value's hits)."""
        return self._members.get(number)

    def span(self, number: int, text: str) -> tuple[int, int] | None:
        """Where pattern `number` matches in `text`."""
        pattern = self._patterns[number]
        if isinstance(pattern, Glob | Regex):
            return span(pattern, clean(text))
        return (0, len(text)) if pattern.found(clean(text)) else None


def make_backend(
    patterns: Sequence[tuple[int, Pattern]], name: str | None = None, stalls: Stalls | None = None
) -> Backend:
    """The backend called `name` (`native` or `pure`); None takes the best that is installed."""
    if name in (None, "native"):
        try:
            from vedette.scan.backends.native import NativeBackend
        except ImportError:
            if name == "native":
                raise
        else:
            return NativeBackend(patterns, stalls)
    from vedette.scan.backends.pure import PureBackend

    return PureBackend(patterns, stalls)
