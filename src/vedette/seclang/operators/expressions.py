"""Regular expressions on bytes: RE2 wherever it can, a backtracker with a time limit else."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from vedette.scan.regexes import LEAST, SIZE, TIMEOUT
from vedette.seclang.operators.dialect import Untranslatable, translate

Spans = list[tuple[int, int]]
"""Begin and end of the whole match and of every group; (-1, -1): took no part."""

KEPT: Final = 4_096
"""Expressions that are kept compiled: those of macros change with every request."""


class Expression:
    """One expression with the meaning that libmodsecurity gives it. `linear`: RE2 runs it.

    `stalled` counts searches that the time limit ended: they count as no match, as PCRE's match
    limit does.
    """

    __slots__ = ("_anywhere", "_groups", "_limit", "linear", "stalled")

    def __init__(self, pattern: bytes, *, caseless: bool = False) -> None:
        """Raises ValueError, saying why, where no engine takes the pattern."""
        self.stalled = 0
        self._limit = TIMEOUT
        self._groups: Any = None
        try:
            self._anywhere: Any = _linear(translate(pattern, caseless=caseless), captures=False)
            self.linear = True
        except (Untranslatable, _Refused) as refusal:
            self._anywhere = _backtracking(pattern, refusal, caseless=caseless)
            self.linear = False
            return
        if b"(" in pattern:
            self._groups = translate(pattern, caseless=caseless)

    @staticmethod
    @lru_cache(maxsize=KEPT)
    def of(pattern: bytes, *, caseless: bool = False) -> Expression:
        """The expression, compiled once. Raises ValueError."""
        return Expression(pattern, caseless=caseless)

    def found(self, value: bytes) -> bool:
        """Whether it matches anywhere."""
        return self.spans(value, groups=False) is not None

    def spans(self, value: bytes, start: int = 0, *, groups: bool = True) -> Spans | None:
        """The leftmost match at or after `start`, None where there is none."""
        if not self.linear:
            return self._stallable(value, start)
        match = self._anywhere.search(value, start)
        if match is None:
            return None
        begin, end = match.span()
        if begin == len(value) and value[-1:] == b"\n":
            # PCRE's ^ does not hold behind a newline that ends the value; RE2's does.
            value = value[:-1] + b"\r"
            if self._anywhere.search(value, begin) is None:
                return None
        if self._groups is None or not groups:
            return [(begin, end)]
        if isinstance(self._groups, bytes):
            self._groups = _linear(self._groups, captures=True)
        match = self._groups.search(value, begin)
        return [match.span(group) for group in range(self._groups.groups + 1)]

    def _stallable(self, value: bytes, start: int) -> Spans | None:
        try:
            match = self._anywhere.search(value, start, timeout=self._limit)
        except TimeoutError:
            self.stalled += 1
            self._limit = max(LEAST, self._limit / 2)
            return None
        if match is None or (match.start() == len(value) and self._ends_there(value)):
            return None
        return [match.span(group) for group in range(self._anywhere.groups + 1)]

    def _ends_there(self, value: bytes) -> bool:
        if value[-1:] != b"\n":
            return False
        other = value[:-1] + b"\r"
        return self._anywhere.search(other, len(value), timeout=TIMEOUT) is None


class _Refused(ValueError):
    """RE2's word on a pattern."""


def _linear(pattern: bytes, *, captures: bool) -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.max_mem = SIZE
    options.never_capture = not captures
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        text = reason.decode("latin-1") if isinstance(reason, bytes) else str(reason)
        raise _Refused(text) from error


def _backtracking(pattern: bytes, refusal: Exception, *, caseless: bool) -> Any:
    import regex

    bits = regex.DOTALL | regex.MULTILINE | regex.ASCII | regex.VERSION0
    if caseless:
        bits |= regex.IGNORECASE
    try:
        return regex.compile(translate(pattern, linear=False), bits)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{error} (RE2 says: {refusal})") from error
