"""Exact numbers, and the comparisons of a correlation's condition.

Sums are exact (integers and fractions), so that the order in which a window was filled, or a
restart in between, can't change a digit of what is reported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

Number = int | Fraction
Comparison = tuple[str, Number]
"""An operator of `ir.CorrelationCondition.compare` and its threshold."""

# Lengths are bounded so that a hostile value can't make arithmetic expensive.
_NUMBER: Final = re.compile(r"\s*([+-]?[0-9]{1,30})(\.[0-9]{0,30})?([eE][+-]?[0-9]{1,2})?\s*\Z")


def number(text: str) -> Number | None:
    """The decimal number that a field's text states; None where it states none."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    if found[2] is None and found[3] is None:
        return int(found[1])
    return normal(Fraction(text.strip()))


def normal(value: Number) -> Number:
    """An integer where the value is one."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def text_of_number(value: Number) -> str:
    """Decimal text: whole numbers in full, others as the nearest double."""
    value = normal(value)
    return str(value) if isinstance(value, int) else repr(float(value))


def exact(value: Number) -> str:
    """Text from which `Fraction` restores the very value."""
    return str(value)


def restored(text: str) -> Number:
    """The inverse of `exact`."""
    return normal(Fraction(text))


def comparisons(compare: Iterable[tuple[str, float]]) -> tuple[Comparison, ...]:
    """Thresholds as the numbers their decimal text states (0.1 is a tenth). Raises ValueError for
    infinities and NaN."""
    return tuple((op, normal(Fraction(repr(threshold)))) for op, threshold in compare)


def holds(compare: Iterable[Comparison], value: Number) -> bool:
    """True if every comparison does."""
    for op, threshold in compare:
        if op == "gte":
            met = value >= threshold
        elif op == "gt":
            met = value > threshold
        elif op == "lte":
            met = value <= threshold
        elif op == "lt":
            met = value < threshold
        elif op == "eq":
            met = value == threshold
        else:
            met = value != threshold
        if not met:
            return False
    return True


def rises(compare: Iterable[Comparison]) -> bool:
    """True if a growing value that meets the comparisons goes on meeting them."""
    return all(op in ("gt", "gte") for op, _ in compare)


def least_count(compare: Iterable[Comparison]) -> int:
    """The smallest count that meets lower bounds."""
    least = 1
    for op, threshold in compare:
        least = max(least, math.ceil(threshold) if op == "gte" else math.floor(threshold) + 1)
    return least


def nearest_rank(counts: Mapping[Number, int], percentile: Number) -> Number:
    """The smallest value that at least `percentile` percent of all values do not exceed.

    `counts` says how often each value occurs and is not empty. A percentile of 0 or less gives
    the smallest value, one above 100 the largest.
    """
    values = sorted(counts)
    rank = math.ceil(Fraction(percentile) * sum(counts.values()) / 100)
    seen = 0
    for value in values:
        seen += counts[value]
        if seen >= rank:
            return value
    return values[-1]
