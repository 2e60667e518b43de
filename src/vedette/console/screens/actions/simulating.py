"""What an action would have touched: the counterfactual check, asked by a person."""

from __future__ import annotations

from collections.abc import Mapping
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from vedette.console.faults import RequestError
from vedette.console.screens.actions.reading import CostShown, Id, cost_of, entry_named
from vedette.engine.thwarting.simulating import simulated
from vedette.model.action import Action, action_id
from vedette.model.finding import Entity
from vedette.response.counterfactual.cost import as_json
from vedette.response.playbook.kinds import load_kinds

if TYPE_CHECKING:
    from vedette.console.seat import Seat
    from vedette.response.playbook.kinds import ActionKind

EXAMPLES: Final = 3
AT_ONCE: Final = 1
"""Checks that people may run at the same time: each reads days of events."""

Text = Annotated[str, msgspec.Meta(max_length=2000)]


class SimulateQuery(msgspec.Struct, frozen=True):
    """An action that is there, or the kind and target of one that might be. `scope` narrows it:
    `name=value`, several times. Without any of them: the form alone."""

    action: Id | None = None
    kind: Annotated[str, msgspec.Meta(max_length=64)] = ""
    target_kind: Annotated[str, msgspec.Meta(max_length=32)] = ""
    target: Text = ""
    scope: Annotated[tuple[Text, ...], msgspec.Meta(max_length=8)] = ()


class KindShown(msgspec.Struct, frozen=True):
    """A kind of action and what it may be aimed at."""

    kind: str
    targets: tuple[str, ...]


class ExampleShown(msgspec.Struct, frozen=True):
    """A stored event that would have been touched and that no finding covers."""

    time: str
    source: str
    place: str
    event: dict[str, Any]


class Simulated(msgspec.Struct, frozen=True):
    """The answer; `cost` is None where nothing was asked. Nothing was done."""

    kinds: tuple[KindShown, ...]
    kind: str
    target_kind: str
    target: str
    scope: tuple[str, ...]
    cost: CostShown | None
    examples: tuple[ExampleShown, ...] = ()


class Turns:
    """Who may run a check now."""

    def __init__(self) -> None:
        self.free = BoundedSemaphore(AT_ONCE)


def simulate(seat: Seat, query: SimulateQuery) -> Simulated:
    """Run the check. Raises RequestError where it is not understood or another runs."""
    known = load_kinds()
    kinds = tuple(
        KindShown(kind, tuple(sorted(each.targets))) for kind, each in sorted(known.items())
    )
    if query.action is not None:
        action = entry_named(seat, query.action).action
    elif query.kind or query.target:
        action = _imagined(query, known, seat.now())
    else:
        return Simulated(kinds, "", "", "", (), None)
    turns = seat.place.kept.of(Turns, Turns)
    if not turns.free.acquire(blocking=False):
        raise RequestError("too-many", "another check is running; try again in some seconds")
    try:
        told = as_json(simulated(seat.config, action, seat.now(), EXAMPLES))
    finally:
        turns.free.release()
    return Simulated(
        kinds,
        action.kind,
        action.target.kind,
        action.target.value,
        tuple(f"{name}={value}" for name, value in action.scope),
        cost_of(told),
        tuple(
            ExampleShown(one["time"], one["source"], one["place"], one["event"])
            for one in told["examples"]
        ),
    )


def _imagined(query: SimulateQuery, known: Mapping[str, ActionKind], now: int) -> Action:
    if query.kind not in known:
        raise RequestError("invalid", f"kind: is none; take one of {', '.join(sorted(known))}")
    targets = sorted(known[query.kind].targets)
    of = query.target_kind or targets[0]
    if of not in targets or not query.target:
        raise RequestError("invalid", f"target: give one of the kind {' or '.join(targets)}")
    pairs = [each.partition("=") for each in query.scope if each]
    if any(not name or not middle for name, middle, _ in pairs):
        raise RequestError("invalid", "scope: write name=value")
    scope = tuple(sorted((name, value) for name, _, value in pairs))
    entity = Entity(of, query.target)
    name = action_id(query.kind, entity, scope, "")
    return Action(name, query.kind, entity, scope, "", "", now, now)
