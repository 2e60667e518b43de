"""Every pattern on every value, with nothing but this package: slow, and the reference."""

from __future__ import annotations

from collections.abc import Iterable

from vedette.model.value import fold
from vedette.scan.patterns import Glob, Pattern, folded_parts, folded_span
from vedette.scan.regexes import Patience, Stalls, compiled


class PureBackend:
    """Tests patterns one by one."""

    def __init__(
        self, patterns: Iterable[tuple[int, Pattern]], stalls: Stalls | None = None
    ) -> None:
        self.patience = Patience(stalls)
        patterns = list(patterns)
        self._globs = [
            (number, glob.cased, folded_parts(glob))
            for number, glob in patterns
            if isinstance(glob, Glob)
        ]
        self._regexes = [
            (number, compiled(regex.pattern, regex.flags))
            for number, regex in patterns
            if not isinstance(regex, Glob)
        ]

    def hits(self, text: str) -> set[int]:
        folded = fold(text)
        found = {
            number
            for number, cased, parts in self._globs
            if folded_span(parts, text if cased else folded) is not None
        }
        for number, regex in self._regexes:
            if self.patience.found(number, regex, text):
                found.add(number)
        return found
