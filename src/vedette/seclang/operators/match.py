"""What an operator says of a value."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Match(msgspec.Struct, frozen=True):
    """The operator holds. `groups` are what `capture` puts into TX:0 to TX:9 (None: did not take
    part); `start` and `end` are the bytes of the transformed value that satisfied it."""

    groups: tuple[bytes | None, ...] = ()
    start: int = 0
    end: int = 0


class Test(Protocol):
    """An operator with its argument. `holds` is not negated: the engine does that. `argument` is
    the expanded one where the written one holds macros, else it is ignored."""

    macros: bool

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None: ...
