"""The groups of one correlation: which match belongs where, and what is given up when full."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from vedette.model.value import fold
from vedette.sigma.correlation.bounds import GROUPS_PER_MATCH
from vedette.sigma.correlation.claim import Claim
from vedette.sigma.correlation.closing import Closing
from vedette.sigma.correlation.match import Match
from vedette.sigma.correlation.plan import ORDERED, Plan
from vedette.sigma.correlation.state import Journal, Loaded, Slot, Slots, hashed, under
from vedette.sigma.correlation.temporal import InOrder, Together
from vedette.sigma.correlation.windows import Counting, Distinct, Window

Key = tuple[str, ...]
"""The folded group-by values, in the order of the rule."""


def keys_of(plan: Plan, match: Match) -> tuple[list[Key], str]:
    """The groups of a match, at most GROUPS_PER_MATCH; none where a field is absent, and which."""
    folded: list[dict[str, None]] = []
    for field in plan.fields(plan.correlation.group_by, match.rule):
        texts = match.values.get(field)
        if not texts:
            return [], field
        folded.append(dict.fromkeys(map(fold, texts)))
    return list(islice(product(*folded), GROUPS_PER_MATCH)), ""


@dataclass(slots=True)
class Group:
    """One group. `tick` and `time` tell of the last match that changed it, `start` of its first
    (when it opened), `quiet` until when (included) it says nothing more."""

    slots: Slots
    window: Window
    tick: int
    time: int
    start: int
    quiet: int | None = None

    def save(self, key: Key) -> None:
        quiet = () if self.quiet is None else (self.quiet,)
        self.slots.put("h", Slot(ints=(self.tick, self.time, self.start, *quiet), texts=key))


class Groups:
    """All groups of one correlation.

    Those that slide stand in the order in which they were last touched, those that close in the
    order in which they opened; the first is the first to expire or end, and the first to be given
    up. Matches come in event time, so this order depends on the events alone.
    """

    def __init__(self, plan: Plan, bound: int, journal: Journal) -> None:
        self.plan = plan
        self.size = 0
        self._bound = bound
        self._journal = journal
        self._groups: OrderedDict[Key, Group] = OrderedDict()
        self._passing: set[Key] = set()
        self._moment: int | None = None
        self._told_until: int | None = None

    def __len__(self) -> int:
        return len(self._groups)

    def process(self, match: Match, key: Key, tick: int) -> tuple[Claim | None, str]:
        """Take a match of this group: the claim that it completes, and what was given up."""
        lost = ""
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) >= self._bound:
                self.evict()
                lost = f"more than {self._bound} groups; the oldest was given up"
            group = self._groups[key] = self._new(key, tick, match.time)
        if group.quiet is not None:
            if match.time <= group.quiet:
                return None, lost
            group.quiet = None
        size, given_up = group.window.size, group.window.lost
        claim = group.window.add(match)
        if group.window.lost > given_up:
            lost = f"more than {self.plan.limit} matches in a group; some were given up"
        if claim is not None:
            group.window.clear()
            group.quiet = claim.start + self.plan.timespan
        self.size += group.window.size - size
        if not self.plan.closing:
            self._touch(key, group, match.time, tick)
        return claim, lost

    def moment(self, time: int) -> None:
        """Event time has come to here: forget what can't matter any more."""
        if time == self._moment:
            return
        self._moment = time
        for key in self._passing:
            group = self._groups.get(key)
            if group is not None and not _needed(group, time):
                self._remove(key)
        self._passing.clear()
        if not self.plan.closing:
            while self._groups and self._front().time + self.plan.timespan < time:
                self.evict()

    def ends(self) -> int | None:
        """The first microsecond after the first window to close."""
        if not self.plan.closing or not self._groups:
            return None
        return self._front().start + self.plan.timespan + 1

    def close(self, time: int) -> Iterator[tuple[Key, Claim]]:
        """Judge the windows that are over at this time."""
        while (over := self.ends()) is not None and over <= time:
            key, group = next(iter(self._groups.items()))
            if isinstance(group.window, Closing):
                claim = group.window.judge(group.start, over - 1)
                if claim is not None:
                    yield key, claim
            self._remove(key)

    def evict(self) -> None:
        """Give up the first group."""
        self._remove(next(iter(self._groups)))

    def tells(self, time: int) -> bool:
        """Whether an overflow now is worth a finding: once per timespan."""
        if self._told_until is not None and time <= self._told_until:
            return False
        self._told_until = time + self.plan.timespan
        self._journal.put(f"o/{self.plan.digest}", Slot(ints=(self._told_until,)))
        return True

    def clear(self) -> None:
        """Forget everything."""
        while self._groups:
            self.evict()
        self._passing.clear()
        self._moment = self._told_until = None
        self._journal.drop(f"o/{self.plan.digest}")

    def adopt(self, old: Groups) -> None:
        """Take over the groups of an equal plan. The old one must not be used any more."""
        self._groups, old._groups = old._groups, OrderedDict()
        self._passing, self._moment = old._passing, old._moment
        self._told_until = old._told_until
        self.size = old.size

    def load_told(self, slot: Slot) -> None:
        self._told_until = slot.ints[0]

    def load(self, groups: list[Loaded]) -> None:
        """Take up groups as they were saved."""
        for loaded in sorted(groups, key=lambda loaded: loaded["h"].ints[0]):
            tick, time, start, *quiet = loaded["h"].ints
            key = loaded["h"].texts
            group = self._groups[key] = self._make(key, tick, time)
            group.start = start
            group.quiet = quiet[0] if quiet else None
            group.window.load(under(loaded, "x"))
            self.size += group.window.size
            if not _needed(group, time + 1):
                self._passing.add(key)

    def _new(self, key: Key, tick: int, time: int) -> Group:
        group = self._make(key, tick, time)
        self.size += group.window.size
        group.save(key)
        return group

    def _make(self, key: Key, tick: int, time: int) -> Group:
        slots = Slots(self._journal, f"g/{self.plan.digest}/{hashed(key)}/")
        return Group(slots, window_of(self.plan, slots.below("x")), tick, time, time)

    def _touch(self, key: Key, group: Group, time: int, tick: int) -> None:
        group.time, group.tick = time, tick
        self._groups.move_to_end(key)
        group.save(key)
        if not _needed(group, time + 1):
            self._passing.add(key)

    def _front(self) -> Group:
        return next(iter(self._groups.values()))

    def _remove(self, key: Key) -> None:
        group = self._groups.pop(key)
        self.size -= group.window.size
        group.window.clear()
        group.slots.drop("h")


def _needed(group: Group, time: int) -> bool:
    """Whether the group can still matter at this time."""
    return group.window.lasting or (group.quiet is not None and group.quiet >= time)


def window_of(plan: Plan, slots: Slots) -> Window:
    """An empty window for this kind of correlation."""
    if plan.closing:
        return Closing(plan, slots)
    match plan.correlation.kind:
        case "event_count" | "value_sum":
            return Counting(plan, slots)
        case "value_count":
            return Distinct(plan, slots)
        case kind if kind in ORDERED:
            return InOrder(plan, slots)
        case _:
            return Together(plan, slots)
