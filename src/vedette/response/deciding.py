"""From what a playbook proposes to actions: weighed, narrowed, begun in their mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vedette.model.action import Action, action_id
from vedette.model.finding import Entity
from vedette.response.carrying import Carrier
from vedette.response.counterfactual.cost import Cost
from vedette.response.counterfactual.narrowing import Weighed, settle
from vedette.response.counterfactual.protection import Protected
from vedette.response.modes import Modes, first_state
from vedette.response.playbook.running import Decision, Proposal
from vedette.response.recording import Entry


class Decider:
    """Weighs what is proposed and hands it to the carrier.

    `check` counts what an action would have touched in the firm's own recent events; `protected`
    says of an entity why it is never acted on automatically. `now` is in microseconds.
    """

    def __init__(
        self,
        carrier: Carrier,
        modes: Modes,
        check: Callable[[Action], Cost],
        protected: Protected,
        now: Callable[[], int],
    ) -> None:
        self._carrier = carrier
        self._modes = modes
        self._check = check
        self._protected = protected
        self._now = now

    def decide(self, proposal: Proposal, entities: Sequence[Entity]) -> list[Entry]:
        """Every decision of the proposal as one action or several narrower ones, in order.

        `entities` are the incident's. What is within its budget begins in the mode of its kind
        (`shadow`, `proposed`, or carried out at once); what is not waits for a person, with the
        reason. An action that the playbook wants approved is never begun without a person.
        """
        entries: list[Entry] = []
        for decision in proposal.decisions:
            action = self.action_of(decision, proposal.incident)
            rule = self._modes.of(action.kind)
            settled = settle(action, self._check, rule.budget, entities, self._protected)
            asked = bool(decision.approvals)
            entries += [self._begin(each, asked, "") for each in settled.go]
            entries += [self._begin(each, True, each.why) for each in settled.ask]
        return entries

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

    def _begin(self, weighed: Weighed, asked: bool, why: str) -> Entry:
        first = first_state(self._modes.of(weighed.action.kind), asked=asked)
        return self._carrier.decide(weighed.action, first, why)
