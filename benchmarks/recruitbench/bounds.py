"""Exact bounds of a share that was counted (Clopper and Pearson, Biometrika 1934)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

CONFIDENCE: Final = 0.95


def exact_bounds(hits: int, total: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Lower and upper bound of the share behind `hits` of `total`, two-sided. Raises ValueError
    where hits are below 0 or above the total."""
    if not 0 <= hits <= total:
        raise ValueError(f"{hits} of {total} is no share")
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _root(lambda p: _at_least(hits, total, p) - tail)
    high = 1.0 if hits == total else _root(lambda p: tail - _at_most(hits, total, p))
    return low, high


def _at_least(hits: int, total: int, p: float) -> float:
    return math.fsum(_exactly(k, total, p) for k in range(hits, total + 1))


def _at_most(hits: int, total: int, p: float) -> float:
    return math.fsum(_exactly(k, total, p) for k in range(hits + 1))


def _exactly(hits: int, total: int, p: float) -> float:
    if p <= 0 or p >= 1:
        return float(hits == (0 if p <= 0 else total))
    ways = math.lgamma(total + 1) - math.lgamma(hits + 1) - math.lgamma(total - hits + 1)
    return math.exp(ways + hits * math.log(p) + (total - hits) * math.log1p(-p))


def _root(grows: Callable[[float], float]) -> float:
    """Where a growing function of 0 to 1 passes zero."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if grows(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
