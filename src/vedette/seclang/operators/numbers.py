"""Comparisons of numbers, read as libmodsecurity reads them.

Blanks, a sign and decimal digits count, what follows does not; without digits it is 0. @eq reads
32 bits (std::stoi), where too large a number is 0; the others read 64 bits (atoll), where it is
the largest there is.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final

from vedette.seclang.operators.match import Match

_NUMBER: Final = re.compile(rb"[ \t-\r]*([+-]?)0*([0-9]*)")
_INT: Final = 2**31
_LONG: Final = 2**63


def narrow(text: bytes) -> int:
    """As @eq reads it."""
    number = _read(text)
    return number if -_INT <= number < _INT else 0


def wide(text: bytes) -> int:
    """As @lt, @le, @gt and @ge read it."""
    return max(-_LONG, min(_read(text), _LONG - 1))


def _read(text: bytes) -> int:
    if text.isdigit() and len(text) < 19:
        return int(text)
    found = _NUMBER.match(text)
    assert found is not None  # all of it may be empty
    digits = found[2][:20]  # more digits are too large all the same, and int() is not linear
    number = int(digits) if digits else 0
    return -number if found[1] == b"-" else number


class Number:
    """A comparison with an argument that may hold macros."""

    def __init__(self, name: str, argument: bytes, *, macros: bool) -> None:
        self.macros = macros
        self._read = narrow if name == "eq" else wide
        self._compare: Callable[[int, int], bool] = getattr(operator, name)
        self._number = self._read(argument)

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        number = self._read(argument) if self.macros else self._number
        return Match((), 0, len(value)) if self._compare(self._read(value), number) else None
