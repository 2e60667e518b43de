"""Which playbook fits an incident, and why the others don't."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from vedette.response.playbook.facts import Facts
from vedette.response.playbook.holding import holds
from vedette.response.playbook.playbook import Playbook


class Considered(msgspec.Struct, frozen=True):
    """A playbook that was looked at, whether it fits, and why."""

    id: str
    name: str
    fits: bool
    why: str


class Choice(msgspec.Struct, frozen=True):
    """The first playbook that fits, None where none does, and what was considered in order."""

    playbook: Playbook | None
    considered: tuple[Considered, ...]


def choose(playbooks: Iterable[Playbook], facts: Facts, now: int) -> Choice:
    """The playbook for an incident: the first by priority (1 before 100, unsaid last), then name,
    then id, whose trigger holds. `now` is in microseconds, UTC, for `valid_from` and `valid_until`.
    """
    considered: list[Considered] = []
    chosen: Playbook | None = None
    for each in sorted(playbooks, key=lambda one: (one.priority or 101, one.name, one.id)):
        fits, why = _fits(each, facts, now)
        considered.append(Considered(each.id, each.name, fits, why))
        if fits and chosen is None:
            chosen = each
    return Choice(chosen, tuple(considered))


def _fits(playbook: Playbook, facts: Facts, now: int) -> tuple[bool, str]:
    begins, ends = playbook.valid
    if playbook.revoked:
        return False, "is revoked"
    if (begins is not None and now < begins) or (ends is not None and now >= ends):
        return False, "is not valid at this time"
    if playbook.trigger is None:
        return False, "has no trigger; it is only run by hand"
    given = dict(facts.variables)
    values = {name: text for name, value in playbook.variables
              if (text := given.get(name) if value is None else value) is not None}  # fmt: skip
    if holds(playbook.trigger, facts, values):
        return True, f"{playbook.asked}: holds"
    return False, f"{playbook.asked}: does not hold"
