"""Recruiter lures: what was examined, held, reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from vedette.console.screens.lures.reading import (
    Id,
    Lure,
    LureQuery,
    Lures,
    LuresQuery,
    read_lure,
    read_lures,
)
from vedette.console.table import Act, View
from vedette.engine.thwarting.asking import Unmasked
from vedette.engine.unmasking import unmasked
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.console.seat import Seat

LONGEST: Final = 2_000


class Unmasking(msgspec.Struct, frozen=True):
    """A finding whose sealed parts are to be seen, and why: it is recorded before."""

    finding: Id
    reason: Annotated[str, msgspec.Meta(min_length=5, max_length=LONGEST)]


def unmask(seat: Seat, body: Unmasking) -> Lure:
    """The message with subject and people. In the ledger first, with who asked and why."""

    def write(why: str) -> None:
        seat.ask(Unmasked(body.finding, why))

    content = unmasked(seat.config, body.finding, body.reason, write)
    shown = {name: visible(value) for name, value in content.items()}
    found = read_lure(seat, LureQuery(body.finding))
    return msgspec.structs.replace(found, unmasked=shown)


VIEWS: Final[tuple[View, ...]] = (
    View("lures", "/lures", "viewer", "Messages that were taken for lures", LuresQuery, Lures,
         read_lures, template="lures.html", title="Lures"),
    View("lures.one", "/lures/{finding}", "viewer", "One message, and why", LureQuery, Lure,
         read_lure, template="lure.html", title="Lure"),
)  # fmt: skip
ACTS: Final[tuple[Act, ...]] = (
    Act("lures.unmask", "/lures/{finding}/unmask", "analyst",
        "See subject and people of a message; recorded before it is shown", Unmasking, Lure,
        unmask, "write:incidents", template="lure.html"),
)  # fmt: skip
