"""Actions carried out: written down first, then done, then verified; and taken back.

The order is what survives a crash. `intended` is in the ledger before the world is touched,
`applied` after the world was asked; `ending` before something is taken back, `expired` or
`undone` after. Whatever a process leaves in between is finished by `reconcile` at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import msgspec

from vedette.model.action import Action, State
from vedette.model.errors import ActuatorError, RefusedError, VedetteError
from vedette.model.instant import SECOND
from vedette.response.actuating import Actuator, Planned
from vedette.response.modes import Modes, missing
from vedette.response.recording import ENDED, IN_THE_WORLD, Entry
from vedette.response.register import Register
from vedette.response.stripes import Stripes
from vedette.response.sweeping import Alarm, Sweeping

OURSELVES: Final = "vedette"
_AT_ONCE: Final = 16
"""Actions that are taken back at the same time."""

BACK: Final = 300 * SECOND
"""Microseconds by which a clock may be corrected backwards."""
_LONGEST_WAIT: Final = 300
"""Seconds between attempts to take back what could not be."""


class Carrier:
    """Carries actions out with these actuators. Any thread may call; `now` gives microseconds."""

    def __init__(
        self,
        actuators: Sequence[Actuator],
        register: Register,
        modes: Modes,
        now: Callable[[], int],
        alarm: Alarm,
    ) -> None:
        self._by_kind = {kind: each for each in actuators for kind in each.kinds}
        self._actuators = tuple(actuators)
        self._register = register
        self._modes = modes
        self._now = now
        self._alarm = alarm
        self._tries: dict[str, tuple[int, int]] = {}
        self._stripes = Stripes()
        self._alone = self._stripes.alone
        self._sweeping = Sweeping(self._by_kind, register, self._stripes, now, alarm)

    def planned(self, action: Action) -> Planned:
        """What it would do. Raises ActuatorError where it can't be done here."""
        return self._actuator(action).plan(action)

    def known(self, action: str) -> Entry | None:
        """How far it has got, None where it was never decided."""
        return self._register.find(action)

    def first_named(self, incidents: Collection[str]) -> str | None:
        """Of these incidents the one for which an action was decided first; None where none was."""
        return self._register.first_named(incidents)

    def decide(
        self,
        action: Action,
        first: State,
        why: str = "",
        cost: dict[str, Any] | None = None,
        people: int = 0,
    ) -> Entry:
        """Write down a decision with what it would `cost` and how many `people` it needs where it
        waits for any; where it is `intended`, carry it out.

        The same decision again only lasts longer; what a person refused or undid stays so. Raises
        what the ledger raises, with nothing done.
        """
        with self._alone(action.id):
            known = self._register.find(action.id)
            if known is not None and known.state in ("refused", "undone", "ending"):
                return known
            if known is not None and known.state in ("intended", "applied"):
                return self._renew(known, action.expires)
            if known is not None and known.state == "proposed" and first != "intended":
                return known
            if known is not None and known.state == "shadow" and first == "shadow":
                return known
            entry = Entry(
                self._in(action, first), self._now(), OURSELVES, (), "undone", why, cost, people
            )
            entry = self._register.write(entry)
            return self._do(entry, fresh=True) if first == "intended" else entry

    def agree(self, action: str, who: str) -> Entry:
        """A person's agreement; where enough people have, it is carried out. Raises RefusedError
        where it doesn't wait for that, or its time is over."""
        with self._alone(action):
            known = self._known(action)
            if known.state not in ("proposed", "shadow"):
                raise RefusedError(f"action {action}: it is {known.state} and waits for nobody")
            if known.action.expires <= self._now():
                self._register.write(self._next(known, "expired", OURSELVES, "nobody agreed"))
                raise RefusedError(f"action {action}: its time is over")
            agreed = tuple(dict.fromkeys((*known.agreed, who)))
            rule = self._modes.of(known.action.kind)
            if lacking := missing(rule, agreed, known.people):
                said = f"{len(agreed)} of {len(agreed) + lacking} have agreed; another person must"
                waiting = self._next(known, "proposed", who, said)
                return self._register.write(msgspec.structs.replace(waiting, agreed=agreed))
            entry = msgspec.structs.replace(self._next(known, "intended", who, ""), agreed=agreed)
            return self._do(self._register.write(entry), fresh=True)

    def refuse(self, action: str, who: str, why: str) -> Entry:
        """A person's no. Raises RefusedError where it does not wait for an answer."""
        with self._alone(action):
            return self._register.write(self._next(self._known(action), "refused", who, why))

    def undo(self, action: str, who: str, why: str = "") -> Entry:
        """Take it back for good. Raises RefusedError where nothing can stand in the world."""
        with self._alone(action):
            known = self._known(action)
            if known.state not in IN_THE_WORLD:
                raise RefusedError(f"action {action}: it is {known.state}; nothing to undo")
            return self._end(known, "undone", who, why)

    def undo_all(self, who: str) -> list[Entry]:
        """The kill switch: everything that may stand in the world, many at a time; first what is
        written down, then what the world alone knows of.

        What can't be written down (a full disk, a damaged ledger) is taken back all the same, with
        an alarm, and written down by `tick` when that can be.
        """
        ended = self._sweeping.sweep(who, "all", lambda _: "undone")
        done = {entry.action.id for entry in ended}
        standing = [each.action.id for each in self._register.in_states(IN_THE_WORLD)]
        left = [each for each in standing if each not in done]
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="undo") as pool:
            one_by_one = list(pool.map(lambda each: self._kill(each, who), left))
        self._strays()
        return ended + [entry for entry in one_by_one if entry is not None]

    def tick(self) -> list[Entry]:
        """End what is over and try again what could not be taken back. What changed."""
        now = self._now()
        changed: list[Entry | None] = []
        if any(_over(now, each) for each in self._register.in_states(["applied"])):
            changed += self._sweeping.sweep(OURSELVES, "", partial(_over, now))
        over = self._register.in_states(["applied", "intended", "proposed", "shadow"])
        changed += [self._expire(each.action.id) for each in over if _over(now, each)]
        changed += [self._retaken(each.action.id) for each in self._sweeping.paid()]
        ending = self._register.in_states(["ending"])
        self._tries = {each.action.id: self._tries.get(each.action.id, (0, 0)) for each in ending}
        changed += [self._retry(each.action.id) for each in ending]
        return [entry for entry in changed if entry is not None]

    def reconcile(self) -> list[Entry]:
        """At start: bring the world to what is written down. What changed."""
        now = self._now()
        changed = self._sweeping.sweep(
            OURSELVES, "while not running",
            lambda each: each.towards if each.state == "ending" else _over(now, each),
        )  # fmt: skip
        stands = self._sweeping.applied(self._register.in_states(["applied"]))
        for each in self._register.in_states(["intended", "applied", "ending"]):
            if each.action.id in stands and not _over(now, each):
                continue
            with self._alone(each.action.id):
                known = self._known(each.action.id)
                if known.state == "ending":
                    changed.append(self._take_back(known))
                elif _over(now, known):
                    changed.append(self._end(known, "expired", OURSELVES, "while not running"))
                elif known.state == "intended" or self._world(known) != "applied":
                    if known.state == "applied":
                        why = "gone from the world"
                        known = self._register.write(self._next(known, "intended", OURSELVES, why))
                    changed.append(self._do(known))
        self._strays()
        return changed

    def _do(self, entry: Entry, fresh: bool = False, before: Entry | None = None) -> Entry:
        """Carry it out. `fresh`: nothing of it can stand in the world yet. `before`: what stands,
        where it is only to last longer; it stays where that fails (a full disk)."""
        action = entry.action
        try:
            actuator = self._actuator(action)
            actuator.plan(action)
        except ActuatorError as error:  # nothing was touched: nothing is to be taken back
            self._alarm(f"{action.kind} {action.target.value}: {error}", "see to it by hand")
            if fresh:
                return self._register.write(self._next(entry, "failed", entry.who, str(error)))
            return self._end(entry, "failed", entry.who, str(error))
        try:
            actuator.apply(action)
            found = actuator.verify(action)
            if found.state == "applied":
                return self._register.write(self._next(entry, "applied", entry.who, found.detail))
            failure = found.detail or f"it was done and is {found.state}"
        except ActuatorError as error:
            failure = str(error)
        self._alarm(f"{action.kind} {action.target.value}: {failure}", "see to it by hand")
        if before is not None and self._world(before) == "applied":
            return self._register.write(self._next(before, "applied", OURSELVES, failure))
        return self._end(entry, "failed", entry.who, failure)

    def _renew(self, known: Entry, expires: int) -> Entry:
        if expires <= known.action.expires:
            return known
        later = msgspec.structs.replace(known.action, expires=expires)
        entry = msgspec.structs.replace(known, action=later, detail="lasts longer")
        if known.state == "applied":
            entry = self._next(entry, "intended", OURSELVES, "lasts longer")
            return self._do(self._register.write(entry), before=known)
        return self._do(entry)

    def _end(self, known: Entry, towards: State, who: str, why: str) -> Entry:
        entry = self._next(known, "ending", who, why)
        entry = self._register.write(msgspec.structs.replace(entry, towards=towards))
        return self._take_back(entry)

    def _take_back(self, entry: Entry) -> Entry:
        action = entry.action
        try:
            actuator = self._actuator(action)
            actuator.undo(action)
            found = actuator.verify(action)
            if found.state == "absent":
                return self._register.write(
                    self._next(entry, entry.towards, entry.who, entry.detail)
                )
            failure = found.detail or f"it was taken back and is {found.state}"
        except ActuatorError as error:
            failure = str(error)
        self._alarm(
            f"{action.kind} {action.target.value} could not be taken back: {failure}",
            "it is tried again; see to it by hand",
        )
        return entry

    def _kill(self, action: str, who: str) -> Entry | None:
        with self._alone(action):
            known = self._known(action)
            if known.state not in IN_THE_WORLD:
                return None
            entry = self._sweeping.ending(known, "undone", who, "all")
            if known.state != "ending":
                self._sweeping.write([entry])
            try:
                return self._take_back(entry)
            except (VedetteError, OSError) as error:
                return self._sweeping.owe(entry, error)

    def _expire(self, action: str) -> Entry | None:
        with self._alone(action):
            known = self._known(action)
            if not _over(self._now(), known) or known.state in ENDED:
                return None
            if known.state in IN_THE_WORLD:
                return self._end(known, "expired", OURSELVES, "")
            return self._register.write(self._next(known, "expired", OURSELVES, ""))

    def _retry(self, action: str) -> Entry | None:
        tries, due = self._tries[action]
        if self._now() < due:
            return None
        self._tries[action] = (tries + 1, self._now() + min(2**tries, _LONGEST_WAIT) * SECOND)
        return self._retaken(action)

    def _retaken(self, action: str) -> Entry | None:
        with self._alone(action):
            known = self._known(action)
            return self._take_back(known) if known.state == "ending" else None

    def _strays(self) -> None:
        """What stands in the world without standing in the register is taken back there."""
        written = {entry.action.id for entry in self._register.in_states(IN_THE_WORLD)}
        for actuator in self._actuators:
            for stray in _standing(actuator, self._alarm):
                if stray in written:
                    continue
                known = self._register.find(stray)
                if known is None:
                    self._alarm(f"action {stray} stands in the world and nobody wrote it down",
                                "see to it by hand")  # fmt: skip
                    continue
                try:
                    actuator.undo(known.action)
                except ActuatorError as error:
                    self._alarm(f"action {stray} still stands: {error}", "see to it by hand")

    def _world(self, entry: Entry) -> str:
        try:
            return self._actuator(entry.action).verify(entry.action).state
        except ActuatorError:
            return "unknown"

    def _actuator(self, action: Action) -> Actuator:
        found = self._by_kind.get(action.kind)
        if found is None:
            raise ActuatorError(
                f"nothing here carries out {action.kind}; configure one of its actuators"
            )
        return found

    def _known(self, action: str) -> Entry:
        found = self._register.find(action)
        if found is None:
            raise RefusedError(f"action {action}: unknown; `vedette actions list` shows them")
        return found

    def _next(self, entry: Entry, state: State, who: str, detail: str) -> Entry:
        return msgspec.structs.replace(
            entry, action=self._in(entry.action, state), changed=self._now(), who=who, detail=detail
        )

    @staticmethod
    def _in(action: Action, state: State) -> Action:
        return msgspec.structs.replace(action, state=state)


def _over(now: int, entry: Entry) -> State | None:
    """Where it is to go when its time is over; or where nobody knows how long it has stood, since
    the clock was set back behind what was written down last."""
    over = entry.action.expires <= now or entry.changed > now + BACK
    return "expired" if over and entry.state != "ending" else None


def _standing(actuator: Actuator, alarm: Alarm) -> Iterable[str]:
    try:
        return list(actuator.standing())
    except ActuatorError as error:
        alarm(f"what stands in the world can't be listed: {error}", "see to it by hand")
        return ()
