"""Thresholds on a score: how one is chosen for a share of false alarms, and what it gives."""

from __future__ import annotations

import math
from collections.abc import Sequence


def border(honest: Sequence[float], share: float) -> float:
    """The lowest border that at most `share` of the honest scores exceed; an alarm is a score
    above it. Ties with the border raise no alarm. -inf: all that can raise an alarm may."""
    allowed = math.floor(share * len(honest))
    ranked = sorted(honest, reverse=True)
    return ranked[allowed] if allowed < len(ranked) else float("-inf")


def above(scores: Sequence[float], edge: float) -> int:
    """How many exceed the border."""
    return sum(score > edge for score in scores)
