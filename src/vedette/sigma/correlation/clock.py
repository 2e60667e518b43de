"""Event time: how far each source has come, and up to where all matches are in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from vedette.model.instant import EARLIEST, LATEST
from vedette.sigma.correlation.state import Journal, Slot, hashed

NEVER: Final = EARLIEST - 1


class Clock:
    """The watermark: every match that is older has come, or is late.

    It is the least, over the active sources, of the newest event time less the lateness, and
    never goes back. A source is active from its first word on, until it is called idle; it is
    active again with its next word.
    """

    def __init__(self, lateness: int, journal: Journal) -> None:
        self._lateness = lateness
        self._journal = journal
        self._sources: dict[str, int] = {}
        self._newest = NEVER
        self.watermark = NEVER

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that hold the watermark back."""
        return tuple(self._sources)

    def register(self, source: str) -> None:
        """Hold the watermark for a source that has not said anything yet."""
        if source not in self._sources:
            self._put(source, NEVER)

    def hear(self, source: str, seen: int) -> None:
        """The newest event time of a source."""
        seen = min(max(seen, NEVER), LATEST)
        if seen > self._sources.get(source, NEVER - 1):
            self._put(source, seen)
        self._newest = max(self._newest, seen)

    def advance(self, idle: Collection[str], now: int | None) -> None:
        """Move the watermark. Idle sources don't hold it back. Where all are idle, all that came
        is final, and `now` less the lateness is taken for event time, if it is given."""
        for source in idle:
            if self._sources.pop(source, None) is not None:
                self._journal.drop(_key(source))
        if self._sources:
            self.move(min(self._sources.values()) - self._lateness)
        elif self._newest > NEVER:
            self.move(self._newest + 1)
            if now is not None:
                self.move(now - self._lateness)

    def move(self, watermark: int) -> None:
        """Move the watermark on to this time (never back)."""
        self.watermark = max(self.watermark, watermark)

    def save(self, tick: int) -> None:
        """Record where time stands."""
        self._journal.put("w", Slot(ints=(self.watermark, self._newest, tick)))

    def load(self, slot: Slot) -> int:
        """The inverse of `save`: the tick."""
        self.watermark, self._newest, tick = slot.ints
        return tick

    def load_source(self, slot: Slot) -> None:
        self._sources[slot.texts[0]] = slot.ints[0]

    def adopt(self, old: Clock) -> None:
        """Go on where another clock stands."""
        self._sources = dict(old._sources)
        self._newest = old._newest
        self.watermark = old.watermark

    def reset(self) -> None:
        """Forget all sources and times."""
        for source in self._sources:
            self._journal.drop(_key(source))
        self._sources.clear()
        self._newest = self.watermark = NEVER

    def _put(self, source: str, seen: int) -> None:
        self._sources[source] = seen
        self._journal.put(_key(source), Slot(ints=(seen,), texts=(source,)))


def _key(source: str) -> str:
    return f"s/{hashed((source,))}"
