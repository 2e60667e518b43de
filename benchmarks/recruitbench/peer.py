"""What the peers have in common: a score for each file, a border of their own, a CPU to count."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol


class UnavailableError(Exception):
    """A peer is not installed or does not start; the message says what to do."""


class Score(NamedTuple):
    """What a filter says of a message: a number that grows with suspicion, and whether the filter
    marks it, with the settings it is delivered with."""

    value: float
    marked: bool


class Peer(Protocol):
    """A filter that runs. `warming` messages go first, uncounted: as many as it takes until all
    that it makes once is made."""

    name: str
    version: str
    warming: int

    def scores(self, paths: Sequence[Path]) -> list[Score]:
        """One for each message. Raises UnavailableError where it stops answering."""
        ...

    def cpu(self) -> float:
        """CPU seconds that it has used so far to judge messages."""
        ...

    def close(self) -> None:
        """End all that was started."""
        ...
