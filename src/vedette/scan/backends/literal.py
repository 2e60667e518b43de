"""All literals at once, patterns one by one only where their literals were found."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from vedette.model.value import fold
from vedette.scan.finding import AhoFinder, MakeFinder
from vedette.scan.patterns import Glob, folded_parts, folded_span
from vedette.scan.prepared import Closer, Prepared
from vedette.scan.regexes import Patience, Stalls, compiled
from vedette.scan.required import Run

SHORT: Final = 4096
"""Characters of a text that is searched for a run before an expression is tried on it."""

_Try = Callable[[str, str], bool]
"""Whether a pattern matches a text, given with its folded form."""


class LiteralBackend:
    """Finds literals with what `make` makes; tries the other patterns one by one."""

    def __init__(
        self, prepared: Prepared, stalls: Stalls | None = None, make: MakeFinder = AhoFinder
    ) -> None:
        self.patience = Patience(stalls)
        self._empty = prepared.empty
        self._certain = prepared.certain
        self._closer = {closer.number: closer for closer in prepared.closer}
        self._always = [closer.number for closer in prepared.closer if closer.always]
        self._tries: dict[int, _Try] = {}
        self._folded = make(prepared.folded) if prepared.folded.texts else None
        self._cased = make(prepared.cased) if prepared.cased.texts else None
        self._plain = not (self._certain or self._always or self._cased)

    def hits(self, text: str) -> Collection[int]:
        folded = text.lower() if text.isascii() else fold(text)
        sure, worth = ((), ()) if self._folded is None else self._folded.find(folded)
        if self._plain and not worth and text:
            return sure
        found = [*self._certain, *sure]
        worth = [*self._always, *worth]
        if not text:
            found += self._empty
        if self._cased is not None:
            sure, more = self._cased.find(text)
            found += sure
            worth += more
        size = len(text)
        for number in worth:
            if self._closer[number].least <= size and self._try(number)(text, folded):
                found.append(number)
        return found

    def _try(self, number: int) -> _Try:
        known = self._tries.get(number)
        if known is None:
            known = self._tries[number] = self._made(self._closer[number])
        return known

    def _made(self, closer: Closer) -> _Try:
        pattern = closer.pattern
        if isinstance(pattern, Glob):
            parts = folded_parts(pattern)
            if pattern.cased:
                return lambda text, folded: folded_span(parts, text) is not None
            return lambda text, folded: folded_span(parts, folded) is not None
        expression = compiled(pattern.pattern, pattern.flags)
        found, number = self.patience.found, closer.number
        if closer.run is None:
            return lambda text, folded: found(number, expression, text)
        run = _searched(closer.run)
        return lambda text, folded: (
            (len(folded) > SHORT or run(folded) is not None) and found(number, expression, text)
        )


def _searched(run: Run) -> Callable[[str], object]:
    """A search for a run; quadratic in its length at worst, so for short texts only."""
    return re.compile(f"[{re.escape(run.characters)}]{{{run.count}}}").search
