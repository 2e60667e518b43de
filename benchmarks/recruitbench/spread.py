"""A part of many that stands for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def spread(entries: Sequence[T], count: int) -> list[T]:
    """At most `count` at equal distances, in order (0: all)."""
    if not count or len(entries) <= count:
        return list(entries)
    return [entries[index * len(entries) // count] for index in range(count)]
