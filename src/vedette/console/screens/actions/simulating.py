"""What an action would have touched: the counterfactual check, asked by a person."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from vedette.console.faults import RequestError
from vedette.console.screens.actions.reading import CostShown, Id, cost_of, entry_named
from vedette.engine.thwarting.simulating import simulated
from vedette.model.finding import Entity
from vedette.response.counterfactual.cost import as_json
from vedette.response.playbook.kinds import imagined, load_kinds

if TYPE_CHECKING:
    from vedette.console.seat import Seat

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
    """Run the check. Raises ConfigError where it is not understood, RequestError where another
    runs."""
    known = load_kinds()
    kinds = tuple(
        KindShown(kind, tuple(sorted(each.targets))) for kind, each in sorted(known.items())
    )
    if query.action is not None:
        action = entry_named(seat, query.action).action
    elif query.kind or query.target:
        aims = known[query.kind].targets if query.kind in known else ("",)
        target = Entity(query.target_kind or sorted(aims)[0], query.target)
        action = imagined(query.kind, target, filter(None, query.scope), seat.now())
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
