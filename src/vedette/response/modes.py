"""How much Vedette may do by itself, for each kind of action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from vedette.model.action import State

Mode = Literal["shadow", "ask", "act"]

MINUTE: Final = 60_000_000
LASTS: Final = 60 * MINUTE
"""Microseconds that an action lasts by default."""


LIKELY: Final = 1 / 3
"""How likely an attack: one medium finding by itself is not enough to stop anybody, two of
different kinds are. What is done then touches nobody known and can be taken back."""


class Rule(msgspec.Struct, frozen=True):
    """For one kind: the mode; people who must agree before it is done when asked (two for costly
    kinds); benign principals that it may touch; microseconds that it lasts; how certain it must be
    that the incident is an attack before it is done without asking."""

    mode: Mode = "shadow"
    people: int = 1
    budget: int = 0
    lasts: int = LASTS
    certainty: float = LIKELY


COSTLY: Final = frozenset({"isolate-host", "disable-account", "end-process", "retract-message"})
"""Kinds that two people must agree to, where the user does not say otherwise."""


class Modes(msgspec.Struct, frozen=True):
    """The rule of each kind; `otherwise` for the rest."""

    kinds: Mapping[str, Rule] = {}
    otherwise: Rule = Rule()

    def of(self, kind: str) -> Rule:
        """The rule of a kind."""
        found = self.kinds.get(kind)
        if found is not None:
            return found
        if kind in COSTLY and self.otherwise.people < 2:
            return msgspec.structs.replace(self.otherwise, people=2)
        return self.otherwise


def first_state(rule: Rule, *, asked: bool) -> State:
    """Where an action begins: carried out at once only in mode act, and where nobody has to be
    `asked` first (by its playbook, its cost, or because its target is protected)."""
    if rule.mode == "shadow":
        return "shadow"
    return "intended" if rule.mode == "act" and not asked else "proposed"


def enough(rule: Rule, agreed: tuple[str, ...], people: int = 0) -> bool:
    """Whether those who agreed are enough different people: for the rule, and for a playbook that
    wants `people`."""
    return len(set(agreed)) >= max(rule.people, people, 1)
