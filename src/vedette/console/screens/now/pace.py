"""The part about sources, sent at a pace: their figures change every second, and every browser
is told of each change."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final

from vedette.console.screens.now.health import SourceHealth, sources
from vedette.model.instant import SECOND

if TYPE_CHECKING:
    from vedette.console.pages import Pages
    from vedette.console.seat import Seat

EVERY: Final = 5 * SECOND


class _Last:
    def __init__(self) -> None:
        self.lock = Lock()
        self.at = 0
        self.states: tuple[tuple[str, str], ...] = ()
        self.html = ""


def paced(seat: Seat, pages: Pages) -> str:
    """The part, made anew after `EVERY` or where a source's state is another."""
    last = seat.place.kept.of(_Last, _Last)
    now = seat.now()
    found = sources(seat.state, now)
    states = tuple(map(_state, found))
    with last.lock:
        if states != last.states or now - last.at >= EVERY:
            last.html = pages.part("now_parts.html", "sources", found, now)
            last.at, last.states = now, states
        return last.html


def _state(source: SourceHealth) -> tuple[str, str]:
    return source.name, source.state
