"""Durations and sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.engine.config.units import (
    format_duration,
    format_size,
    parse_duration,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("250ms", 250_000),
        ("90s", 90_000_000),
        ("1h30m", 5_400_000_000),
        ("1.5d", 129_600_000_000),
        (" 2 W ", 1_209_600_000_000),
        (0, 0),
    ],
)
def test_durations(text: object, micros: int) -> None:
    assert parse_duration(text) == micros


@pytest.mark.parametrize(
    ("text", "count"),
    [("512MB", 512_000_000), ("1 GiB", 1 << 30), ("1.5kb", 1500), (4096, 4096), ("7B", 7)],
)
def test_sizes(text: object, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize(
    "value", ["", "5", 5, "m", "5 minutes", "-1s", "1m-", None, True, [], "9" * 30 + "s", 1.5]
)
def test_what_is_no_duration(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not a duration; write|too large"):
        parse_duration(value)


@pytest.mark.parametrize("value", ["", "5XB", -1, None, True, 1.5, "999999999TB", 1 << 63])
def test_what_is_no_size(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not a size; write|too large"):
        parse_size(value)


@given(st.integers(0, 10**15))
def test_what_is_written_is_read_back(value: int) -> None:
    assert parse_size(format_size(value)) == value
    micros = value * 1000
    assert parse_duration(format_duration(micros)) == pytest.approx(micros, rel=1e-5)
