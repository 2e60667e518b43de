"""What a campaign is: steps towards a goal, each of which can be stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.disruption.event import MINUTE, Made

TRIES: Final = 3
"""How often an attacker tries a step that is refused."""
AGAIN: Final = 10 * MINUTE
"""How long the attacker waits before the next try."""


@dataclass(frozen=True, slots=True)
class Step:
    """`after` is how long after the step before it happens (microseconds). It does not happen
    while an action stands that touches any of its events (`Event.keys`), nor when a step of
    `needs` did not happen; nobody tries it again then. `telling`: what it leaves can be told from
    everyday life by who looks at it alone. `waits` False: the attack goes on without it."""

    name: str
    after: int
    made: Made
    telling: bool = True
    needs: tuple[str, ...] = ()
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Campaign:
    """An attack that begins at `begin`; it has come to its goal when its last step happens."""

    name: str
    goal: str
    begin: int
    steps: tuple[Step, ...]

    def label(self, step: Step) -> str:
        return f"{self.name}/{step.name}"
