"""Now: what is happening, what Vedette did about it, and whether its sources speak."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import msgspec

from vedette.console.screens.now.pace import paced
from vedette.console.screens.now.reading import Now, matters_now, needs_now, read_now
from vedette.console.table import Act, Done, Nothing, View

if TYPE_CHECKING:
    from vedette.console.pages import Pages
    from vedette.console.seat import Seat


def seen(seat: Seat, asked: Nothing) -> Done:
    """From now on `since` tells of what comes later."""
    person = seat.who.person
    preferences = msgspec.structs.replace(person.preferences, last_visit=seat.now())
    seat.access.people.prefer(person.id, preferences)
    return Done("Seen. What changes from now on is told next time.", "/")


VIEWS: Final[tuple[View, ...]] = (
    View(
        "now", "/", "viewer", "What is happening", Nothing, Now, read_now,
        template="now.html", api=False, title="Now",
    ),
    View("now.read", "/now", "viewer", "What is happening", Nothing, Now, read_now),
)  # fmt: skip
ACTS: Final[tuple[Act, ...]] = (
    Act(
        "now.seen", "/now/seen", "viewer", "Say that all that changed was seen",
        Nothing, Done, seen, "read", then=lambda done: done.next, said=lambda done: done.said,
    ),
)  # fmt: skip


def _headline(seat: Seat, pages: Pages) -> str:
    return pages.part("now_parts.html", "headline", needs_now(seat))


def _incidents(seat: Seat, pages: Pages) -> str:
    return pages.part("now_parts.html", "incidents", matters_now(seat), seat.now())


def _sources(seat: Seat, pages: Pages) -> str:
    return paced(seat, pages)


PARTS: Final[tuple[tuple[str, Callable[[Seat, Pages], str]], ...]] = (
    ("headline", _headline),
    ("incidents", _incidents),
    ("sources", _sources),
)
"""Parts of the page that all browsers share, each with what renders it."""
