"""From what a playbook proposes to actions: weighed, narrowed, begun in their mode."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from vedette.model.action import Action, action_id
from vedette.model.finding import Entity
from vedette.response.carrying import Carrier
from vedette.response.counterfactual.cost import Cost, as_json, no_cost
from vedette.response.counterfactual.narrowing import Weighed, narrow, settle
from vedette.response.counterfactual.protection import Protected
from vedette.response.modes import HARMLESS, MINUTE, ORDINARY, Modes, asked_of, first_state
from vedette.response.playbook.running import Decision, Proposal
from vedette.response.recording import Entry

WEIGHED: Final = 10 * MINUTE
"""Microseconds for which a check's answer stands for the same decision."""
BRIEF: Final = 15 * MINUTE
"""Microseconds that something lasts at most which is done because it takes nothing from anybody:
who comes for the first time, and meets it, meets it briefly."""
MOST_WEIGHED: Final = 4096
TOUCH_NOTHING: Final = frozenset({"tell"})
"""Kinds that nobody's work can be disturbed by."""


class Doubt(msgspec.Struct, frozen=True):
    """What is known of an incident besides its entities: how likely it is an attack, the
    criticality of what it touches (0 to 1), and whether it is a `notice`, with which people are
    not bothered: of what its playbook proposes only what needs nobody is begun."""

    certainty: float = 1.0
    stake: float = ORDINARY
    notice: bool = False

    def reaches(self, asked: float) -> bool:
        """Whether it is so certain; a certainty is a product and may be short by its rounding."""
        return self.certainty >= asked - 1e-9


CERTAIN: Final = Doubt()


def _something(_: Action) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Settled:
    until: int
    go: tuple[Weighed, ...]
    ask: tuple[Weighed, ...]


class Decider:
    """Weighs what is proposed and hands it to the carrier. Used by one thread.

    `protected` says of an entity why it is never acted on automatically. `now` is in microseconds.
    """

    def __init__(
        self, carrier: Carrier, modes: Modes, protected: Protected, now: Callable[[], int]
    ) -> None:
        self._carrier = carrier
        self._modes = modes
        self._protected = protected
        self._now = now
        self._weighed: OrderedDict[str, _Settled] = OrderedDict()

    def called(self, incident: str, former: Collection[str]) -> str:
        """The name under which actions of an incident are decided: where any was before the
        incident was united with another or got an earlier beginning, that of then. So the same
        decision stays one action, and what a person took back stays so."""
        if not former:
            return incident
        return self._carrier.first_named({incident, *former}) or incident

    def decide(
        self,
        proposal: Proposal,
        entities: Sequence[Entity],
        check: Callable[[Action], Cost],
        doubt: Doubt = CERTAIN,
        takes: Callable[[Action], bool] = _something,
    ) -> list[Entry]:
        """Every decision of the proposal as one action or several narrower ones, in order.

        `entities` are the incident's; `check` counts what an action would have touched in the
        firm's own recent events, `takes` says whether any of that was worth something to anybody.
        What is within its budget begins in the mode of its kind (`shadow`, `proposed`, or carried
        out at once); what is not, or less certain than its kind asks for, waits for a person, with
        the reason. An action that the playbook wants approved is never begun without a person.
        Of a notice nobody hears, unless more is done about it than what takes nothing.
        """
        entries = self._decide(proposal, entities, check, doubt, takes)
        if doubt.notice and any(map(self._matters, entries)):
            heard = msgspec.structs.replace(doubt, notice=False)
            entries = self._decide(proposal, entities, check, heard, takes)
        return entries

    def _decide(
        self,
        proposal: Proposal,
        entities: Sequence[Entity],
        check: Callable[[Action], Cost],
        doubt: Doubt,
        takes: Callable[[Action], bool],
    ) -> list[Entry]:
        entries: list[Entry] = []
        for decision in proposal.decisions:
            if doubt.notice and (decision.approvals or decision.kind in TOUCH_NOTHING):
                continue
            action = self.action_of(decision, proposal.incident)
            settled = self._settled(action, entities, check)
            begun = [(each, action.expires) for each in settled.ask]
            for each in settled.go:
                found, lasts = self._doubted(each, doubt, entities, check, takes)
                begun += [(one, min(action.expires, self._now() + lasts)) for one in found]
            entries += [
                self._begin(each, decision, expires)
                for each, expires in begun
                if not (doubt.notice and self._asks(each))
            ]
        return entries

    def _matters(self, entry: Entry) -> bool:
        begun = entry.state in ("intended", "applied", "shadow")
        return begun and entry.action.expires - self._now() > BRIEF

    def _asks(self, weighed: Weighed) -> bool:
        return bool(weighed.why) or self._modes.of(weighed.action.kind).mode == "ask"

    def action_of(self, decision: Decision, incident: str) -> Action:
        """The action that a decision means, before it is weighed."""
        now = self._now()
        lasts = min(decision.duration, self._modes.of(decision.kind).lasts)
        scope = tuple(sorted(decision.scope))
        return Action(
            id=action_id(decision.kind, decision.target, scope, incident),
            kind=decision.kind,
            target=decision.target,
            scope=scope,
            incident=incident,
            reason=decision.words,
            decided=now,
            expires=now + lasts,
            technique=decision.technique,
        )

    def _settled(
        self, action: Action, entities: Sequence[Entity], check: Callable[[Action], Cost]
    ) -> _Settled:
        """What the checks say, asked again only when the answer is old."""
        now = self._now()
        known = self._weighed.get(action.id)
        if known is not None and now < known.until:
            return known
        if action.kind in TOUCH_NOTHING:
            return _Settled(now, (Weighed(action, no_cost(now)),), ())
        budget = self._modes.of(action.kind).budget
        found = settle(action, check, budget, entities, self._protected)
        made = _Settled(now + WEIGHED, found.go, found.ask)
        self._weighed[action.id] = made
        self._weighed.move_to_end(action.id)
        while len(self._weighed) > MOST_WEIGHED:
            self._weighed.popitem(last=False)
        return made

    def _doubted(
        self,
        weighed: Weighed,
        doubt: Doubt,
        entities: Sequence[Entity],
        check: Callable[[Action], Cost],
        takes: Callable[[Action], bool],
    ) -> tuple[list[Weighed], int]:
        """What may be begun at this certainty, and for how long at most: the action itself, or
        narrower ones that take nothing from anybody; else the action with the reason why a person
        is asked."""
        kind = weighed.action.kind
        rule = self._modes.of(kind)
        least = asked_of(rule, kind, doubt.stake)
        if kind in TOUCH_NOTHING or doubt.reaches(least):
            return [weighed], rule.lasts
        if rule.certainty is None and doubt.reaches(HARMLESS):
            if not takes(weighed.action):
                return [weighed], BRIEF
            found = [
                each
                for one in narrow(weighed.action, weighed.cost, entities)
                if not takes(one)
                for each in settle(one, check, rule.budget, entities, self._protected).go
            ]
            if found:
                return found, BRIEF
        sure = f"it is an attack with a probability of {doubt.certainty:.2f}"
        why = f"{sure}, {least:.2f} is asked for"
        return [Weighed(weighed.action, weighed.cost, why)], rule.lasts

    def _begin(self, weighed: Weighed, decision: Decision, expires: int) -> Entry:
        action = msgspec.structs.replace(weighed.action, decided=self._now(), expires=expires)
        asked = bool(decision.approvals or weighed.why)
        first = first_state(self._modes.of(action.kind), asked=asked)
        people = max((each.people for each in decision.approvals), default=0)
        return self._carrier.decide(action, first, weighed.why, as_json(weighed.cost), people)
