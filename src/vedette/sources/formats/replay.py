"""Going on in the middle of lines that were partly given out already."""

from __future__ import annotations

from collections.abc import Iterable


class Replay:
    """Says which lines of a second reading still count.

    A reader that joins lines of interleaved events goes on at the first line it held back; of the
    lines behind that, some belong to events that were given out before. `pending` are the offsets
    (from where reading starts again) of those held back, `span` is how far the first reading
    went: all other lines below `span` are passed over.
    """

    __slots__ = ("_end", "_pending", "_span", "_start", "_waiting", "next")

    def __init__(self, pending: Iterable[int] = (), span: int = 0) -> None:
        self._pending = tuple(pending)
        self._span = span
        self._start: int | None = None
        self._waiting: set[int] = set()
        self._end = 0
        self.next = 0
        """The number of the line after the last one fed; 0 before the first."""

    def fed(self, first: int, count: int) -> bool:
        """Note that lines `first` to `first + count - 1` come now. True if some of them may be
        old, so that `wanted` has to be asked about each."""
        if self._start is None:
            self._start = first
            self._waiting = {first + offset for offset in self._pending}
            self._end = first + self._span
        self.next = first + count
        return first < self._end

    def wanted(self, number: int) -> bool:
        """True if this line was not dealt with on the first reading."""
        if number >= self._end:
            return True
        if number not in self._waiting:
            return False
        self._waiting.discard(number)
        return True

    def held(self, open_lines: Iterable[int]) -> int | None:
        """The first line that is held back, where `open_lines` are held by the reader."""
        return min((*open_lines, *self._waiting), default=None)

    def mark(self, open_lines: Iterable[int]) -> tuple[list[int], int]:
        """`pending` and `span` for a reader that goes on at `held()`, or at `next` where
        nothing is held."""
        if self._start is None:
            return list(self._pending), self._span
        lines = sorted({*open_lines, *self._waiting})
        start = lines[0] if lines else self.next
        span = max(self.next, self._end) - start
        return [number - start for number in lines], max(span, 0)
