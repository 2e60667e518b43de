"""Which shield a request is about, and what every answer about one begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from vedette.console.faults import RequestError
from vedette.engine.shield import shields
from vedette.engine.shielding.shield import Shield, shield_of

if TYPE_CHECKING:
    from vedette.console.seat import Seat

Name = Annotated[
    str, msgspec.Meta(max_length=128, description="the source of kind shield; left out: the first")
]
Text = Annotated[str, msgspec.Meta(max_length=2_000)]
UrlPath = Annotated[str, msgspec.Meta(min_length=1, max_length=1_024)]


def names_of(seat: Seat) -> tuple[str, ...]:
    """All shields of the configuration."""
    return tuple(entry.name for entry in shields(seat.config))


def seen(seat: Seat, name: str) -> Shield | None:
    """The shield to look at: the first where none is named, None where there is none at all.
    Raises RequestError, ConfigError."""
    names = names_of(seat)
    if name and name not in names:
        raise RequestError("unknown", f"{name}: no website source is called so")
    return shield_of(seat.config, name or names[0]) if names else None


def decided_about(seat: Seat, name: str) -> Shield:
    """The shield to decide about: named, or the only one. Raises RequestError, ConfigError."""
    names = names_of(seat)
    if not names:
        raise RequestError("unknown", "no website is configured (docs/how-to/shield-protect.md)")
    if not name and len(names) > 1:
        raise RequestError("invalid", f"shield: say which: {', '.join(names)}")
    found = seen(seat, name)
    assert found is not None, "there are names"
    return found
