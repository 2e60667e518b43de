"""@streq, @contains, @containsWord, @strmatch, @within, @beginsWith, @endsWith: texts."""

from __future__ import annotations

from collections.abc import Callable

from vedette.seclang.operators.match import Match

Compare = Callable[[bytes, bytes], "tuple[int, int] | None"]
"""Value and argument to the span that satisfied; None where it does not hold."""


class Text:
    """A comparison with an argument that may hold macros."""

    def __init__(self, compare: Compare, argument: bytes, *, macros: bool) -> None:
        self.macros = macros
        self._compare = compare
        self._argument = argument

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        span = self._compare(value, argument if self.macros else self._argument)
        return None if span is None else Match((), *span)


def equal(value: bytes, argument: bytes) -> tuple[int, int] | None:
    return (0, len(value)) if value == argument else None


def contains(value: bytes, argument: bytes) -> tuple[int, int] | None:
    at = value.find(argument)
    return None if at < 0 else (at, at + len(argument))


def within(value: bytes, argument: bytes) -> tuple[int, int] | None:
    """The value is found in the argument; an empty one is."""
    return (0, len(value)) if value in argument else None


def begins(value: bytes, argument: bytes) -> tuple[int, int] | None:
    return (0, len(argument)) if value.startswith(argument) else None


def ends(value: bytes, argument: bytes) -> tuple[int, int] | None:
    return (len(value) - len(argument), len(value)) if value.endswith(argument) else None


def contains_word(value: bytes, argument: bytes) -> tuple[int, int] | None:
    """The argument with no ASCII letter on either side: to libmodsecurity, a digit ends a word."""
    size = len(argument)
    if not size:
        return (0, 0)
    at = value.find(argument)
    while at >= 0:
        if not _letter(value[at - 1 : at]) and not _letter(value[at + size : at + size + 1]):
            return (at, at + size)
        at = value.find(argument, at + 1)
    return None


def _letter(byte: bytes) -> bool:
    return byte.isalpha()


COMPARISONS: dict[str, Compare] = {
    "streq": equal,
    "contains": contains,
    "strmatch": contains,
    "containsword": contains_word,
    "within": within,
    "beginswith": begins,
    "endswith": ends,
}
