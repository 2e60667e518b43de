"""Regular expressions on bytes: RE2 wherever it can, a backtracker with a time limit else."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, cast

from vedette.scan.regexes import LEAST, SIZE, TIMEOUT
from vedette.seclang.operators.dialect import Untranslatable, captures, translate

Spans = list[tuple[int, int]]
"""Begin and end of the whole match and of every group; (-1, -1): took no part."""

KEPT: Final = 4_096
"""Expressions that are kept compiled: those of macros change with every request."""


class Expression:
    """One expression with the meaning that libmodsecurity gives it. `linear`: RE2 runs it.

    `stalled` counts searches of a backtracker that the time limit ended: they count as no match,
    as PCRE's match limit does.
    """

    __slots__ = (
        *("_anywhere", "_caret", "_caseless", "_groups", "_pattern"),
        *("linear", "stalled"),
    )

    def __init__(self, pattern: bytes, *, caseless: bool = False) -> None:
        """Raises ValueError, saying why, where no engine takes the pattern."""
        self.stalled = 0
        self._pattern = pattern
        self._caseless = caseless
        self._groups: Any = None
        self._caret: Any = None
        try:
            made = translate(pattern, caseless=caseless)
            self._anywhere: Any = _linear(made, captures=False)
            self.linear = True
            if captures(pattern):  # few have any: ready before the first match
                self._groups = _linear(made, captures=True)
        except (Untranslatable, _Refused) as refusal:
            self._anywhere = _Backtracking(pattern, refusal, caseless=caseless)
            self.linear = False

    @staticmethod
    @lru_cache(maxsize=KEPT)
    def of(pattern: bytes, *, caseless: bool = False) -> Expression:
        """The expression, compiled once. Raises ValueError."""
        return Expression(pattern, caseless=caseless)

    def found(self, value: bytes) -> bool:
        """Whether it matches anywhere."""
        if not self.linear or value[-1:] == b"\n":
            return self.spans(value, groups=False) is not None
        return self._anywhere.search(value) is not None

    def spans(self, value: bytes, start: int = 0, *, groups: bool = True) -> Spans | None:
        """The leftmost match at or after `start`, None where there is none."""
        if not self.linear:
            try:
                return cast("Spans | None", self._anywhere.spans(value, start))
            except TimeoutError:
                self.stalled += 1
                return None
        match = self._anywhere.search(value, start)
        if match is None:
            return None
        begin, end = match.span()
        if end == len(value) and value[-1:] == b"\n" and b"^" in self._pattern:
            return self._before_the_end(value, start, [(begin, end)])
        if not groups or self._groups is None:
            return [(begin, end)]
        match = self._groups.search(value, begin)
        return [match.span(group) for group in range(self._groups.groups + 1)]

    def _before_the_end(self, value: bytes, start: int, found: Spans) -> Spans | None:
        """PCRE's ^ does not hold behind a newline that ends the value, RE2's does. The backtracker
        knows the difference; where it stalls, what RE2 found stands, so that nothing gets past."""
        try:
            if self._caret is None:
                self._caret = _Backtracking(self._pattern, None, caseless=self._caseless)
            return cast("Spans | None", self._caret.spans(value, start))
        except TimeoutError:
            self.stalled += 1
            return found
        except ValueError:
            return found


class _Backtracking:
    """Lookaround, backreferences, possessive and atomic groups; raises TimeoutError."""

    def __init__(self, pattern: bytes, refusal: Exception | None, *, caseless: bool) -> None:
        import regex

        bits = regex.DOTALL | regex.MULTILINE | regex.ASCII | regex.VERSION0
        if caseless:
            bits |= regex.IGNORECASE
        self._limit = TIMEOUT
        try:
            self._program: Any = regex.compile(translate(pattern, linear=False), bits)
        except (regex.error, RecursionError, OverflowError) as error:
            what = f"no regular expression: {error} ({refusal})" if refusal else str(error)
            raise ValueError(f"{what}; escape what is meant literally") from error

    def spans(self, value: bytes, start: int) -> Spans | None:
        try:
            match = self._program.search(value, start, timeout=self._limit)
        except TimeoutError:
            self._limit = max(LEAST, self._limit / 2)
            raise
        if match is None:
            return None
        return [match.span(group) for group in range(self._program.groups + 1)]


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
