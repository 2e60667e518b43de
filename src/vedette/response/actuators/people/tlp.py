"""The Traffic Light Protocol 2.0 (FIRST, August 2022): with whom something may be shared."""

from __future__ import annotations

from typing import Final, Literal

Tlp = Literal["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"]

ORDER: Final[tuple[Tlp, ...]] = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""From what all the world may know to what the recipients alone may."""


def may_carry(highest: Tlp, what: Tlp) -> bool:
    """Whether a channel of this highest level may carry something of level `what`."""
    return ORDER.index(what) <= ORDER.index(highest)


def strictest(levels: tuple[Tlp, ...]) -> Tlp:
    """The level of things told together."""
    return max(levels, key=ORDER.index, default="CLEAR")


def tlp_of(text: str) -> Tlp:
    """A level however people write it (`tlp:amber`). Raises ValueError."""
    plain = text.strip().upper().removeprefix("TLP:")
    for level in ORDER:
        if level == plain:
            return level
    raise ValueError(f"{text[:40]!r} is no TLP level; use one of {', '.join(ORDER)}")
