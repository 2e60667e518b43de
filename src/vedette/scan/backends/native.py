"""Aho-Corasick over all literals at once, expressions only where a literal of theirs was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ahocorasick_rs import AhoCorasick

from vedette.model.value import fold
from vedette.scan.patterns import ANY, ONE, Glob, Pattern, Regex, folded_parts, folded_span
from vedette.scan.regexes import Compiled, Patience, Stalls, compiled
from vedette.scan.required import least_length, required_literals

SHORT: Final = 2
FEW: Final = 16
"""Needles up to SHORT characters are in nearly every text: where there are no more than FEW of
them, `in` is cheaper than a report of each place."""
WINDOW: Final = 65_536
"""Characters searched at once, so that a long text can't fill the memory with matches."""

Numbers = tuple[int, ...]


class _Needles:
    """One automaton: folded text, or text as it is."""

    def __init__(self) -> None:
        self.equals: dict[str, list[int]] = {}
        self.contains: dict[str, list[int]] = {}
        self.prefix: dict[str, list[int]] = {}
        self.suffix: dict[str, list[int]] = {}
        self.verify: dict[str, list[int]] = {}

    def build(self) -> _Automaton | None:
        groups = (self.contains, self.prefix, self.suffix, self.verify)
        if not (self.equals or any(groups)):
            return None
        return _Automaton(self.equals, *groups)


class _Automaton:
    def __init__(
        self,
        equals: dict[str, list[int]],
        contains: dict[str, list[int]],
        prefix: dict[str, list[int]],
        suffix: dict[str, list[int]],
        verify: dict[str, list[int]],
    ) -> None:
        self._equals = equals
        self._short = [(text, numbers) for text, numbers in contains.items() if len(text) <= SHORT]
        if len(self._short) > FEW:
            self._short = []
        for text, _ in self._short:
            del contains[text]
        needles = sorted({*contains, *prefix, *suffix, *verify})
        self._longest = max(map(len, needles), default=0)
        self._contains = [contains.get(needle) for needle in needles]
        self._prefix = [prefix.get(needle) for needle in needles]
        self._suffix = [suffix.get(needle) for needle in needles]
        self._verify = [verify.get(needle) for needle in needles]
        self._search: Any = (
            AhoCorasick(needles, store_patterns=False).find_matches_as_indexes if needles else None
        )

    def run(self, text: str, found: set[int], pending: set[int]) -> None:
        """Add certain hits to `found` and patterns to be tried one by one to `pending`."""
        equal = self._equals.get(text)
        if equal is not None:
            found.update(equal)
        for needle, numbers in self._short:
            if needle in text:
                found.update(numbers)
        if self._search is None:
            return
        size = len(text)
        if size <= WINDOW:
            self._take(self._search(text, overlapping=True), 0, size, found, pending)
            return
        step = WINDOW + self._longest
        for begin in range(0, size, WINDOW):
            part = text[begin : begin + step]
            self._take(self._search(part, overlapping=True), begin, size, found, pending)

    def _take(
        self,
        matches: list[tuple[int, int, int]],
        begin: int,
        size: int,
        found: set[int],
        pending: set[int],
    ) -> None:
        contains, prefix, suffix, verify = self._contains, self._prefix, self._suffix, self._verify
        for needle, start, end in matches:
            numbers = contains[needle]
            if numbers is not None:
                found.update(numbers)
            if start + begin == 0 and (numbers := prefix[needle]) is not None:
                found.update(numbers)
            if end + begin == size and (numbers := suffix[needle]) is not None:
                found.update(numbers)
            if (numbers := verify[needle]) is not None:
                pending.update(numbers)


class NativeBackend:
    """Literals by Aho-Corasick, globs and expressions confirmed one by one."""

    def __init__(
        self, patterns: Sequence[tuple[int, Pattern]], stalls: Stalls | None = None
    ) -> None:
        self.patience = Patience(stalls)
        self._globs: dict[int, tuple[bool, tuple[str | int, ...]]] = {}
        self._regexes: dict[int, Compiled] = {}
        self._certain: list[int] = []
        self._always: list[tuple[int, int]] = []
        """Numbers to be tried on every text of at least so many characters."""
        folded, cased = _Needles(), _Needles()
        for number, pattern in patterns:
            if isinstance(pattern, Glob):
                self._add_glob(number, pattern, cased if pattern.cased else folded)
            else:
                self._add_regex(number, pattern, folded)
        self._folded, self._cased = folded.build(), cased.build()

    def _add_glob(self, number: int, glob: Glob, needles: _Needles) -> None:
        parts = folded_parts(glob)
        where = _simple(parts)
        if where is not None:
            kind, text = where
            getattr(needles, kind).setdefault(text, []).append(number)
            return
        self._globs[number] = (glob.cased, parts)
        literal = max((part for part in parts if isinstance(part, str)), key=len, default="")
        if literal:
            needles.verify.setdefault(literal, []).append(number)
        elif ONE in parts:
            self._always.append((sum(part == ONE for part in parts), number))
        else:
            self._certain.append(number)

    def _add_regex(self, number: int, regex: Regex, needles: _Needles) -> None:
        self._regexes[number] = compiled(regex.pattern, regex.flags)
        literals = required_literals(regex.pattern, regex.flags)
        if literals is None:
            self._always.append((least_length(regex.pattern), number))
            return
        for literal in literals:
            needles.verify.setdefault(literal, []).append(number)

    def hits(self, text: str) -> set[int]:
        found = set(self._certain)
        size = len(text)
        pending = {number for least, number in self._always if least <= size}
        folded = fold(text)
        if self._folded is not None:
            self._folded.run(folded, found, pending)
        if self._cased is not None:
            self._cased.run(text, found, pending)
        for number in pending:
            if self._confirm(number, text, folded):
                found.add(number)
        return found

    def _confirm(self, number: int, text: str, folded: str) -> bool:
        glob = self._globs.get(number)
        if glob is not None:
            cased, parts = glob
            return folded_span(parts, text if cased else folded) is not None
        return self.patience.found(number, self._regexes[number], text)


def _simple(parts: tuple[str | int, ...]) -> tuple[str, str] | None:
    """The group and literal of a glob that needs no confirmation; None for all others."""
    literals = [part for part in parts if isinstance(part, str)]
    if not parts:
        return "equals", ""
    if len(literals) != 1 or any(part != ANY for part in parts if not isinstance(part, str)):
        return None
    kinds = {(False, False): "equals", (True, True): "contains"}
    kinds |= {(True, False): "suffix", (False, True): "prefix"}
    return kinds[parts[0] == ANY, parts[-1] == ANY], literals[0]
