"""How much Vedette may do by itself, for each kind of action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from vedette.model.action import State

Mode = Literal["shadow", "ask", "act"]

MINUTE: Final = 60_000_000
LASTS: Final = 60 * MINUTE
"""Microseconds that an action lasts by default."""


HARMLESS: Final = 0.1
"""What takes nothing from anybody is worth doing at one chance in ten: one finding of level low."""
LIKELY: Final = 1 / 3
"""What touches nobody known and is over within the hour: one medium finding by itself is not
enough, two of different kinds are."""
LIKELIER: Final = 0.5
"""What interrupts work of the firm itself for minutes."""
SURE: Final = 0.8
"""What a person notices at once and can't mend alone, or what is not undone."""
ASKED: Final[Mapping[str, float]] = {
    "freeze-process": LIKELIER,
    "end-sessions": LIKELIER,
    "end-process": SURE,
    "isolate-host": SURE,
    "disable-account": SURE,
    "retract-message": SURE,
}
"""How certain it must be by default that an incident is an attack; LIKELY for all other kinds."""
OUTSIDE: Final = frozenset({"refuse-address", "refuse-domain", "refuse-url", "refuse-hash",
                            "refuse-sender", "hold-message"})  # fmt: skip
"""Kinds that keep the firm's own from something outside: whom that would cost shows in its own
events. (Not a website's clients: one never seen may be a customer who comes for the first time.)"""
ORDINARY: Final = 0.4
"""The criticality of what no asset list names, at which the certainties above are meant."""


class Rule(msgspec.Struct, frozen=True):
    """For one kind: the mode; people who must agree before it is done when asked (two for costly
    kinds); benign principals that it may touch; microseconds that it lasts; how certain it must be
    that the incident is an attack before it is done without asking (None: by what it costs)."""

    mode: Mode = "shadow"
    people: int = 1
    budget: int = 0
    lasts: int = LASTS
    certainty: float | None = None


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


def asked_of(rule: Rule, kind: str, stake: float) -> float:
    """How certain it must be that the incident is an attack. `stake` is the criticality (0 to 1)
    of what it touches: the more is at stake, the more harm is prevented, the less is asked for."""
    if rule.certainty is not None:
        return rule.certainty
    asked = ASKED.get(kind, LIKELY)
    return asked * min(1.0, ORDINARY / max(stake, ORDINARY)) if kind in OUTSIDE else asked


def first_state(rule: Rule, *, asked: bool) -> State:
    """Where an action begins: carried out at once only in mode act, and where nobody has to be
    `asked` first (by its playbook, its cost, or because its target is protected)."""
    if rule.mode == "shadow":
        return "shadow"
    return "intended" if rule.mode == "act" and not asked else "proposed"


def missing(rule: Rule, agreed: Iterable[str], people: int = 0) -> int:
    """How many different people more must agree: for the rule, and for a playbook that wants
    `people`."""
    return max(0, max(rule.people, people, 1) - len(set(agreed)))
