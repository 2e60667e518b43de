"""How many requests came and how many were refused, over time."""

from __future__ import annotations

from typing import Final

import msgspec

from vedette.model.instant import SECOND

HOUR: Final = 3_600 * SECOND
WIDTHS: Final = (HOUR // 4, HOUR, 6 * HOUR, 24 * HOUR)
MOST: Final = 200
"""Buckets; where there would be more, they are wider, and of the widest the newest are kept."""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """Buckets of `width` microseconds by event time, the last one under way: when each begins
    (microseconds), all `requests` in it (counted once a minute), those that the rules refused
    (`blocked`) or would have (`would_block`), and those that an action refused (`turned_away`)."""

    width: int
    times: tuple[int, ...]
    requests: tuple[int, ...]
    would_block: tuple[int, ...]
    blocked: tuple[int, ...]
    turned_away: tuple[int, ...]


class Counting:
    """Counts what came in [start, end] (microseconds)."""

    def __init__(self, start: int, end: int) -> None:
        span = max(end - start, 0)
        self.width = next((each for each in WIDTHS if span // each < MOST), WIDTHS[-1])
        self._last = end // self.width
        self._first = max(start // self.width, self._last - MOST)
        length = max(self._last - self._first + 1, 1)
        self._counts = {name: [0] * length for name in _COUNTED}

    def add(self, what: str, time: int, count: int = 1) -> None:
        """So many of `what` (a field of `Course`) at a time; others are not counted."""
        place = time // self.width - self._first
        if 0 <= place < len(self._counts[what]):
            self._counts[what][place] += count

    def course(self) -> Course:
        length = len(self._counts["requests"])
        return Course(
            width=self.width,
            times=tuple((self._first + n) * self.width for n in range(length)),
            **{name: tuple(counts) for name, counts in self._counts.items()},
        )


_COUNTED: Final = ("requests", "would_block", "blocked", "turned_away")
