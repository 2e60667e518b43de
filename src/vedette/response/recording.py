"""What is written down of actions, and how far each has got, folded from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import msgspec

from vedette.model.action import Action, State

KIND: Final = "action"
"""The kind of ledger entries that this room writes."""

ENDED: Final = frozenset[State]({"refused", "failed", "expired", "undone"})
IN_THE_WORLD: Final = frozenset[State]({"intended", "applied", "ending"})
"""States in which something may stand in the world."""

_AFTER: Final[Mapping[State | None, frozenset[State]]] = {
    None: frozenset({"shadow", "proposed", "intended", "refused"}),
    "shadow": frozenset({"shadow", "proposed", "intended", "expired", "refused"}),
    "proposed": frozenset({"proposed", "intended", "refused", "expired"}),
    "intended": frozenset({"applied", "ending", "failed"}),
    "applied": frozenset({"intended", "applied", "ending"}),
    "ending": frozenset({"ending", "expired", "undone", "failed"}),
    "expired": frozenset({"shadow", "proposed", "intended", "refused"}),
    "failed": frozenset({"proposed", "intended", "refused", "shadow"}),
    "refused": frozenset(),
    "undone": frozenset(),
}
"""What may follow what. What a person refused or undid stays so: another decision is another id."""


class Ledger(Protocol):
    """Where it is written: durable when `append` returns."""

    def append(self, kind: str, who: str, what: Mapping[str, Any]) -> int:
        """Write an entry; its index. May be called from any thread."""
        ...

    def append_many(self, entries: Iterable[tuple[str, str, Mapping[str, Any]]]) -> range:
        """Write entries one after the other, all or none of them; their indexes."""
        ...


class Entry(msgspec.Struct, frozen=True):
    """How far an action has got: since when, by whose word, who has agreed so far.

    `towards` is the state that an `ending` action is to reach. `cost` is what the counterfactual
    check said when it was decided (`counterfactual.cost.as_json`), None where it was not asked.
    `people` is how many its playbook wants to agree; its kind's rule may want more.
    """

    action: Action
    changed: int
    who: str
    agreed: tuple[str, ...] = ()
    towards: State = "undone"
    detail: str = ""
    cost: dict[str, Any] | None = None
    people: int = 0

    @property
    def state(self) -> State:
        return self.action.state


def may_follow(before: State | None, after: State) -> bool:
    """Whether an action in state `before` (None: unknown so far) may get to `after`."""
    return after in _AFTER[before]


def as_written(entry: Entry) -> dict[str, Any]:
    """An entry for the ledger."""
    written: dict[str, Any] = msgspec.to_builtins(entry)
    return written


def entries_of(written: Iterable[Mapping[str, Any]]) -> dict[str, Entry]:
    """How far each action has got, by its id, after these (what `as_written` gave), in order.

    The last word counts. Raises msgspec.ValidationError on what is no entry.
    """
    found: dict[str, Entry] = {}
    for each in written:
        entry = msgspec.convert(each, Entry)
        found[entry.action.id] = entry
    return found
