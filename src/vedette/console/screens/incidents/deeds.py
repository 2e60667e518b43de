"""What Vedette did about incidents, would have done, or asks to be allowed to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import msgspec

from vedette.incident.sentence import listed
from vedette.model.instant import instant_of
from vedette.model.visible import visible
from vedette.response.recording import IN_THE_WORLD, Entry
from vedette.response.register import of_incidents

WORDS: Final = {
    "shadow": "would have been done",
    "proposed": "waits for a person",
    "refused": "refused",
    "intended": "is being done",
    "applied": "stands",
    "ending": "is being taken back",
    "failed": "could not be done",
    "expired": "is over",
    "undone": "was taken back",
}
LONGEST: Final = 40
"""Characters of a target in a sentence."""
_DONE: Final = ("applied", "intended", "ending", "expired", "undone")


class Principal(msgspec.Struct, frozen=True):
    """Somebody or something harmless that an action would have touched, how often, and when
    last (RFC 3339)."""

    kind: str
    value: str
    events: int
    last: str


class Price(msgspec.Struct, frozen=True):
    """What an action would have cost, by the stored events of [start, end) (microseconds):
    `looked` events were looked at, `events` touched, `covered` of them by findings, the rest the
    doing of `benign_count` harmless principals, of whom `benign` did most. Where it is not
    `complete`, `why_not` says why nobody can say that this is all."""

    start: int
    end: int
    looked: int
    events: int
    covered: int
    benign_count: int
    benign: tuple[Principal, ...]
    complete: bool
    why_not: tuple[str, ...]


class Deed(msgspec.Struct, frozen=True):
    """An action of an incident. Times are microseconds. `agreed` of `people` have agreed so far;
    `price` is None where no check was asked. `technique` is D3FEND's."""

    id: str
    state: str
    words: str
    kind: str
    target_kind: str
    target: str
    scope: tuple[tuple[str, str], ...]
    incident: str
    reason: str
    technique: str
    decided: int
    expires: int
    changed: int
    who: str
    agreed: tuple[str, ...]
    people: int
    detail: str
    price: Price | None

    @property
    def what(self) -> str:
        """Verb and target: `refuse address 203.0.113.9`."""
        if self.kind == "tell":
            return "tell people"
        target = self.target
        if len(target) > LONGEST:  # a hash is known by its ends
            target = f"{target[: LONGEST - 13]}…{target[-12:]}"
        return f"{self.kind.replace('-', ' ')} {target}"

    @property
    def doubts(self) -> str:
        """What is to be said of it besides its cost."""
        why = () if self.price is None else self.price.why_not
        return "" if any(each in self.detail for each in why) else self.detail

    @property
    def waits(self) -> bool:
        """Whether a person may agree to it or refuse it."""
        return self.state in ("proposed", "shadow")

    @property
    def stands(self) -> bool:
        """Whether it may be taken back."""
        return self.state in IN_THE_WORLD


def deeds_of(actions: sqlite3.Connection, incidents: Collection[str]) -> tuple[Deed, ...]:
    """All of these incidents (present and former names), in the order they were decided."""
    entries = of_incidents(actions, incidents)
    return tuple(sorted(map(deed_of, entries), key=lambda deed: (deed.decided, deed.id)))


def deed_of(entry: Entry) -> Deed:
    """An action as it is shown."""
    action = entry.action
    return Deed(
        action.id,
        entry.state,
        WORDS[entry.state],
        action.kind,
        action.target.kind,
        visible(action.target.value),
        tuple((visible(name), visible(value)) for name, value in action.scope),
        action.incident,
        visible(action.reason),
        action.technique,
        action.decided,
        action.expires,
        entry.changed,
        entry.who,
        entry.agreed,
        max(1, entry.people),
        visible(entry.detail),
        None if entry.cost is None else price_of(entry.cost),
    )


def price_of(cost: dict[str, Any]) -> Price:
    """From what `counterfactual.cost.as_json` wrote."""
    start, end = (instant_of(moment) or 0 for moment in cost["window"])
    return Price(
        start,
        end,
        sum(cost["looked"].values()),
        cost["events"],
        cost["covered"],
        cost["benign_count"],
        tuple(
            Principal(one["kind"], visible(one["value"]), one["events"], one["last"])
            for one in cost["benign"]
        ),
        cost["complete"],
        tuple(visible(why) for why in cost["why_not"]),
    )


def done_words(deeds: Sequence[Deed]) -> str:
    """One sentence of what was done; no more than the register says."""
    told = []
    done = [deed for deed in deeds if deed.state in _DONE and deed.kind != "tell"]
    if done:
        standing = sum(deed.stands for deed in done)
        over = "" if standing == len(done) else " (now over)" if not standing else " (partly over)"
        told.append(f"did {_named(done)}{over}")
    waiting = [deed for deed in deeds if deed.state == "proposed"]
    if waiting:
        told.append(f"asks whether to {_named(waiting)}")
    would = [deed for deed in deeds if deed.state == "shadow"]
    if would:
        told.append(f"would have done {_named(would)} (shadow)")
    failed = [deed for deed in deeds if deed.state == "failed"]
    if failed:
        told.append(f"could not {_named(failed)}")
    if not told:
        return "Vedette has done nothing about it."
    return f"Vedette {listed(told)}."


def _named(deeds: Iterable[Deed]) -> str:
    those = list(deeds)
    if len(those) <= 2:
        return listed([f"“{deed.what}”" for deed in those])
    return f"“{those[0].what}” and {len(those) - 1} more"
