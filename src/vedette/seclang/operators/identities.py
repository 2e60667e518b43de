"""@verifyCC, @verifySSN, @verifyCPF, @verifySVNR: numbers of cards and people, by their checksums.

Each takes an expression that finds candidates. As in libmodsecurity, candidates are looked for
from every byte on: the last 16 digits of 17 count too. Algorithms: ISO/IEC 7812 (Luhn); US Social
Security, Brazil's CPF and Austria's SVNR as their authorities publish them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from vedette.seclang.operators.expressions import Expression
from vedette.seclang.operators.match import Match

Check = Callable[[list[int]], bool]

EFFORT: Final = 64
"""Times that a value is read at most: candidates overlap, and a pattern without an upper bound
would make the search quadratic."""


class Identity:
    """Holds where a candidate has a right checksum; the group is the candidate."""

    macros = False

    def __init__(self, check: Check, pattern: bytes) -> None:
        """Raises ValueError where the pattern can't be compiled."""
        self._check = check
        self._expression = Expression.of(pattern)

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        at, left = 0, EFFORT * len(value)
        while left >= 0 and (spans := self._expression.spans(value, at, groups=False)):
            begin, end = spans[0]
            left -= end - at
            digits = [byte - 48 for byte in value[begin:end] if 48 <= byte <= 57]
            if digits and self._check(digits):
                return Match((value[begin:end],), begin, end)
            at = begin + 1
            if at >= len(value):
                break
        return None


def luhn(digits: list[int]) -> bool:
    """Payment cards: every second digit from the right is doubled, its own digits added up."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += digit if place % 2 == 0 else (digit * 2 - 9 if digit > 4 else digit * 2)
    return total % 10 == 0


def ssn(digits: list[int]) -> bool:
    """US Social Security: no group of zeros, areas below 740 and not 666, no mere sequence."""
    if len(digits) != 9:
        return False
    steps = {right - left for left, right in pairwise(digits)}
    if steps in ({0}, {1}):
        return False
    area, group, serial = (_number(digits[part]) for part in (_AREA, _GROUP, _SERIAL))
    return bool(area and group and serial) and area < 740 and area != 666


_AREA, _GROUP, _SERIAL = slice(0, 3), slice(3, 5), slice(5, 9)


def _number(digits: list[int]) -> int:
    return int("".join(map(str, digits)))


def cpf(digits: list[int]) -> bool:
    """Brazil: two check digits, each modulo 11; further digits are not looked at."""
    own = digits[:11]
    if len(own) != 11 or len(set(own)) == 1 or own == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]:
        return False
    return all(
        own[size]
        == _modulo_11(digit * (size + 1 - place) for place, digit in enumerate(own[:size]))
        for size in (9, 10)
    )


def _modulo_11(products: object) -> int:
    rest = sum(products) % 11  # type: ignore[call-overload]  # a generator of int
    return 0 if rest < 2 else 11 - rest


_SVNR_WEIGHTS: Final = (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)


def svnr(digits: list[int]) -> bool:
    """Austria: the fourth digit is the check digit; further digits are not looked at."""
    own = digits[:10]
    if len(own) != 10 or len(set(own)) == 1:
        return False
    total = sum(digit * weight for digit, weight in zip(own, _SVNR_WEIGHTS, strict=True)) % 11
    return (0 if total == 10 else total) == own[3]


CHECKS: Final[dict[str, Check]] = {
    "verifycc": luhn,
    "verifyssn": ssn,
    "verifycpf": cpf,
    "verifysvnr": svnr,
}
