"""What a watch asks of its detector beyond judging batches: memory that outlives the process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from vedette.model.delta import Delta
from vedette.model.finding import Finding
from vedette.model.protocols import Detector


class WatchDetector(Detector, Protocol):
    """A detector with memory. The cycle is: `inspect` each batch of a flush, `delta`, commit.

    All calls come from one thread, one at a time. A flush is inspected once; where its commit
    fails it is the same findings and the same delta that are committed later.
    """

    def advance(self, now: int) -> Sequence[Finding]:
        """About once a second: the findings that time alone completes. `now` is in microseconds
        since the epoch."""
        ...

    def delta(self) -> Delta:
        """What changed in the memory since the last call."""
        ...

    def restore(self, items: Mapping[str, bytes]) -> None:
        """Go on from all puts without what was deleted since; called once, before anything."""
        ...
