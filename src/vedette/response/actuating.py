"""What an actuator is. All that one who adds another has to know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol, runtime_checkable

import msgspec

from vedette.model.action import Action


class Planned(msgspec.Struct, frozen=True):
    """What an action would do, for people: `words`; and how it is taken back: `undo`."""

    words: str
    undo: str


class Verified(msgspec.Struct, frozen=True):
    """What the world says of an action. `unknown` where it could not be asked (`detail`: why)."""

    state: Literal["applied", "absent", "unknown"]
    detail: str = ""


class Actuator(Protocol):
    """Carries out actions of its kinds.

    Each call is idempotent, ends within `seconds` and raises `ActuatorError` (what failed, what to
    do) and nothing else. Nothing is remembered between calls but in the world itself.
    """

    kinds: frozenset[str]
    seconds: float

    def plan(self, action: Action) -> Planned:
        """What would be done. Touches nothing. Raises where it could not be done here at all."""
        ...

    def apply(self, action: Action) -> None:
        """Do it, until `action.expires` at the latest where the world itself can end it."""
        ...

    def verify(self, action: Action) -> Verified:
        """Ask the world."""
        ...

    def undo(self, action: Action) -> None:
        """Take it back. Fine where there is nothing to take back."""
        ...

    def standing(self) -> Iterable[str]:
        """The ids of the actions that stand in the world, whoever wrote them down."""
        ...


@runtime_checkable
class Sweeper(Protocol):
    """What an actuator may be besides: quick where there are many at once."""

    def look(self, actions: Sequence[Action]) -> Sequence[Verified]:
        """`verify` of each, in their order."""
        ...

    def sweep(self, actions: Sequence[Action]) -> Sequence[Verified]:
        """`undo` of all of them, and then `verify` of each, in their order."""
        ...
