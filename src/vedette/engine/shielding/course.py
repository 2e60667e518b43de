"""How many requests came and how many were refused, over time."""

from __future__ import annotations

from collections import defaultdict
from typing import Final, Literal

import msgspec

from vedette.model.instant import SECOND

HOUR: Final = 3_600 * SECOND
FINEST: Final = HOUR // 4
WIDTHS: Final = (FINEST, HOUR, 6 * HOUR, 24 * HOUR)
MOST: Final = 200
"""Buckets; where there would be more, they are wider, and of the widest the newest are kept."""
LEAST: Final = 24
"""Buckets, however little there is to show."""

What = Literal["requests", "would_block", "blocked", "turned_away"]


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
        self._start, self._end = start, end
        self._counts: dict[tuple[What, int], int] = defaultdict(int)

    def add(self, what: What, time: int, count: int = 1) -> None:
        """So many of them at a time; at other times they are not counted."""
        if self._start <= time <= self._end:
            self._counts[what, time // FINEST] += count

    def course(self) -> Course:
        """From the first that came, in buckets as fine as there is room for."""
        earliest = min((place for _, place in self._counts), default=self._end // FINEST) * FINEST
        width = next((each for each in WIDTHS if self._places(earliest, each) <= MOST), WIDTHS[-1])
        last = self._end // width
        first = last + 1 - max(LEAST, min(self._places(earliest, width), MOST))
        counted: dict[What, list[int]] = {
            "requests": [], "would_block": [], "blocked": [], "turned_away": []
        }  # fmt: skip
        for counts in counted.values():
            counts.extend([0] * (last + 1 - first))
        for (what, place), count in self._counts.items():
            at = place * FINEST // width - first
            if at >= 0:
                counted[what][at] += count
        return Course(
            width=width,
            times=tuple(place * width for place in range(first, last + 1)),
            requests=tuple(counted["requests"]),
            would_block=tuple(counted["would_block"]),
            blocked=tuple(counted["blocked"]),
            turned_away=tuple(counted["turned_away"]),
        )

    def _places(self, earliest: int, width: int) -> int:
        return self._end // width - earliest // width + 1
