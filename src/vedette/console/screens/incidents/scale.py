"""Where moments stand on a line on which hours and weeks are both seen.

An attack may rest for three weeks between a lure and its first program: on a plain scale all else
would be one dot. So the gaps between moments are drawn by their logarithm, in order.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from vedette.model.instant import SECOND

UNIT: Final = 10 * SECOND
"""A gap that is as good as none."""
WIDTH: Final = 1_000
"""Units of the line, from the first moment to the last."""
MOST: Final = 2_000


class Scale:
    """Moments (microseconds) to places from 0 to `WIDTH`."""

    def __init__(self, moments: Iterable[int]) -> None:
        known = sorted(set(moments))[:MOST]
        self._moments: Sequence[int] = known or [0]
        places = [0.0]
        for before, after in pairwise(known):
            places.append(places[-1] + math.log2(1 + (after - before) / UNIT))
        whole = places[-1] or 1.0
        self._places = [place / whole * WIDTH for place in places]

    def place(self, moment: int) -> float:
        """Where a moment stands; between two that are known, in proportion."""
        at = bisect_right(self._moments, moment)
        if at == 0:
            return 0.0
        if at == len(self._moments):
            return self._places[-1]
        before, after = self._moments[at - 1], self._moments[at]
        share = (moment - before) / (after - before)
        return self._places[at - 1] + share * (self._places[at] - self._places[at - 1])
