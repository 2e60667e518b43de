"""Hosts isolated, accounts disabled and sessions ended by the firm's own systems."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from secrets import token_hex
from typing import Final

from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.model.instant import rfc3339
from vedette.response.actuating import Planned, Verified
from vedette.response.actuators.webhook.openc2 import (
    PROCESSING,
    TARGETS,
    Stands,
    asking,
    doing,
    standing_of,
    taking_back,
)
from vedette.response.actuators.webhook.receiver import Receiver

PAUSE: Final = 0.25
"""Seconds before a receiver that is still at it is asked again."""

_WORDS: Final = {
    "isolate-host": ("cut {} off the network", "connect it again"),
    "disable-account": ("disable {}", "enable it again"),
    "end-sessions": ("end the sessions of {}", "let it begin sessions (ended ones stay ended)"),
}


class WebhookActuator:
    """Carries out `kinds` by commands to one receiver, which keeps the book of what stands: it is
    asked for that whenever Vedette wants to know."""

    def __init__(
        self,
        receiver: Receiver,
        kinds: Collection[str] = frozenset(TARGETS),
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.kinds = frozenset(kinds) & frozenset(TARGETS)
        self.seconds = receiver.timeout
        self._receiver = receiver
        self._pause = pause

    def plan(self, action: Action) -> Planned:
        command = doing(action)
        verb, (target,) = command["action"], command["target"]
        words, back = _WORDS[action.kind]
        return Planned(
            f"{self._receiver.name} is told to {words.format(action.target.value)} until"
            f" {rfc3339(action.expires)} (OpenC2: {verb} {target})",
            f"{self._receiver.name} is told to {back}",
        )

    def apply(self, action: Action) -> None:
        self._told(action, doing(action))

    def undo(self, action: Action) -> None:
        self._told(action, taking_back(action))

    def verify(self, action: Action) -> Verified:
        return self._verified(action, self.seconds)

    def standing(self) -> Iterable[str]:
        return sorted({each.id for each in self._listed(None, self.seconds)})

    def _told(self, action: Action, command: dict[str, object]) -> None:
        """Until the receiver says that it is done, or the time is over: then verifying tells."""
        until = time.monotonic() + self.seconds
        answer = self._receiver.ask(command)
        wanted = "absent" if command["action"] == "allow" else "applied"
        while answer.status == PROCESSING and (left := until - time.monotonic()) > PAUSE:
            self._pause(PAUSE)
            if self._verified(action, left).state == wanted:
                return

    def _verified(self, action: Action, seconds: float) -> Verified:
        decoy = token_hex(16)
        listed = self._listed((action.id, decoy), seconds)
        if any(each.id == decoy for each in listed):
            return Verified("unknown", f"{self._receiver.name} also claims what nobody asked of it")
        found = {each for each in listed if each.id == action.id}
        if not found:
            return Verified("absent", f"{self._receiver.name} says that it does not stand")
        wanted = Stands(action.id, action.kind, action.target.value)
        if found != {wanted}:
            said = min(found - {wanted}, key=repr)
            what = f"{said.kind[:40]} {said.target[:100]} is {said.state[:40]}"
            return Verified("unknown", f"{self._receiver.name} says that {what!a}")
        return Verified("applied", f"{self._receiver.name} says so")

    def _listed(self, ids: tuple[str, ...] | None, seconds: float) -> list[Stands]:
        answer = self._receiver.ask(asking(ids), seconds)
        try:
            return standing_of(answer)
        except ValueError as error:
            raise ActuatorError(
                f"receiver {self._receiver.name}: it does not say what stands: {error}; see the"
                " documentation of webhook receivers"
            ) from error
