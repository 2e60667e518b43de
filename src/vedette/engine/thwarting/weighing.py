"""What an action of an incident would have touched, by the firm's own recent events."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import msgspec

from vedette.model.action import Action
from vedette.model.batch import Record
from vedette.model.finding import Entity
from vedette.model.instant import SECOND
from vedette.model.path import split_path
from vedette.model.value import texts_of
from vedette.response.counterfactual.check import DAY, Check
from vedette.response.counterfactual.cost import Cost, Touched
from vedette.response.modes import LIKELIER
from vedette.response.playbook.facts import Facts
from vedette.sigma.plan.plan import first_value

ACTORS: Final = frozenset({"address", "person", "mailbox"})
"""Kinds of principals that an incident may name as the attacker's own."""
STRUCK: Final = frozenset({"address", "account", "host", "mailbox"})
"""Kinds of principals of the firm that an incident may name as those it is done to."""
SELF: Final = frozenset({"isolate-host", "disable-account", "end-sessions"})
"""Kinds whose target is the firm's own: all that the target does is its owner's work."""
AT_SITES: Final = frozenset({"refuse-client", "refuse-parameter"})
"""Kinds that refuse requests: what the website answered to such requests is known."""
STATUSES: Final = ("sc-status", "status_code", "http.status", "status")
"""Fields that hold what a website answered, by format."""
MOST_ANSWERS: Final = 100
"""Requests that are looked at to see what was answered."""
SLACK: Final = 60 * SECOND
"""Microseconds by which an attack may have begun before what was first seen of it."""


def attackers_of(facts: Facts) -> frozenset[Entity]:
    """The principals that are the attacker's by what the findings say: none of the firm's."""
    return frozenset(
        entity for entity in facts.entities if entity.kind in ACTORS and facts.foreign(entity)
    )


def victims_of(facts: Facts) -> frozenset[Entity]:
    """The firm's own principals that the findings name."""
    return frozenset(
        entity for entity in facts.entities if entity.kind in STRUCK and not facts.foreign(entity)
    )


class Weigher:
    """Asks the check for the actions of one incident. Used by one thread.

    What an attacker's own address did around the attack is the attacker's. What came from the
    same address long before is somebody else's: an address may be shared, and addresses change
    hands. So events of the named attackers count as benign where they are older than `before` the
    incident's first observable.

    What the victims had to do with an attacker's thing since the first observable is the attack
    itself: to refuse it takes nothing from them. What they had to do with it before is their work.

    Where an incident is more likely no attack, little is presumed: nothing is an attacker's because
    a rule says so, and what the named ones did longer than `before` ago is their routine, also
    where the rule spoke of it already. `strict` is the check for that: findings cover hardly
    anything (`Limits.least` critical).
    """

    def __init__(
        self,
        check: Check,
        now: Callable[[], int],
        before: int = DAY,
        strict: Check | None = None,
    ) -> None:
        self._check = check
        self._strict = strict
        self._now = now
        self._before = before

    def for_incident(
        self, facts: Facts, first: int, uncounted: Collection[str] = (), examples: int = 0
    ) -> Callable[[Action], Cost]:
        """The check for its actions. `first` is the time of its first observable, `uncounted` the
        ids of findings that cover nothing. A cost with benign principals has so many `examples`,
        at most."""
        attackers = attackers_of(facts)
        victims = victims_of(facts)

        check, since = self._check, first
        if self._strict is not None and facts.certainty < LIKELIER:
            check, since = self._strict, max(first, self._now())

        def weigh(action: Action) -> Cost:
            struck = victims if action.kind not in SELF else frozenset()
            cost = check.run(action, self._now(), attackers | struck, uncounted, examples)
            looks: list[tuple[int, frozenset[Entity]]] = []
            if struck:
                looks.append((first - SLACK, attackers))
            if attackers:
                looks.append((since - self._before, frozenset()))
            for until, spared in looks:
                if not cost.complete or cost.benign_count:
                    break
                cost = _with(cost, check.run(action, until, spared, uncounted, examples))
            return cost if cost.benign_count else msgspec.structs.replace(cost, examples=())

        return weigh

    def takes(self, action: Action) -> bool:
        """Whether the action would take anything from anybody, the incident's own attackers among
        them: False where the websites themselves refused every request that it would have touched
        (4xx). True where nobody can tell."""
        if self._strict is None or action.kind not in AT_SITES:
            return True
        cost = self._strict.run(action, self._now(), examples=MOST_ANSWERS)
        asked = cost.events - cost.covered
        if not cost.complete or not 0 < asked == len(cost.examples):
            return True
        return not all(_refused(each.event) for each in cost.examples)


def _refused(record: Record) -> bool:
    for name in STATUSES:
        for text in texts_of(first_value(record, (split_path(name),))):
            if text:
                return len(text) == 3 and text.isdigit() and text.startswith("4")
    return False


def _with(cost: Cost, earlier: Cost) -> Cost:
    """The cost with what was touched long before. That there was little to look at long before is
    no doubt about the cost."""
    seconds = cost.seconds + earlier.seconds
    if not earlier.benign_count:
        return msgspec.structs.replace(cost, seconds=seconds)
    benign: tuple[Touched, ...] = earlier.benign
    return msgspec.structs.replace(
        cost,
        benign=benign,
        benign_count=earlier.benign_count,
        events=cost.events + earlier.events,
        seconds=seconds,
        examples=earlier.examples,
    )
