"""What holding and retracting need of mailboxes, whatever they lie in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

import msgspec

from vedette.lure.fingerprint import is_fingerprint
from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.model.instant import SECOND

AT_ONCE: Final = 8
DAYS: Final = 14
"""A message is looked for among what came in so many days before the decision."""
DAY: Final = 86_400 * SECOND

T = TypeVar("T")


class Wanted(msgspec.Struct, frozen=True):
    """Which message: its fingerprint; its Message-ID where that is known ("" where not), else what
    came from `since` on (microseconds since the epoch) is looked at."""

    fingerprint: str
    message_id: str
    since: int


class Box(Protocol):
    """One person's mailbox, all folders of it. Each call raises ActuatorError and nothing else."""

    name: str
    """Whose it is: an address or a login name."""

    def copies(self, wanted: Wanted) -> int:
        """How many copies lie where the person sees them."""
        ...

    def take(self, action: str, wanted: Wanted) -> int:
        """Move all of them to where `action` keeps them; how many there were."""
        ...

    def kept(self, action: str) -> int | None:
        """How many messages `action` keeps; None where it keeps no place at all."""
        ...

    def give_back(self, action: str) -> int:
        """Put each back where it was, as it was; how many."""
        ...

    def actions(self) -> frozenset[str]:
        """All actions that keep something."""
        ...


def wanted_of(action: Action) -> Wanted:
    """The message that a retraction is aimed at. Raises ActuatorError."""
    if action.target.kind != "message" or not is_fingerprint(action.target.value):
        raise ActuatorError(
            f"{action.target.kind[:50]} {action.target.value[:100]!a}: no message; take it from "
            "the entity `message` of a finding"
        )
    message_id = ""
    for name, value in action.scope:
        if name == "message-id":
            message_id = value
        elif name != "mailbox":
            raise ActuatorError(
                f"{name[:50]}: unknown scope of {action.kind}; known are mailbox and message-id"
            )
    return Wanted(action.target.value, message_id, action.decided - DAYS * DAY)


def on_each(boxes: Sequence[Box], do: Callable[[Box], T]) -> list[T]:
    """What each gave, in order. All are tried; raises ActuatorError with every fault."""
    faults: list[str] = []

    def one(box: Box) -> T | None:
        try:
            return do(box)
        except ActuatorError as error:
            faults.append(f"{box.name}: {error}")
            return None

    if not boxes:
        return []
    with ThreadPoolExecutor(min(AT_ONCE, len(boxes)), thread_name_prefix="mailbox") as pool:
        found = list(pool.map(one, boxes))
    if faults:
        raise ActuatorError("; ".join(sorted(faults)[:5]))
    return [each for each in found if each is not None]
