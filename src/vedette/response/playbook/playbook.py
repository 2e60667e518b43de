"""The types of a playbook that was read and found to be whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from vedette.response.playbook.condition import Condition

EXTENSION: Final = "extension-definition--6f1c1c5e-2b57-4d5a-9d0a-0d6f4a3c7e21"
"""The id of our extension of CACAO: what an action is aimed at, and when a playbook fits."""

Side = Literal["foreign", "own", "any"]
StepKind = Literal["start", "end", "action", "if-condition", "parallel"]


class Selector(msgspec.Struct, frozen=True):
    """Which of an incident's entities: of this kind, on this side, whose value is LIKE `match`
    ("" for all). Where it finds more than `limit`, all wait for a person."""

    entity: str
    side: Side
    match: str
    limit: int


class Order(msgspec.Struct, frozen=True):
    """What a step proposes. `scope` values may be variables; `minutes` is how long it lasts.
    `role` is who a `tell` is for; it has no selector."""

    kind: str
    selector: Selector | None
    scope: tuple[tuple[str, str], ...]
    minutes: int
    technique: str
    words: str
    role: str = ""


class Approval(msgspec.Struct, frozen=True):
    """A manual step: what follows it in its branch waits for `people` people of a role."""

    step: str
    role: str
    people: int
    words: str


class Step(msgspec.Struct, frozen=True):
    """A step and where it leads ("" for nowhere). `completed` excludes the other two. `local` are
    its own variables."""

    id: str
    kind: StepKind
    name: str
    completed: str = ""
    succeeded: str = ""
    failed: str = ""
    orders: tuple[Order, ...] = ()
    approval: Approval | None = None
    condition: Condition | None = None
    asked: str = ""
    on_true: str = ""
    on_false: str = ""
    branches: tuple[str, ...] = ()
    local: tuple[tuple[str, str | None], ...] = ()

    def inner(self) -> tuple[str, ...]:
        """Where its branches begin."""
        return tuple(each for each in (self.on_true, self.on_false, *self.branches) if each)

    def later(self) -> tuple[str, ...]:
        """Where it may lead when it and its branches are over."""
        return tuple(each for each in (self.completed, self.succeeded, self.failed) if each)


class Playbook(msgspec.Struct, frozen=True):
    """A playbook without faults: no cycle, every step reachable, every branch ends.

    `priority` is CACAO's: 1 first, 100 last, 0 for unsaid (after all others). `valid` are the
    microseconds from and until which it may be used. `notes` say what was read and not used.
    """

    id: str
    name: str
    description: str
    path: str
    priority: int
    revoked: bool
    valid: tuple[int | None, int | None]
    trigger: Condition | None
    asked: str
    variables: tuple[tuple[str, str | None], ...]
    start: str
    exception: str
    steps: Mapping[str, Step]
    notes: tuple[str, ...] = ()
