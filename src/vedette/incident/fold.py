"""The fold over findings in event time: which findings belong together.

Two findings belong to one incident where a chain of links (`links`) leads from one to the other. A
link depends on the two findings and on frozen rarity (`rarity`) alone, so the incidents are those
of the set of findings: the same in any order of arrival, as long as none comes more than the
lateness behind the newest. One that comes later still is linked by what is still known, and
counted as late.

An incident is named after its earliest finding. When two unite, the one with the earlier first
finding keeps its name; the other's becomes a former name, which goes on to lead here. An earlier
finding that arrives late and joins renames an incident in the same way.

In memory are only the spans (`threads`) that a finding in time may still join. The rest is in the
store, from where a `Shelf` brings it back when a late finding or a person asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

import msgspec

from vedette.incident.kinds import DAY, Linking
from vedette.incident.knots import NEVER, Knot, Node, Summary, root_of
from vedette.incident.links import held, reach_of
from vedette.incident.rarity import Rarity
from vedette.incident.threads import Span, insert
from vedette.model.finding import Entity, Finding

MOST_SPANS: Final = 400_000
"""In memory; about 0.5 KB each with their threads."""


class Shelf(Protocol):
    """Where spans and incidents lie that are not in memory."""

    def spans(self, entity: Entity) -> Iterable[SavedSpan]:
        """Every stored span of an entity, with the incident it belongs to now."""
        ...

    def knot(self, incident: str) -> Knot:
        """A stored incident."""
        ...


class SavedSpan(msgspec.Struct, frozen=True):
    """A span as it is stored; `incident` as an id."""

    number: int
    entity: Entity
    group: int
    bits: float
    start: int
    end: int
    incident: str


SpanRow = tuple[int, str, str, int, float, int, int, str]
"""A span as a row of the store: the entity as kind and value, else like `SavedSpan`."""


class Settled(msgspec.Struct, frozen=True):
    """What became of the findings since the last time. `members` are (finding, incident),
    `changed` the new state of every incident that grew, each with the names it had until now,
    `spans` the new ones, `moved` the (start, end, number) of older ones that grew. What an older
    one says of its incident holds: a former name leads to the present one."""

    changed: list[tuple[Summary, list[str]]]
    members: list[tuple[str, str]]
    spans: list[SpanRow]
    moved: list[tuple[int, int, int]]
    gone: list[int]
    late: list[str]


class Folder:
    """Holds what may still grow. One for each firm; calls come one at a time."""

    def __init__(self, linking: Linking, rarity: Rarity, shelf: Shelf | None = None) -> None:
        self.linking = linking
        self.rarity = rarity
        self.shelf = shelf
        self.newest = NEVER
        self.muted: set[Entity] = set()
        self.threads: dict[Entity, list[Span]] = {}
        self.nodes: dict[str, Node] = {}
        self.next_number = 1
        self.span_count = 0
        self.spilled = False
        """Whether spans that may still grow had to leave memory."""
        self._busy: dict[Entity, int] = {}
        self._buckets: dict[int, set[Entity]] = {}
        self._swept = NEVER
        self._changed: dict[Span, None] = {}
        self._gone: list[int] = []
        self._members: list[tuple[str, Node]] = []
        self._touched: dict[Node, None] = {}
        self._late: list[str] = []

    @property
    def watermark(self) -> int:
        """What comes from before this time is late."""
        return self.newest - self.linking.lateness

    def take(self, finding: Finding, now: int) -> None:
        """Fold one finding in. `now` (microseconds): a finding from the future of that does not
        move the watermark, so that one wrong clock can't make all others late."""
        time = finding.time
        newest = self.newest
        late = time < newest - self.linking.lateness
        if late:
            self._late.append(finding.id)
        elif time > newest:
            self._advance(min(time, now))
        if time <= now + DAY:
            self.rarity.observe(finding.entities, time)
        self.place(finding, late)

    def place(
        self, finding: Finding, late: bool, frozen: dict[tuple[Entity, int], float] | None = None
    ) -> Node:
        """Link a finding without counting it. `frozen` are bits known from before, by group."""
        time = finding.time
        group = self.rarity.group_of(time)
        root: Node | None = None
        fresh: list[Span] = []
        threads = self.threads
        for entity in held(self.linking, finding):
            thread = threads.get(entity)
            if thread is not None and not late:
                span = thread[-1]
                # The common way: the newest span of the entity goes on.
                if span.group == group and span.start <= time <= (end := span.end) + span.reach:
                    if time > end:
                        span.end = time
                        self._changed[span] = None
                        if (time + span.reach) // DAY != span.bucket:
                            self._bucket(span)
                    node = span.node
                    # None: the finding names the entity twice.
                    if node is not None and node is not root:
                        if node.parent is not node:
                            node = span.node = root_of(node)
                        root = node if root is None else self._unite(root, node)
                    continue
            elif thread is None and self._busy.get(entity) == group:
                continue
            if entity in self.muted:
                continue
            if late or (self.spilled and thread is None):
                self._recall(entity)
            root = self._tie(entity, time, group, late, root, fresh, frozen)
        if root is None:
            root = Node(Knot())
        for span in fresh:
            span.node = root
        root.knot.spans += len(fresh)
        root.knot.add(finding)
        self._touched[root] = None
        self._members.append((finding.id, root))
        return root

    def place_alone(self, finding: Finding) -> Node:
        """An incident of this finding alone, that nothing is linked to."""
        node = Node(Knot())
        node.knot.add(finding)
        self._touched[node] = None
        self._members.append((finding.id, node))
        return node

    def unite(self, first: Node, second: Node) -> Node:
        """Make one incident of two, whatever they share."""
        root = self._unite(root_of(first), second)
        self._touched[root] = None
        return root

    def settle(self) -> Settled:
        """What changed since the last call, for the store."""
        roots = {root_of(node): None for node in self._touched}
        changed = []
        for root in sorted(roots, key=lambda node: node.knot.first):
            knot = root.knot
            summary = knot.summary()
            names = [*([knot.id] if knot.id else []), *knot.former]
            changed.append((summary, names))
            for name in names:
                self.nodes.pop(name, None)
            knot.id, knot.former = summary.id, []
            self.nodes[knot.id] = root
        settled = Settled(
            changed,
            [
                (finding, (node if node.parent is node else root_of(node)).knot.id)
                for finding, node in self._members
            ],
            [_row(span) for span in self._changed if not span.stored],
            [(span.start, span.end, span.number) for span in self._changed if span.stored],
            self._gone,
            self._late,
        )
        for span in self._changed:
            span.stored = True
        for root in roots:
            if not root.knot.spans:
                self.nodes.pop(root.knot.id, None)
        self._changed, self._gone, self._members = {}, [], []
        self._touched, self._late = {}, []
        return settled

    def shed(self, most: int = MOST_SPANS) -> int:
        """Let go of the entities that were quiet longest until a tenth below `most` spans are
        left; only after all was stored. Gives how many spans went."""
        if self.span_count <= most or self.shelf is None:
            return 0
        before = self.span_count
        for entity in sorted(self.threads, key=lambda each: (self.threads[each][-1].end, each)):
            if self.span_count <= most * 9 // 10:
                break
            for span in self.threads[entity][:]:
                self._drop(span)
        self.spilled = True
        return before - self.span_count

    def restore(self, span: SavedSpan, node: Node) -> None:
        """Put a stored span back."""
        reach = reach_of(self.linking, span.entity.kind, span.bits)
        made = Span(
            span.number, span.entity, span.group, span.bits, reach, span.start, span.end, node, True
        )
        thread = self.threads.setdefault(span.entity, [])
        thread.append(made)
        thread.sort(key=lambda each: each.start)
        self.span_count += 1
        node.knot.spans += 1
        self._bucket(made)

    def node_of(self, incident: str) -> Node:
        """The incident of this name (not a former one), brought back where it was away."""
        node = self.nodes.get(incident)
        if node is not None:
            return root_of(node)
        assert self.shelf is not None
        node = self.nodes[incident] = Node(self.shelf.knot(incident))
        return node

    def forget(self, entity: Entity, numbers: set[int]) -> None:
        """Take spans out of memory and out of the store."""
        for span in list(self.threads.get(entity, ())):
            if span.number in numbers:
                self._drop(span)
                self._changed.pop(span, None)
        self._gone += sorted(numbers)

    def _tie(
        self,
        entity: Entity,
        time: int,
        group: int,
        late: bool,
        root: Node | None,
        fresh: list[Span],
        frozen: dict[tuple[Entity, int], float] | None,
    ) -> Node | None:
        """Put the finding into the entity's thread, the slow way."""
        thread = self.threads.get(entity)
        bits = None if frozen is None else frozen.get((entity, group))
        for span in thread or ():
            if span.group == group:
                bits = span.bits
                break
        if bits is None:
            if frozen is not None:
                return root  # it was worth too little in its time
            bits = self.rarity.bits(entity.kind, entity.value, group, late)
        reach = reach_of(self.linking, entity.kind, bits)
        if reach < 0:
            if not late:
                self._busy[entity] = group
            return root
        if thread is None:
            thread = self.threads[entity] = []
        new = Span(self.next_number, entity, group, bits, reach, time, time, None)
        covering, linked, swallowed = insert(thread, new)
        for span in (*linked, *swallowed, *(() if covering is new else (covering,))):
            if span.node is not None:
                root = self._unite(root, span.node)
        for span in swallowed:
            self._gone.append(span.number)
            self._changed.pop(span, None)
            self.span_count -= 1
            assert root is not None
            root.knot.spans -= 1
        if covering is new:
            self.next_number += 1
            self.span_count += 1
            fresh.append(new)
        self._changed[covering] = None
        self._bucket(covering)
        return root

    def _unite(self, root: Node | None, node: Node) -> Node:
        other = root_of(node)
        if root is None or root is other:
            return other
        if root.knot.weight() < other.knot.weight():
            root, other = other, root
        root.knot.join(other.knot)
        other.parent = root
        other.knot = root.knot
        return root

    def _recall(self, entity: Entity) -> None:
        if self.shelf is None:
            return
        known = {span.number for span in self.threads.get(entity, ())}
        known.update(self._gone)  # swallowed since the store was written
        for span in self.shelf.spans(entity):
            if span.number not in known:
                self.restore(span, self.node_of(span.incident))

    def _advance(self, newest: int) -> None:
        if newest <= self.newest:
            return
        self.newest = newest
        day = (newest - self.linking.lateness) // DAY
        if day <= self._swept:
            return
        self._swept = day
        self.rarity.advance(self.watermark)
        self._busy.clear()
        for bucket in sorted(bucket for bucket in self._buckets if bucket < day):
            for entity in self._buckets.pop(bucket):
                for span in list(self.threads.get(entity, ())):
                    if span.end + span.reach < self.watermark and span not in self._changed:
                        self._drop(span)
                    elif span.bucket <= bucket:
                        self._buckets.setdefault(day, set()).add(entity)
                        span.bucket = day

    def _bucket(self, span: Span) -> None:
        bucket = max((span.end + span.reach) // DAY, self._swept)
        if bucket != span.bucket:
            span.bucket = bucket
            self._buckets.setdefault(bucket, set()).add(span.entity)

    def _drop(self, span: Span) -> None:
        """Out of memory, not out of the store."""
        thread = self.threads[span.entity]
        thread.remove(span)
        if not thread:
            del self.threads[span.entity]
        self.span_count -= 1
        if span.node is not None:
            root = root_of(span.node)
            root.knot.spans -= 1
            if not root.knot.spans and root not in self._touched:
                self.nodes.pop(root.knot.id, None)


def _row(span: Span) -> SpanRow:
    node, entity = span.node, span.entity
    assert node is not None
    return (
        span.number,
        entity.kind,
        entity.value,
        span.group,
        span.bits,
        span.start,
        span.end,
        (node if node.parent is node else root_of(node)).knot.id,
    )
