"""The scanner: which of thousands of patterns a value matches, worked out once per value.

A value's *hits* are the patterns it matches; values with the same hits form one *hit class*.
Whoever decides something from many values looks decisions up by the tuple of their classes
instead of taking them again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, Protocol

from vedette.model.value import clean
from vedette.scan.memo import Memo
from vedette.scan.patterns import Glob, Pattern, Regex
from vedette.scan.prepared import Prepared, prepare
from vedette.scan.regexes import Patience, Stalls

MAX_CLASSES: Final = 65_536


class Predicate(Protocol):
    """A test of a value that is neither text nor expression (a number, an address).

    All predicates of one class read a text alike, so it is read once for all of them.
    """

    def read(self, text: str) -> Any:
        """What the text says; None where it says nothing that could pass."""
        ...

    def holds(self, value: Any) -> bool:
        """Whether what was read passes."""
        ...


class Backend(Protocol):
    """Finds hits. All backends give the same."""

    patience: Patience

    def hits(self, text: str) -> Collection[int]:
        """The numbers of the patterns that match, each once."""
        ...


class Scanner:
    """Holds `patterns` (numbered as given) ready. Not thread-safe; keeps bounded memories."""

    def __init__(
        self,
        patterns: Iterable[Pattern | Predicate],
        *,
        backend: str | None = None,
        stalls: Stalls | None = None,
    ) -> None:
        texts: list[tuple[int, Pattern]] = []
        tests: list[tuple[int, Predicate]] = []
        for number, pattern in enumerate(patterns):
            if isinstance(pattern, Glob | Regex):
                texts.append((number, pattern))
            else:
                tests.append((number, pattern))
        self._begin(lambda: make_backend(texts, backend, stalls), tests)

    @classmethod
    def of(
        cls,
        prepared: Prepared,
        tests: Iterable[tuple[int, Predicate]] = (),
        stalls: Stalls | None = None,
    ) -> Scanner:
        """A scanner of patterns that were made ready before, and of numbered predicates."""
        self = cls.__new__(cls)
        self._begin(lambda: prepared_backend(prepared, stalls), tests)
        return self

    def _begin(self, build: Callable[[], Backend], tests: Iterable[tuple[int, Predicate]]) -> None:
        self._build = build
        self._backend: Backend | None = None
        self._predicates: dict[type, list[tuple[int, Predicate]]] = {}
        for number, test in tests:
            self._predicates.setdefault(type(test), []).append((number, test))
        self._numbers: Memo[tuple[int, ...], int] = Memo(MAX_CLASSES)
        self._members: Memo[int, tuple[int, ...]] = Memo(MAX_CLASSES)
        self._next = 0
        self.memo: Memo[str, int] = Memo()

    @property
    def stalled(self) -> int:
        """How many matches the time limit ended: each counted as no match."""
        return 0 if self._backend is None else self._backend.patience.stalled

    def hits(self, text: str) -> tuple[int, ...]:
        """The numbers of all patterns that match `text`, ascending. Not remembered."""
        if not text.isascii():
            text = clean(text)
        backend = self._backend
        if backend is None:  # made for the first text: many fields that rules name never come
            backend = self._backend = self._build()
        found = backend.hits(text)
        if not self._predicates:
            return tuple(sorted(found))
        passed = set(found)
        for group in self._predicates.values():
            value = group[0][1].read(text)
            if value is not None:
                passed.update(number for number, test in group if test.holds(value))
        return tuple(sorted(passed))

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


def make_backend(
    patterns: Sequence[tuple[int, Pattern]], name: str | None = None, stalls: Stalls | None = None
) -> Backend:
    """The backend called `name` (`compiled`, `native` or `pure`); None takes the best that is
    installed. Raises ImportError where the one that is named is not."""
    if name == "pure":
        from vedette.scan.backends.pure import PureBackend

        return PureBackend(patterns, stalls)
    return prepared_backend(prepare(patterns), stalls, name)


def prepared_backend(
    prepared: Prepared, stalls: Stalls | None = None, name: str | None = None
) -> Backend:
    """The same for patterns that were made ready; `compiled` or `native`."""
    from vedette.scan.backends.literal import LiteralBackend
    from vedette.scan.compiled import compiled
    from vedette.scan.finding import make_finder

    built = None if name == "native" else compiled()
    if built is None and name == "compiled":
        raise ImportError("the search in C was not built, or is turned off")
    return LiteralBackend(prepared, stalls, make_finder(built))
