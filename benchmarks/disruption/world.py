"""The world that actions act on: what stands in it, whom it stops and whom it hurts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from benchmarks.disruption.event import MINUTE, Event
from vedette.lure.reading import read_mail
from vedette.lure.refusable import asked, url_key
from vedette.model.action import Action
from vedette.model.errors import ActuatorError
from vedette.response.actuating import Planned, Verified
from vedette.response.counterfactual.spelling import plain

KINDS: Final = frozenset({
    "hold-message", "retract-message", "refuse-sender", "refuse-domain", "refuse-url",
    "refuse-hash", "refuse-client", "refuse-parameter", "refuse-address", "freeze-process",
    "end-process", "isolate-host", "disable-account", "end-sessions", "tell",
})  # fmt: skip
OF_MAIL: Final = frozenset({"hold-message", "refuse-sender", "refuse-domain", "refuse-url",
                            "refuse-hash"})  # fmt: skip
REACTION: Final = 15 * MINUTE
"""How long a person who was told needs to stop by hand what is theirs to stop."""


@dataclass(slots=True)
class Done:
    """An action that was carried out: simulated times, and the clock on the wall (seconds)."""

    action: Action
    begun: int
    wall: float
    ended: int | None = None


@dataclass(slots=True)
class World:
    """An actuator for every kind of action (`vedette.response.actuating.Actuator`), in memory.

    `now` is simulated time. `pseudonym` spells people as the system does in mail's events.
    """

    now: Callable[[], int]
    pseudonym: Callable[[str], str]
    kinds: frozenset[str] = KINDS
    seconds: float = 5.0
    stands: dict[str, Action] = field(default_factory=dict)
    done: dict[str, Done] = field(default_factory=dict)
    alive: set[str] = field(default_factory=set)
    """Processes of the machine that the system runs on: `host/pid`."""
    told: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def plan(self, action: Action) -> Planned:
        if action.kind in ("freeze-process", "end-process"):
            named = "/".join(action.target.value.split("/")[:2])
            if named not in self.alive:
                raise ActuatorError(f"{action.target.value}: no process of this machine")
        return Planned(f"{action.kind} {action.target.value}", "taken back")

    def apply(self, action: Action) -> None:
        with self.lock:
            self.stands[action.id] = action
            self.done.setdefault(action.id, Done(action, self.now(), time.monotonic())).ended = None
            if action.kind == "tell":
                self.told.setdefault(action.target.value, self.now())

    def verify(self, action: Action) -> Verified:
        return Verified("applied" if action.id in self.stands else "absent")

    def undo(self, action: Action) -> None:
        with self.lock:
            if self.stands.pop(action.id, None) is not None:
                self.done[action.id].ended = self.now()

    def standing(self) -> Iterable[str]:
        return list(self.stands)

    def touching(self, event: Event) -> list[Action]:
        """The actions that stand and do not let the event happen."""
        with self.lock:
            standing = [one for one in self.stands.values() if one.kind != "tell"]
        return [one for one in standing if self._touches(one, event)] if standing else []

    def stopped_by_people(self, event: Event) -> bool:
        """Whether a person who was told in time stops it by hand."""
        roles = [key.removeprefix("told:") for key in event.keys if key.startswith("told:")]
        return any(role in self.told and event.time - self.told[role] >= REACTION for role in roles)

    def _touches(self, action: Action, event: Event) -> bool:
        kind, value, scope = action.kind, action.target.value, dict(action.scope)
        if event.source == "mail":
            return kind in OF_MAIL and self._refuses(action, event.raw)
        match kind:
            case "refuse-client":
                path = scope.get("path", "/").rstrip("/")
                below = not path or event.path == path or event.path.startswith(path + "/")
                return below and f"client:{value}" in event.keys
            case "refuse-address":
                ways = {"in": ("from",), "out": ("to",)}
                for way in ways.get(scope.get("direction", "both"), ("from", "to")):
                    if f"{way}:{value}" in event.keys:
                        return True
                return False
            case "freeze-process" | "end-process":
                return f"pid:{'/'.join(value.split('/')[:2])}" in event.keys
            case "isolate-host":
                return f"host:{plain('host', value.lower())}" in event.keys
            case "disable-account" | "end-sessions":
                return f"account:{plain('account', value.lower())}" in event.keys
        return False

    def _refuses(self, action: Action, raw: bytes) -> bool:
        message = read_mail(raw, "mail")
        target = action.target
        by = {"person": "sender", "mailbox": "sender"}.get(target.kind, target.kind)
        value = url_key(target.value) if by == "url" else target.value
        return (by, value) in set(asked(message, (), {by}, self.pseudonym))
