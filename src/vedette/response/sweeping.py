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
        self._owed: dict[str, Entry] = {}

    def sweep(self, who: str, why: str, towards: Callable[[Entry], State | None]) -> list[Entry]:
        """What actuators take back many of at once, of what is to reach a state (None: is not to
        be taken back). Left to be taken back one by one: whatever is amiss with one of them, and
        what somebody is at work on."""
        with ExitStack() as held:
            standing = [each for each in self._standing() if towards(each) is not None]
            free = self._stripes.free((each.action.id for each in standing), held)
            groups: dict[int, tuple[Sweeper, list[Entry]]] = {}
            fresh: list[Entry] = []
            for entry in self._standing() if free else ():  # as they are, now that we hold them
                sweeper, state = _sweeper(self._by_kind.get(entry.action.kind)), towards(entry)
                if sweeper is not None and state is not None and entry.action.id in free:
                    ending = self.ending(entry, state, who, why)
                    groups.setdefault(id(sweeper), (sweeper, []))[1].append(ending)
                    if entry.state != "ending":
                        fresh.append(ending)
            if not groups:
                return []
            self.write(fresh)
            with ThreadPoolExecutor(len(groups), thread_name_prefix="sweep") as pool:
                swept = pool.map(lambda one: self._swept(*one), groups.values())
                return [entry for gone in swept for entry in gone]

    def ending(self, known: Entry, towards: State, who: str, why: str) -> Entry:
        """On its way to a state."""
        if known.state == "ending" and known.towards == towards:
            return known
        return msgspec.structs.replace(self._next(known, "ending", who, why), towards=towards)

    def applied(self, entries: Sequence[Entry]) -> frozenset[str]:
        """Those that are found to stand by actuators that look at many at once."""
        groups: dict[int, tuple[Sweeper, list[Entry]]] = {}
        for entry in entries:
            sweeper = _sweeper(self._by_kind.get(entry.action.kind))
            if sweeper is not None:
                groups.setdefault(id(sweeper), (sweeper, []))[1].append(entry)
        found: set[str] = set()
        for sweeper, group in groups.values():
            try:
                seen = sweeper.look([each.action for each in group])
            except ActuatorError:
                continue  # each by itself says what is wrong with it
            found.update(
                entry.action.id
                for entry, verified in zip(group, seen, strict=True)
                if verified.state == "applied"
            )
        return frozenset(found)

    def write(self, entries: Sequence[Entry]) -> None:
        """Write these down, or owe it."""
        try:
            self._register.write_many(entries)
        except (VedetteError, OSError) as error:
            self._owed.update((entry.action.id, entry) for entry in entries)
            self._alarm(
                f"{len(entries)} actions are taken back and not recorded: {error}",
                "make room or see to the ledger; started again before that, Vedette does them anew",
            )

    def owe(self, entry: Entry, error: Exception) -> Entry:
        """It was taken back, and that could not be written down."""
        self._owed[entry.action.id] = entry
        return self._next(entry, entry.towards, entry.who, f"taken back, not recorded: {error}")

    def paid(self) -> list[Entry]:
        """Those of what is owed that are written down as `ending` now, to be taken back as usual;
        what has ended since is owed no more. Nothing, where the disk is still full."""
        found: list[Entry] = []
        for action, owed in list(self._owed.items()):
            with self._stripes.alone(action):
                known = self._register.find(action)
                if known is not None and known.state in IN_THE_WORLD - {"ending"}:
                    try:
                        ending = self.ending(known, owed.towards, owed.who, owed.detail)
                        found.append(self._register.write(ending))
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
            self._next(entry, entry.towards, entry.who, entry.detail)
            for entry, verified in zip(group, found, strict=True)
            if verified.state == "absent"
        ]
        try:
            self._register.write_many(gone)
        except (VedetteError, OSError) as error:
            return [self.owe(entry, error) for entry in gone]
        return gone

    def _standing(self) -> list[Entry]:
        return self._register.in_states(IN_THE_WORLD)

    def _next(self, entry: Entry, state: State, who: str, detail: str) -> Entry:
        action = msgspec.structs.replace(entry.action, state=state)
        return msgspec.structs.replace(
            entry, action=action, changed=self._now(), who=who, detail=detail
        )


def _sweeper(actuator: object) -> Sweeper | None:
    return actuator if isinstance(actuator, Sweeper) else None
