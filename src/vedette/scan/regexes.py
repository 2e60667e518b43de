"""Regular expressions that can't stall: RE2 wherever it can, a backtracker with a time limit else.

The dialect is what Sigma asks for: PCRE without Unicode classes. `\\d`, `\\w`, `\\s` and `\\b` are
ASCII, `$` also matches before a final newline.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, Protocol

TIMEOUT: Final = 0.1
"""Seconds a backtracking match may take on one value."""
LEAST: Final = 0.001
"""Each time-out halves the limit of an expression down to this: a flood of values made to stall
it costs a millisecond each, and values that match quickly are still found."""
SIZE: Final = 16 << 20
"""Bytes that RE2 may spend on one expression."""


class Compiled(Protocol):
    """One expression, ready to search."""

    linear: bool

    def found(self, text: str, limit: float = TIMEOUT) -> bool:
        """True if it matches anywhere. Raises TimeoutError after `limit` seconds."""
        ...

    def span(self, text: str) -> tuple[int, int] | None: ...


class _Linear:
    """RE2: time linear in the text, whatever the expression."""

    linear = True

    def __init__(self, program: Any) -> None:
        self._search = program.search

    def found(self, text: str, limit: float = TIMEOUT) -> bool:
        return self._search(text.encode()) is not None  # bytes: nobody counts characters then

    def span(self, text: str) -> tuple[int, int] | None:
        match = self._search(text)
        return None if match is None else (match.start(), match.end())


class _Backtracking:
    """Lookaround and backreferences; gives up with TimeoutError."""

    linear = False

    def __init__(self, program: Any) -> None:
        self._search = program.search

    def found(self, text: str, limit: float = TIMEOUT) -> bool:
        return self._search(text, timeout=limit) is not None

    def span(self, text: str) -> tuple[int, int] | None:
        match = self._search(text, timeout=TIMEOUT)
        return None if match is None else (match.start(), match.end())


@lru_cache(maxsize=8192)
def compiled(pattern: str, flags: str) -> Compiled:
    """Compile for searching. Raises ValueError, saying why, where no engine takes the pattern."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = SIZE
    options.never_capture = True  # where groups lie is asked by nobody, and costs a second search
    try:
        return _Linear(re2.compile(_prefix(flags) + _dollar(pattern, flags), options))
    except re2.error as error:
        return _fallback(pattern, flags, error)


def _fallback(pattern: str, flags: str, refusal: Exception) -> Compiled:
    import regex

    bits = regex.ASCII | regex.VERSION0
    for letter in flags:
        bits |= {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}[letter]
    try:
        return _Backtracking(regex.compile(pattern, bits))
    except regex.error as error:
        raise ValueError(f"not a regular expression: {error} (RE2 says: {refusal})") from error


def _prefix(flags: str) -> str:
    return f"(?{flags})" if flags else ""


def _dollar(pattern: str, flags: str) -> str:
    """RE2's `$` is the very end of the text; PCRE's is also before a final newline."""
    if "$" not in pattern or "m" in flags or "(?" in pattern.replace("(?:", "").replace("(?i)", ""):
        return pattern
    out: list[str] = []
    escaped = in_class = False
    for index, char in enumerate(pattern):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif in_class:
            in_class = char != "]" or pattern[index - 1 : index] in ("[",) or _caret(pattern, index)
        elif char == "[":
            in_class = True
        elif char == "$":
            out.append(r"(?:\n?\z)")
            continue
        out.append(char)
    return "".join(out)


def _caret(pattern: str, index: int) -> bool:
    """True for the bracket right after `[^`, which is a member of the class."""
    return pattern[max(0, index - 2) : index] == "[^"


class Stalls:
    """How many matches the time limit ended, over all that share this count."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


class Patience:
    """Runs expressions with a limit that shrinks for each one that stalls. `stalls` counts for
    others too."""

    def __init__(self, stalls: Stalls | None = None) -> None:
        self.stalled = 0
        self._stalls = stalls or Stalls()
        self._limits: dict[int, float] = {}

    def found(self, number: int, expression: Compiled, text: str) -> bool:
        """Whether expression `number` matches; a match that took too long counts as none and
        is counted in `stalled`."""
        limit = self._limits.get(number, TIMEOUT)
        try:
            return expression.found(text, limit)
        except TimeoutError:
            self.stalled += 1
            self._stalls.count += 1
            self._limits[number] = max(LEAST, limit / 2)
            return False
