"""A share that was measured on few cases, with its interval: the Beta distribution."""

from __future__ import annotations

import math
from typing import Final

STEPS: Final = 200
SMALL: Final = 1e-300
ENOUGH: Final = 1e-12


def below(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction
    (DLMF 8.17.22)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - below(b, a, 1.0 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > SMALL else SMALL)
    fraction = d
    for m in range(1, STEPS):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + top * d
            d = 1.0 / (d if abs(d) > SMALL else SMALL)
            c = 1.0 + top / c
            c = c if abs(c) > SMALL else SMALL
            fraction *= c * d
        if abs(c * d - 1.0) < ENOUGH:
            break
    return front * fraction / a


def quantile(a: float, b: float, share: float) -> float:
    """The x below which `share` of the distribution lies, to about 1e-9."""
    low, high = 0.0, 1.0
    for _ in range(32):
        middle = (low + high) / 2
        if below(a, b, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
