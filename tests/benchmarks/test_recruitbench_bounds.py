"""Exact bounds, against the closed forms at the ends and against simulation's definition."""

from __future__ import annotations

import math

import pytest
from benchmarks.recruitbench.bounds import exact_bounds
from hypothesis import given, settings
from hypothesis import strategies as st


def test_known_values() -> None:
    # no error in n: the upper bound of a one-sided 97.5 % is 1 - 0.025 ** (1 / n)
    assert exact_bounds(0, 299)[1] == pytest.approx(1 - 0.025 ** (1 / 299), abs=1e-9)
    assert exact_bounds(299, 299)[0] == pytest.approx(0.025 ** (1 / 299), abs=1e-9)
    low, high = exact_bounds(5, 10)
    assert (round(low, 4), round(high, 4)) == (0.1871, 0.8129)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 400), st.data())
def test_the_bounds_are_where_the_tails_are(total: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, total))
    low, high = exact_bounds(hits, total)
    assert low <= hits / total <= high

    def chance(k: int, p: float) -> float:
        return math.comb(total, k) * p**k * (1 - p) ** (total - k)

    if hits:
        tail = math.fsum(chance(k, low) for k in range(hits, total + 1))
        assert tail == pytest.approx(0.025, rel=1e-4)
    if hits < total:
        tail = math.fsum(chance(k, high) for k in range(hits + 1))
        assert tail == pytest.approx(0.025, rel=1e-4)


def test_what_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        exact_bounds(3, 2)
