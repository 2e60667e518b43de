"""What an action of an incident would have touched, by the firm's own recent events."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import msgspec

from vedette.model.action import Action
from vedette.model.finding import Entity
from vedette.response.counterfactual.check import DAY, Check
from vedette.response.counterfactual.cost import Cost
from vedette.response.playbook.facts import Facts

ACTORS: Final = frozenset({"address", "person", "mailbox"})
"""Kinds of principals that an incident may name as the attacker's own."""


def attackers_of(facts: Facts) -> frozenset[Entity]:
    """The principals that are the attacker's by what the findings say: none of the firm's."""
    return frozenset(
        entity for entity in facts.entities if entity.kind in ACTORS and facts.foreign(entity)
    )


class Weigher:
    """Asks the check for the actions of one incident. Used by one thread.

    What an attacker's own address did around the attack is the attacker's. What came from the
    same address long before is somebody else's: an address may be shared, and addresses change
    hands. So events of the named attackers count as benign where they are older than `before` the
    incident's first observable.
    """

    def __init__(self, check: Check, now: Callable[[], int], before: int = DAY) -> None:
        self._check = check
        self._now = now
        self._before = before

    def for_incident(
        self, facts: Facts, first: int, uncounted: Collection[str] = ()
    ) -> Callable[[Action], Cost]:
        """The check for its actions. `first` is the time of its first observable, `uncounted` the
        ids of findings that cover nothing."""
        attackers = attackers_of(facts)

        def weigh(action: Action) -> Cost:
            now = self._now()
            cost = self._check.run(action, now, attackers, uncounted)
            if not attackers or not cost.complete or cost.benign_count:
                return cost
            earlier = self._check.run(action, first - self._before, (), uncounted)
            if not earlier.benign_count:
                return msgspec.structs.replace(cost, seconds=cost.seconds + earlier.seconds)
            return msgspec.structs.replace(
                cost,
                benign=earlier.benign,
                benign_count=earlier.benign_count,
                events=cost.events + earlier.events,
                seconds=cost.seconds + earlier.seconds,
                examples=earlier.examples,
            )

        return weigh
