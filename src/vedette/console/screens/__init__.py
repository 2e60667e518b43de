"""The screens, one package each: `VIEWS` and `ACTS` of it make the table."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from vedette.console.screens import (
    actions,
    incidents,
    lures,
    now,
    rules,
    search,
    settings,
    tryit,
    websites,
)
from vedette.console.seat import Seat
from vedette.console.table import Table
from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    from vedette.console.pages import Pages
    from vedette.console.place import Place

_SCREENS = (now, incidents, lures, websites, rules, search, tryit, actions, settings)

_log = logging.getLogger(__name__)


def table() -> Table:
    """Every route of the console."""
    return Table(
        [view for screen in _SCREENS for view in screen.VIEWS],
        [act for screen in _SCREENS for act in screen.ACTS],
    )


def parts_of(place: Place, pages: Pages) -> Callable[[], list[tuple[str, str]]]:
    """What gives the parts that all browsers share, rendered once, where they changed."""
    before: dict[str, str] = {}
    trouble = ""

    def changed() -> list[tuple[str, str]]:
        nonlocal trouble
        seat = Seat(place, None)
        said = []
        try:
            for name, render in now.PARTS:
                html = render(seat, pages)
                if before.get(name) != html:
                    before[name] = html
                    told = msgspec.json.encode({"part": name, "html": html}).decode()
                    said.append(("part", told))
            trouble = ""
        except (VedetteError, sqlite3.Error) as error:
            if str(error) != trouble:
                trouble = str(error)
                _log.warning("live parts: %s", error)
        finally:
            seat.close()
        return said

    return changed
