"""Turns at the stored events: few searches at once, so that events never wait for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Event
from typing import TYPE_CHECKING, Final

from vedette.model.errors import BusyError
from vedette.store.bounded import Bounds
from vedette.store.kept_engine import KeptEngine

if TYPE_CHECKING:
    from vedette.console.seat import Seat

AT_ONCE: Final = 2
PATIENCE: Final = 5.0
"""Seconds that a search waits for its turn."""
LOOK: Final = 0.1
MEMORY: Final = "256MB"
THREADS: Final = 1
"""Of all searches together."""
SECONDS: Final = 10.0
"""What a search may take before it tells what it has found so far."""


class Turns:
    """Any thread may call; `close` ends what runs."""

    def __init__(self) -> None:
        self._turns = BoundedSemaphore(AT_ONCE)
        self._closed = Event()
        self._engine = KeptEngine(MEMORY, THREADS)

    @contextmanager
    def turn(self, gone: Event) -> Iterator[Bounds]:
        """What a search may use while it is its turn. `gone` is set when nobody waits for it any
        more. Raises BusyError where its turn does not come."""
        waited = 0.0
        while not self._turns.acquire(timeout=LOOK):
            waited += LOOK
            if waited >= PATIENCE or gone.is_set() or self._closed.is_set():
                raise BusyError(
                    f"{AT_ONCE} searches of stored events are running; try again in some seconds"
                )
        try:
            yield Bounds(
                seconds=SECONDS,
                gone=lambda: gone.is_set() or self._closed.is_set(),
                engine=self._engine,
            )
        finally:
            self._turns.release()

    def close(self) -> None:
        self._closed.set()
        self._engine.close()


def turns_of(seat: Seat) -> Turns:
    """The turns of this console."""
    return seat.place.kept.of(Turns, Turns)
