"""What a check says: whom an action would have touched, for machines and for people."""

from __future__ import annotations

from typing import Any

import msgspec

from vedette.model.finding import Entity
from vedette.model.instant import rfc3339


class Touched(msgspec.Struct, frozen=True):
    """A benign principal, named as it is stored (a pseudonym stays one). `events` of theirs no
    finding covers; the last of them at `last` (microseconds since the epoch, UTC). The kind
    `unknown` stands for the events of a format that name no one."""

    who: Entity
    events: int
    last: int


class Example(msgspec.Struct, frozen=True):
    """An event that would have been touched and that no finding covers."""

    time: int
    source: str
    place: str
    key: str
    event: dict[str, Any]


class Cost(msgspec.Struct, frozen=True):
    """What an action would have cost the firm.

    `benign` are the principals with the most events, `benign_count` is how many there are in all;
    `uncertain` those that may have been touched where the events do not tell. `events` were
    touched, `covered` of them by findings. `window` is the time looked at, [start, end), `looked`
    the events in it per format. `complete` False means that nobody can say that the count is all:
    `why_not` says why, and a person has to decide.
    """

    benign: tuple[Touched, ...]
    benign_count: int
    uncertain: int
    events: int
    covered: int
    window: tuple[int, int]
    looked: dict[str, int]
    seconds: float
    complete: bool
    why_not: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    def within(self, budget: int) -> bool:
        """Whether the action may be taken without a person: a complete look, and at most `budget`
        benign principals."""
        return self.complete and self.benign_count <= budget


def unknown_cost(window: tuple[int, int], why: str, seconds: float = 0.0) -> Cost:
    """The cost of an action of which nothing can be said."""
    return Cost((), 0, 0, 0, 0, window, {}, seconds, complete=False, why_not=(why,))


def no_cost(now: int) -> Cost:
    """The cost of an action that touches nothing of the firm's."""
    return Cost((), 0, 0, 0, 0, (now, now), {}, 0.0, complete=True)


def as_json(cost: Cost) -> dict[str, Any]:
    """The cost with times in RFC 3339."""
    return {
        "complete": cost.complete,
        "why_not": list(cost.why_not),
        "benign_count": cost.benign_count,
        "benign": [
            {
                "kind": one.who.kind,
                "value": one.who.value,
                "events": one.events,
                "last": rfc3339(one.last),
            }
            for one in cost.benign
        ],
        "uncertain": cost.uncertain,
        "events": cost.events,
        "covered": cost.covered,
        "window": [rfc3339(moment) for moment in cost.window],
        "looked": dict(sorted(cost.looked.items())),
        "seconds": round(cost.seconds, 3),
        "examples": [
            msgspec.to_builtins(one) | {"time": rfc3339(one.time)} for one in cost.examples
        ],
    }


def in_words(cost: Cost) -> list[str]:
    """The cost as lines for people."""
    looked = sum(cost.looked.values())
    start, end = (rfc3339(moment)[:16].replace("T", " ") for moment in cost.window)
    lines = [
        f"looked at {looked:,} events from {start} to {end} UTC: {cost.events:,} touched, "
        f"{cost.covered:,} of them covered by findings"
    ]
    if cost.benign_count:
        lines.append(f"benign principals that would have been touched: {cost.benign_count:,}")
    elif cost.complete:
        lines.append("no benign principal would have been touched")
    lines += [
        f"  {one.who.kind} {one.who.value}: {one.events:,} events, last {rfc3339(one.last)}"
        for one in cost.benign
    ]
    if cost.benign_count > len(cost.benign):
        lines.append(f"  and {cost.benign_count - len(cost.benign):,} more")
    lines += [f"not the whole answer: {why}" for why in cost.why_not]
    return lines
