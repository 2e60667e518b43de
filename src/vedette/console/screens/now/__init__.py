"""Now: what is happening, what Vedette did about it, and whether its sources speak."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from vedette.console.screens.now.reading import Now, incidents_now, read_now
from vedette.console.table import Act, Nothing, View

if TYPE_CHECKING:
    from vedette.console.pages import Pages
    from vedette.console.seat import Seat

VIEWS: Final[tuple[View, ...]] = (
    View(
        "now",
        "/",
        "viewer",
        "What is happening",
        Nothing,
        Now,
        read_now,
        template="now.html",
        api=False,
        title="Now",
    ),
    View(
        "now.read", "/now", "viewer", "What is happening", Nothing, Now, read_now,
    ),
)  # fmt: skip
ACTS: Final[tuple[Act, ...]] = ()


def _incidents(seat: Seat, pages: Pages) -> str:
    return pages.part("now_parts.html", "incidents", incidents_now(seat), seat.now())


PARTS: Final[tuple[tuple[str, Callable[[Seat, Pages], str]], ...]] = (("incidents", _incidents),)
"""Parts of the page that all browsers share, each with what renders it."""
