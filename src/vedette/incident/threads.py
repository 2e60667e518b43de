"""For each entity, the stretches of time in which findings named it without a gap too long.

All findings that name an entity and have the same days of history (`Rarity.group_of`) hold the same
bond to it, so the ones of them that follow each other within its reach are one *span*: however
many they are, one record. Spans of different groups are linked where the gap between them is within
the smaller of their reaches. Groups follow each other in time, so the ends of spans decide.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter

from vedette.incident.knots import Node
from vedette.model.finding import Entity


class Span:
    """Findings of one group around one entity, from `start` to `end` (microseconds), each within
    `reach` of the next. `number` names it in the store, `stored` says whether it is there. `node`
    leads to its incident."""

    __slots__ = (
        "bits",
        "bucket",
        "end",
        "entity",
        "group",
        "node",
        "number",
        "reach",
        "start",
        "stored",
    )

    def __init__(
        self,
        number: int,
        entity: Entity,
        group: int,
        bits: float,
        reach: int,
        start: int,
        end: int,
        node: Node | None,
        stored: bool = False,
    ) -> None:
        self.number = number
        self.entity = entity
        self.group = group
        self.bits = bits
        self.reach = reach
        self.start = start
        self.end = end
        self.node = node
        self.stored = stored
        self.bucket = -(1 << 62)


_START = attrgetter("start")


def insert(thread: list[Span], new: Span) -> tuple[Span, list[Span], list[Span]]:
    """Put the span of a single moment into an entity's thread (ordered by start).

    Gives the span that now covers the moment (`new` itself, or an older one that was extended),
    the spans of other groups linked to it, and those that were swallowed by it.
    """
    time, group, reach = new.start, new.group, new.reach
    at = bisect_right(thread, time, key=_START)
    linked: list[Span] = []
    swallowed: list[Span] = []
    covering = new
    for other in reversed(thread[:at]) if at < len(thread) else reversed(thread):
        gap = time - other.end
        if gap > reach:
            break
        if other.group == group:
            covering = other
            other.end = max(other.end, time)
            break
        if gap <= other.reach:
            linked.append(other)
    for other in thread[at:]:
        gap = other.start - time
        if gap > reach:
            break
        if other.group == group:
            if covering is new:
                covering = other
                other.start = time
            else:
                covering.end = max(covering.end, other.end)
                thread.remove(other)
                swallowed.append(other)
            break
        if gap <= other.reach:
            linked.append(other)
    if covering is new:
        thread.insert(at, new)
    return covering, linked, swallowed
