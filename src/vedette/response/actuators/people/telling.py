"""The action `tell`: people of a role are told of an incident."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from vedette.model.action import Action
from vedette.model.errors import ActuatorError, UnreadableError
from vedette.response.actuating import Planned, Verified
from vedette.response.actuators.people.channel import Channel
from vedette.response.actuators.people.journal import Told
from vedette.response.actuators.people.message import Message, Part
from vedette.response.actuators.people.people import People, for_role
from vedette.response.actuators.people.tlp import Tlp, tlp_of

KIND: Final = "tell"
_FIX: Final = "the other channels carried it; see to this one"


class About(msgspec.Struct, frozen=True):
    """What an incident is about, in plain words, each part with whom it may be shared."""

    level: str
    parts: tuple[Part, ...] = ()


class TellActuator:
    """Carries out `tell`; the target is a `person` whose value is the role.

    `about` gives the incident's words; scope `tlp` says with whom the action's own reason may be
    shared (`tlp` where it does not). `alarm` hears of channels that failed while others did not.
    `now` is in microseconds.
    """

    kinds = frozenset({KIND})

    def __init__(
        self,
        people: People,
        now: Callable[[], int],
        *,
        about: Callable[[Action], About] = lambda action: About("high"),
        tlp: Tlp = "AMBER",
        alarm: Callable[[str, str], None] = lambda what, fix: None,
    ) -> None:
        self._people = people
        self._now = now
        self._about = about
        self._tlp = tlp
        self._alarm = alarm
        self.seconds = sum(each.settings.seconds for each in people.channels) + 1.0

    def plan(self, action: Action) -> Planned:
        channels = self._channels(action)
        self._message(action)
        names = ", ".join(f"{each.settings.name} (TLP:{each.settings.tlp})" for each in channels)
        return Planned(
            f"{action.target.value} is told over {names}",
            "the same people are told that it is taken back; what was read stays read",
        )

    def apply(self, action: Action) -> None:
        channels, message = self._channels(action), self._message(action)
        try:
            self._tell(action, channels, message)
        except UnreadableError as error:
            raise ActuatorError(str(error)) from error

    def verify(self, action: Action) -> Verified:
        told = self._book().get(action.id)
        if told is None or not told.done():
            return Verified("absent", "nobody was told")
        words = [f"{name}: {what}" for name, what in told.channels.items()]
        return Verified("applied", "; ".join(words))

    def undo(self, action: Action) -> None:
        """Whoever was told is told that it is taken back; of what is merely over, nobody is."""
        told = self._book().get(action.id)
        if told is None:
            return
        failures = []
        try:
            if action.expires > self._now():
                failures = self._tell_taken_back(action, told)
            if not failures:
                with self._people.journal.open() as pages:
                    pages.told.pop(action.id, None)
        except UnreadableError as error:
            raise ActuatorError(str(error)) from error
        if failures:
            raise ActuatorError("; ".join(failures))

    def standing(self) -> Iterable[str]:
        return sorted(self._book())

    def _tell(self, action: Action, channels: list[Channel], message: Message) -> None:
        """Each outcome is written down before the next channel is tried: after a crash at most
        one is told twice."""
        before = self._book().get(action.id)
        failures = []
        for channel in channels:
            name = channel.settings.name
            if before is not None and before.channels.get(name) in ("sent", "withheld", "held"):
                continue
            what: str
            try:
                what = self._people.send(channel, message)
            except ActuatorError as error:
                what = str(error)
                failures.append(what)
            with self._people.journal.open() as pages:
                told = pages.told.setdefault(action.id, Told(action.expires, {}))
                told.channels[name] = what
        with self._people.journal.open() as pages:
            told = pages.told.setdefault(action.id, Told(action.expires, {}))
            told.expires = action.expires
            reached = told.done()
            if not reached:
                del pages.told[action.id]
        if not reached:
            raise ActuatorError("; ".join(failures))
        for failure in failures:
            self._alarm(failure, _FIX)

    def _tell_taken_back(self, action: Action, told: Told) -> list[str]:
        message = self._message(action, "Taken back: ")
        failures = []
        for channel in self._people.channels:
            name = channel.settings.name
            if name not in told.reached() or name in told.taken_back:
                continue
            try:
                self._people.send(channel, message)
            except ActuatorError as error:
                failures.append(str(error))
                continue
            with self._people.journal.open() as pages:
                if (kept := pages.told.get(action.id)) is not None:
                    kept.taken_back.append(name)
        return failures

    def _book(self) -> dict[str, Told]:
        try:
            return self._people.journal.read().told
        except UnreadableError as error:
            raise ActuatorError(str(error)) from error

    def _channels(self, action: Action) -> list[Channel]:
        if action.kind != KIND or action.target.kind != "person":
            raise ActuatorError(f"{action.kind} {action.target.kind}: only a person can be told")
        found = for_role(self._people.channels, action.target.value)
        if not found:
            role = ascii(action.target.value[:60])
            raise ActuatorError(f"nobody is reached as {role}; give a channel this role")
        return found

    def _message(self, action: Action, before: str = "") -> Message:
        scope = dict(action.scope)
        try:
            own = tlp_of(scope.pop("tlp")) if "tlp" in scope else self._tlp
        except ValueError as error:
            raise ActuatorError(f"scope tlp: {error}") from None
        if scope:
            raise ActuatorError(f"{min(scope)[:60]!a}: unknown scope of tell; use tlp")
        about = self._about(action)
        name = f"incident {action.incident} of level {about.level}"
        first = Part(own, f"{before}{action.reason}")
        waits = f"An incident of level {about.level} waits."
        if before:
            waits = f"What was told of an incident of level {about.level} is taken back."
        return Message(about.level, f"{before}{name}", (first, *about.parts), waits)
