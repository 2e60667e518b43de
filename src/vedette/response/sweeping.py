"""The kill switch: many actions taken back at once, and recorded when that can be.

To take something back disturbs nobody, so it is not held up by a disk that is full or a ledger
that is damaged. What could not be written down is owed: remembered until it can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import msgspec

from vedette.model.action import State
from vedette.model.errors import ActuatorError, VedetteError
from vedette.response.actuating import Actuator, Sweeper
from vedette.response.recording import IN_THE_WORLD, Entry
from vedette.response.register import Register
from vedette.response.stripes import Stripes

Alarm = Callable[[str, str], None]
"""Told (what failed, what to do) where a person has to know. Must not raise."""


class Sweeping:
    """Takes back what a carrier with these actuators, register and stripes has done."""

    def __init__(
        self,
        by_kind: Mapping[str, Actuator],
        register: Register,
        stripes: Stripes,
        now: Callable[[], int],
        alarm: Alarm,
    ) -> None:
        self._by_kind = by_kind
        self._register = register
        self._stripes = stripes
        self._now = now
        self._alarm = alarm
        self._owed: dict[str, str] = {}

    def sweep(self, who: str) -> list[Entry]:
        """What actuators take back many of at once. Left to be taken back one by one: whatever is
        amiss with one of them, and what somebody is at work on."""
        with ExitStack() as held:
            standing = self._register.in_states(IN_THE_WORLD)
            free = self._stripes.free((each.action.id for each in standing), held)
            groups: dict[int, tuple[Sweeper, list[Entry]]] = {}
            for entry in self._register.in_states(IN_THE_WORLD):  # as they are, now that we hold it
                sweeper = _sweeper(self._by_kind.get(entry.action.kind))
                if sweeper is not None and entry.action.id in free:
                    groups.setdefault(id(sweeper), (sweeper, []))[1].append(entry)
            if not groups:
                return []
            every = [entry for _, group in groups.values() for entry in group]
            ending = {entry.action.id: self.ending(entry, who) for entry in every}
            self.write([ending[each.action.id] for each in every if each.state != "ending"])
            with ThreadPoolExecutor(len(groups), thread_name_prefix="sweep") as pool:
                swept = pool.map(
                    lambda one: self._swept(one[0], [ending[each.action.id] for each in one[1]]),
                    groups.values(),
                )
                return [entry for gone in swept for entry in gone]

    def ending(self, known: Entry, who: str) -> Entry:
        """On its way to be undone."""
        return msgspec.structs.replace(self._next(known, "ending", who, "all"), towards="undone")

    def write(self, entries: Sequence[Entry]) -> None:
        """Write these down, or owe it."""
        try:
            self._register.write_many(entries)
        except (VedetteError, OSError) as error:
            self._owed.update((entry.action.id, entry.who) for entry in entries)
            self._alarm(
                f"{len(entries)} actions are taken back and not recorded: {error}",
                "make room or see to the ledger; started again before that, Vedette does them anew",
            )

    def owe(self, entry: Entry, error: Exception) -> Entry:
        """It was taken back, and that could not be written down."""
        self._owed[entry.action.id] = entry.who
        return self._next(entry, "undone", entry.who, f"taken back, not recorded: {error}")

    def paid(self) -> list[Entry]:
        """Those of what is owed that are written down as `ending` now, to be taken back as usual;
        what has ended since is owed no more. Nothing, where the disk is still full."""
        found: list[Entry] = []
        for action, who in list(self._owed.items()):
            with self._stripes.alone(action):
                known = self._register.find(action)
                if known is not None and known.state in IN_THE_WORLD - {"ending"}:
                    try:
                        found.append(self._register.write(self.ending(known, who)))
                    except (VedetteError, OSError):
                        return found  # said when it was taken back
                self._owed.pop(action, None)
        return found

    def _swept(self, sweeper: Sweeper, group: Sequence[Entry]) -> list[Entry]:
        try:
            found = sweeper.sweep([each.action for each in group])
        except ActuatorError:
            return []  # each by itself says what is wrong with it
        gone = [
            self._next(entry, "undone", entry.who, entry.detail)
            for entry, verified in zip(group, found, strict=True)
            if verified.state == "absent"
        ]
        try:
            self._register.write_many(gone)
        except (VedetteError, OSError) as error:
            return [self.owe(entry, error) for entry in gone]
        return gone

    def _next(self, entry: Entry, state: State, who: str, detail: str) -> Entry:
        action = msgspec.structs.replace(entry.action, state=state)
        return msgspec.structs.replace(
            entry, action=action, changed=self._now(), who=who, detail=detail
        )


def _sweeper(actuator: object) -> Sweeper | None:
    return actuator if isinstance(actuator, Sweeper) else None
