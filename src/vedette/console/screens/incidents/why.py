"""Why the findings of an incident belong together, and what its priority rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from vedette.console.screens.incidents.ranking import Brief, brief_of, ranking
from vedette.console.screens.incidents.story import Name, judgement_of
from vedette.incident.explain import Tie, explain
from vedette.incident.kinds import Linking, load_linking
from vedette.incident.priority import Priority
from vedette.incident.reading import read_incident
from vedette.model.visible import visible

if TYPE_CHECKING:
    from vedette.console.seat import Seat

COMPARED: Final = 60
"""Findings compared with each other: 1,770 pairs take some 20 ms."""


class WhyQuery(msgspec.Struct, frozen=True):
    """Of which incident."""

    incident: Name


class Bond(msgspec.Struct, frozen=True):
    """Why a finding is here: the strongest thing it shares with an earlier one. The two name
    `kind value`, `times` as often as chance would have it (`bits` = log2 of that); `gap`
    microseconds apart leaves `strength` bits, and `threshold` are needed."""

    finding: str
    title: str
    earlier: str
    earlier_title: str
    kind: str
    value: str
    times: float
    bits: float
    gap: int
    strength: float
    threshold: float
    also: int


class Why(msgspec.Struct, frozen=True):
    """`bonds` lead from findings to earlier ones; `by_hand` are findings that a person put here
    or that began a part which others joined later; `left_out` were not compared."""

    brief: Brief
    priority: Priority
    first: str
    bonds: tuple[Bond, ...]
    by_hand: tuple[str, ...]
    left_out: int


class _Links:
    def __init__(self) -> None:
        self.linking: Linking = load_linking()


def read_why(seat: Seat, query: WhyQuery) -> Why:
    """Raises UnknownIncidentError."""
    found = read_incident(seat.state, query.incident)
    priority = ranking(seat).rate(seat.state, found.summary)
    linking = seat.place.kept.of(_Links, _Links).linking
    told = explain(seat.state, linking, found.summary.id, COMPARED)
    judgement = judgement_of(seat.state, found.summary.id)
    return Why(
        brief_of(
            found.summary, priority, found.state, "" if judgement is None else judgement.verdict
        ),
        priority,
        told.first,
        tuple(map(_bond, told.ties)),
        tuple(told.by_hand),
        told.left_out,
    )


def _bond(tie: Tie) -> Bond:
    link = tie.link
    return Bond(
        tie.finding,
        visible(tie.title),
        tie.earlier,
        visible(tie.earlier_title),
        link.entity.kind,
        visible(link.entity.value),
        round(tie.shared / tie.chance, 1),
        round(link.bits, 2),
        link.gap,
        round(link.strength, 2),
        tie.threshold,
        len(tie.also),
    )
