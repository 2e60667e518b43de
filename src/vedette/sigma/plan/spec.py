"""What is left to decide once it is known which kind of event has come."""

from __future__ import annotations

from typing import Literal

import msgspec

from vedette.sigma.plan.logic import Logic

Paths = tuple[str, ...]


class ItemSpec(msgspec.Struct, frozen=True, gc=False):
    """An item of a slot: holds if one of `patterns` hits (all of them, if `all`), if the field is
    there and `present`, or if it is not and `absent`."""

    number: int
    patterns: tuple[int, ...] = ()
    all: bool = False
    present: bool = False
    absent: bool = False


class SlotSpec(msgspec.Struct, frozen=True, gc=False):
    """Something that is read from the event, and all that is asked of it.

    `field`: the value at the first of `paths` that is there. `pair`: that value together with the
    one at `other`. `keywords`: every value of the event. `patterns` are numbers in the plan's book;
    items name them by their place here, from 0.
    """

    kind: Literal["field", "pair", "keywords"]
    paths: Paths
    other: Paths
    patterns: tuple[int, ...]
    items: tuple[ItemSpec, ...]


class RuleSpec(msgspec.Struct, frozen=True, gc=False):
    """A rule's condition over item numbers; `rule` and `route` are positions in the plan."""

    rule: int
    route: int
    condition: Logic


class RouteSpec(msgspec.Struct, frozen=True, gc=False):
    """All rules that may apply to one kind of event. `always` are (rule, route) that fire on
    each of these events whatever else they hold."""

    slots: tuple[SlotSpec, ...] = ()
    rules: tuple[RuleSpec, ...] = ()
    always: tuple[tuple[int, int], ...] = ()
