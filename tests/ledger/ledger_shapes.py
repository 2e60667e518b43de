"""Ledgers for tests: small segments, a clock that is told what time it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from vedette.ledger.ledger import Ledger

START: Final = 1_795_000_000_000_000


class Clock:
    """One microsecond later at each look, unless it is set."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> int:
        self.time += 1
        return self.time


def opened(folder: Path, clock: Clock | None = None, **options: Any) -> Ledger:
    """The ledger in `folder`, its key beside it."""
    settings = {"every": 7, "segment_bytes": 2500, **options}
    return Ledger(folder / "ledger", folder / "ledger.key", clock or Clock(), **settings)


def filled(folder: Path, count: int) -> Path:
    """The folder of a closed ledger with so many entries, in several segments."""
    with opened(folder) as ledger:
        for number in range(count):
            ledger.append("action", "ann", {"number": number, "words": "é\n\u2028 " * (number % 5)})
    return folder / "ledger"
