"""A playbook applied to an incident: the decisions to propose, in order, and how it came to them.

Pure: no clock, no I/O, the same answer to the same question. What happened to a step since (a
person said no, an actuator failed) is told as an outcome, and the playbook is run again: decisions
that were proposed before are the same ones again, and the ways of failure are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from vedette.model.finding import Entity
from vedette.response.playbook.condition import VARIABLE
from vedette.response.playbook.facts import Facts
from vedette.response.playbook.holding import holds, like
from vedette.response.playbook.playbook import Approval, Order, Playbook, Step

MINUTE: Final = 60_000_000
MAX_DECISIONS: Final = 2_000
CROWD: Final = "incident owner"
"""Who must agree where a selector finds more than its limit: to all of it, since that is not what
its author had in mind."""


class Decision(msgspec.Struct, frozen=True):
    """An action to propose: what an `Action` needs of a playbook. `duration` is in microseconds.
    `approvals` are the people to ask first; decisions whose `group` differs only behind the last
    # are of parallel branches and may be done at once ("" is the main line)."""

    kind: str
    target: Entity
    scope: tuple[tuple[str, str], ...]
    technique: str
    duration: int
    approvals: tuple[Approval, ...]
    group: str
    step: str
    words: str


class Trace(msgspec.Struct, frozen=True):
    """A visited step and what came of it, in words."""

    step: str
    name: str
    words: str


class Proposal(msgspec.Struct, frozen=True):
    """What a playbook proposes. `omitted` counts decisions beyond MAX_DECISIONS."""

    playbook: str
    incident: str
    decisions: tuple[Decision, ...]
    trail: tuple[Trace, ...]
    omitted: int = 0


def run(playbook: Playbook, facts: Facts, outcomes: Mapping[str, bool] | None = None) -> Proposal:
    """The decisions for an incident. `outcomes` say of steps whether they succeeded; unsaid is
    success. An approval that is said to have succeeded is given, and not asked for again."""
    given = dict(facts.variables)
    values = {name: given.get(name) if value is None else value for name, value in
              playbook.variables}  # fmt: skip
    runner = _Runner(playbook, facts, outcomes or {}, {k: v for k, v in values.items() if v is not
                     None})  # fmt: skip
    if not runner.flow(playbook.start, (), "") and playbook.exception:
        runner.flow(playbook.exception, (), "")
    return Proposal(
        playbook.id, facts.id, tuple(runner.decisions.values()), tuple(runner.trail), runner.omitted
    )


class _Runner:
    def __init__(
        self, playbook: Playbook, facts: Facts, outcomes: Mapping[str, bool],
        variables: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.playbook = playbook
        self.facts = facts
        self.outcomes = outcomes
        self.variables = variables
        self.decisions: dict[tuple[object, ...], Decision] = {}
        self.trail: list[Trace] = []
        self.omitted = 0

    def flow(self, at: str, approvals: tuple[Approval, ...], group: str) -> bool:
        """One branch to its end; False where a step failed and nothing was said to follow."""
        while True:
            step = self.playbook.steps[at]
            if step.kind == "end":
                return True
            good = self.visit(step, approvals, group)
            if step.approval is not None and step.id not in self.outcomes:
                approvals = (*approvals, step.approval)
            at = step.completed or (step.succeeded if good else step.failed)
            if not at:
                return False

    def visit(self, step: Step, approvals: tuple[Approval, ...], group: str) -> bool:
        good = self.outcomes.get(step.id, True)
        given = dict(self.facts.variables)
        local = {name: text for name, value in step.local
                 if (text := given.get(name) if value is None else value) is not None}  # fmt: skip
        values = {**self.variables, **local}
        if step.kind == "if-condition" and step.condition is not None:
            held = holds(step.condition, self.facts, values)
            self.say(step, f"{step.asked}: {'holds' if held else 'does not hold'}")
            inner = step.on_true if held else step.on_false
            return (not inner or self.flow(inner, approvals, group)) and good
        if step.kind == "parallel":
            self.say(step, f"{len(step.branches)} branches at once")
            done = [
                self.flow(each, approvals, f"{group}/{step.id}#{number}".removeprefix("/"))
                for number, each in enumerate(step.branches)
            ]
            return all(done) and good
        if step.approval is not None:
            known = step.id in self.outcomes
            state = ("approved" if good else "refused") if known else "asks"
            self.say(step, f"{state}: {step.approval.role}")
        for order in step.orders:
            self.propose(step, order, values, approvals, group)
        if step.orders and not good:
            self.say(step, "failed")
        return good

    def propose(
        self, step: Step, order: Order, values: Mapping[str, str],
        approvals: tuple[Approval, ...], group: str,
    ) -> None:  # fmt: skip
        scope = tuple((name, _filled(value, values)) for name, value in order.scope)
        unknown = [name for name, value in scope if value is None]
        if unknown:
            self.say(step, f"{order.kind}: nothing is known for its scope {', '.join(unknown)}")
            return
        targets = self.targets(order, values)
        limit = order.selector.limit if order.selector is not None else len(targets)
        self.say(step, f"{order.kind}: {len(targets)} targets")
        crowd = Approval(step.id, CROWD, 1, f"{len(targets)} targets, {limit} are expected at most")
        asked = (*approvals, crowd) if len(targets) > limit else approvals
        for target in targets:
            key = (order.kind, target, scope)
            if key in self.decisions:
                continue
            if len(self.decisions) >= MAX_DECISIONS:
                self.omitted += 1
                continue
            self.decisions[key] = Decision(
                kind=order.kind,
                target=target,
                scope=tuple((name, value or "") for name, value in scope),
                technique=order.technique,
                duration=order.minutes * MINUTE,
                approvals=asked,
                group=group,
                step=step.id,
                words=order.words or step.name,
            )

    def targets(self, order: Order, values: Mapping[str, str]) -> list[Entity]:
        chosen = order.selector
        if chosen is None:
            return [Entity("person", order.role)]
        match = _filled(chosen.match, values)
        if match is None:
            return []
        return sorted(
            each
            for each in set(self.facts.entities)
            if each.kind == chosen.entity
            and (not match or like(each.value, match))
            and (chosen.side == "any" or (chosen.side == "foreign") == self.facts.foreign(each))
        )

    def say(self, step: Step, words: str) -> None:
        self.trail.append(Trace(step.id, step.name, words))


def _filled(text: str, values: Mapping[str, str]) -> str | None:
    """The text, or the value of the variable that it names; None where that is not known."""
    name = text.removesuffix(":value")
    if text.endswith(":value") and VARIABLE.match(name):
        return values.get(name)
    return text
