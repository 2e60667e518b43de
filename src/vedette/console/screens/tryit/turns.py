"""Who may try something now: each try may cost a second of a processor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from vedette.console.faults import RequestError

if TYPE_CHECKING:
    from vedette.console.seat import Seat

AT_ONCE: Final = 2
PATIENCE: Final = 5.0
"""Seconds that one waits for its turn."""


class Turns:
    """Any thread may call."""

    def __init__(self) -> None:
        self._free = BoundedSemaphore(AT_ONCE)

    @contextmanager
    def one(self) -> Iterator[None]:
        """A turn. Raises RequestError where none comes in time."""
        if not self._free.acquire(timeout=PATIENCE):
            raise RequestError("too-many", "others are trying something; try again in some seconds")
        try:
            yield
        finally:
            self._free.release()


def turn(seat: Seat) -> Turns:
    return seat.place.kept.of(Turns, Turns)
