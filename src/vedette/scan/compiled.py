"""What is written in C, where it was built: the same answers, sooner."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from vedette.scan._native import Conditions, Finder, Items

VARIABLE: Final = "VEDETTE_NATIVE"
"""0 turns off what is written in C."""


class Compiled(NamedTuple):
    """The types written in C. Numbers that they take as bytes are 32 bits wide, in the order of
    this machine."""

    finder: type[Finder]
    items: type[Items]
    conditions: type[Conditions]


def compiled() -> Compiled | None:
    """What was built, unless it is turned off."""
    return None if os.environ.get(VARIABLE) == "0" else _built()


@cache
def _built() -> Compiled | None:
    try:
        from vedette.scan._native import Conditions, Finder, Items
    except ImportError:
        return None
    return Compiled(Finder, Items, Conditions)
