"""Messages to people: cut for each channel, not too many, and none lost without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal

from vedette.model.errors import ActuatorError, ConfigError, UnreadableError
from vedette.model.finding import LEVELS
from vedette.model.instant import rfc3339
from vedette.response.actuators.people.channel import Channel
from vedette.response.actuators.people.journal import Held, Journal, Pages
from vedette.response.actuators.people.message import Message, Part, shown
from vedette.response.actuators.people.tlp import Tlp

HOUR: Final = 3_600_000_000
AGAIN: Final = 600_000_000
"""Microseconds in which the same alarm is only counted."""
MOST_ALARMS: Final = 1_000

Outcome = Literal["sent", "withheld", "held"]


class People:
    """All channels of the firm. Any thread may call. `now` is in microseconds; `console` says
    where the rest can be read. Raises ConfigError for two channels of one name."""

    def __init__(
        self,
        channels: Sequence[Channel],
        journal: Journal,
        now: Callable[[], int],
        console: str = "",
    ) -> None:
        self.channels = tuple(channels)
        self.journal = journal
        self._now = now
        self._console = console
        self._alarms: dict[str, int] = {}
        self._memory: dict[str, list[int]] = {}
        names = [each.settings.name for each in channels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConfigError([f"channel {name} stands twice; rename one" for name in twice])

    def send(self, channel: Channel, message: Message) -> Outcome:
        """Over one channel: as much as it may carry, unless it had its messages of this hour.
        Raises ActuatorError; UnreadableError where nothing can be written down."""
        place = self._place(channel, message.level)
        if place is None:
            return "held"
        found = shown(message, channel.settings.tlp, self._console)
        body = found.body
        if place == 0:
            body += (
                "\n\nThis was the last message for now: further ones of this hour are held back"
                " and summed up."
            )
        try:
            channel.send(found.title, body)
        except ActuatorError:
            self._give_back(channel)
            raise
        return "withheld" if found.withheld else "sent"

    def notify(
        self, what: str, fix: str = "", level: str = "high", tlp: Tlp = "AMBER"
    ) -> list[str]:
        """Tell an alarm of the system's own (a silent source, backlog, overflow, fail-open, a
        failed actuator) over the channels for alarms: `what` is wrong, how to `fix` it. Never
        raises; what did not get through is in the answer. Takes as long as the channels do."""
        text = f"{what}\nWhat to do: {fix}" if fix else what
        message = Message(
            level,
            what,
            (Part(tlp, text),),
            f"An alarm of level {level} about Vedette itself waits.",
        )
        faults = []
        for channel in self.channels:
            if not channel.settings.alarms:
                continue
            try:
                if self._is_new(what):
                    self.send(channel, message)
                else:
                    self._hold(channel, level)
            except ActuatorError as error:
                faults.append(str(error))
            except UnreadableError as error:
                faults.append(str(error))
                faults += self._unwritten(channel, message)
        self._note(what)
        return faults

    def flush(self) -> list[str]:
        """About once a minute: sum up what was held back, where there is room for a message
        again. Never raises; the answer is what did not get through."""
        faults = []
        for channel in self.channels:
            try:
                self._sum_up(channel)
            except (ActuatorError, UnreadableError) as error:
                faults.append(str(error))
        return faults

    def _unwritten(self, channel: Channel, message: Message) -> list[str]:
        """Send where nothing can be written down: a full disk is to be told of. Counted in this
        process alone."""
        name, now = channel.settings.name, self._now()
        recent = [each for each in self._memory.get(name, ()) if 0 <= now - each < HOUR]
        if len(recent) >= max(channel.settings.per_hour, 1):
            return [f"channel {name}: held back"]
        self._memory[name] = [*recent, now]
        found = shown(message, channel.settings.tlp, self._console)
        try:
            channel.send(found.title, found.body)
        except ActuatorError as error:
            return [str(error)]
        return []

    def _sum_up(self, channel: Channel) -> None:
        name = channel.settings.name
        with self.journal.open() as pages:
            held = pages.held.get(name)
            if held is None or self._room(pages, channel) < 1:
                return
            del pages.held[name]
            pages.sent.setdefault(name, []).append(self._now())
        number = "1 message was" if held.count == 1 else f"{held.count:,} messages were"
        text = f"{number} held back since {rfc3339(held.since)}, the highest of level {held.level}."
        message = Message(held.level, "messages were held back", (Part("CLEAR", text),), text)
        found = shown(message, channel.settings.tlp, self._console)
        try:
            channel.send(found.title, found.body)
        except ActuatorError:
            with self.journal.open() as pages:
                kept = pages.held.setdefault(name, held)
                if kept is not held:
                    kept.since = held.since
                    kept.count += held.count
                    kept.level = _higher(kept.level, held.level)
            raise

    def _place(self, channel: Channel, level: str) -> int | None:
        """Take a place among the messages of this hour; how many are left then. None where there
        is none: it is counted as held back."""
        with self.journal.open() as pages:
            left = self._room(pages, channel) - 1
            if left < 0:
                self._count(pages, channel, level)
                return None
            pages.sent.setdefault(channel.settings.name, []).append(self._now())
            return left

    def _give_back(self, channel: Channel) -> None:
        with self.journal.open() as pages:
            sent = pages.sent.get(channel.settings.name)
            if sent:
                sent.pop()

    def _hold(self, channel: Channel, level: str) -> None:
        with self.journal.open() as pages:
            self._count(pages, channel, level)

    def _count(self, pages: Pages, channel: Channel, level: str) -> None:
        held = pages.held.setdefault(channel.settings.name, Held(self._now()))
        held.count += 1
        held.level = _higher(held.level, level)

    def _room(self, pages: Pages, channel: Channel) -> int:
        name, now = channel.settings.name, self._now()
        recent = [each for each in pages.sent.get(name, ()) if 0 <= now - each < HOUR]
        pages.sent[name] = recent
        return max(channel.settings.per_hour, 1) - len(recent)

    def _is_new(self, what: str) -> bool:
        last = self._alarms.get(what)
        return last is None or not 0 <= self._now() - last < AGAIN

    def _note(self, what: str) -> None:
        if self._is_new(what):
            if len(self._alarms) >= MOST_ALARMS:
                self._alarms.clear()
            self._alarms[what] = self._now()


def for_role(channels: Iterable[Channel], role: str) -> list[Channel]:
    """The channels that reach a role."""
    return [each for each in channels if each.settings.reaches(role)]


def _higher(one: str, other: str) -> str:
    rank = {level: number for number, level in enumerate(LEVELS)}
    return max(one, other, key=lambda level: rank.get(level, len(LEVELS)))
