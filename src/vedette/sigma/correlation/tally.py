"""What a window that closes keeps of its matches until it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from vedette.sigma.correlation.aggregate import (
    Number,
    exact,
    holds,
    nearest_rank,
    restored,
    text_of_number,
)
from vedette.sigma.correlation.match import Match, order
from vedette.sigma.correlation.plan import ORDERED, Plan
from vedette.sigma.correlation.state import Loaded, Slot, Slots, under
from vedette.sigma.correlation.temporal import InOrder, claim_of, met
from vedette.sigma.correlation.values import distinct, numbers


@dataclass(frozen=True, slots=True)
class Judged:
    """The condition holds. Where `completing` is None it is the window's last match, where
    `members` is empty they are those that the window kept."""

    aggregate: tuple[str, str]
    named: tuple[tuple[str, str], ...] = ()
    completing: Match | None = None
    members: Sequence[Match] = ()


class Tally(Protocol):
    """What is kept besides the matches themselves. `size` and `lost` as in `Window`."""

    @property
    def size(self) -> int: ...

    @property
    def lost(self) -> int: ...

    def add(self, match: Match) -> None: ...

    def judge(self, events: int) -> Judged | None:
        """Whether the condition holds over the whole window, which had so many events."""
        ...

    def clear(self) -> None: ...

    def load(self, loaded: Loaded) -> None: ...


def tally_of(plan: Plan, slots: Slots) -> Tally:
    """The tally for a kind of correlation."""
    kind = plan.correlation.kind
    if kind in ("value_count", "value_percentile"):
        return Occurrences(plan, slots)
    if kind in ("event_count", "value_sum", "value_avg"):
        return Total(plan, slots)
    return Rules(plan, slots)


class Total:
    """event_count, value_sum and value_avg."""

    def __init__(self, plan: Plan, slots: Slots) -> None:
        self._plan = plan
        self._slots = slots
        self._sum: Number = 0
        self._numbers = 0
        self.size = 0
        self.lost = 0

    def add(self, match: Match) -> None:
        if self._plan.correlation.kind == "event_count":
            return
        found = numbers(self._plan, match)[0]
        self._sum += sum(found)
        self._numbers += len(found)
        self._slots.put("s", Slot(ints=(self._numbers,), texts=(exact(self._sum),)))

    def judge(self, events: int) -> Judged | None:
        name, value = self._amount(events)
        return Judged((name, text_of_number(value))) if holds(self._plan.compare, value) else None

    def clear(self) -> None:
        self._slots.drop("s")

    def load(self, loaded: Loaded) -> None:
        if "s" in loaded:
            self._numbers = loaded["s"].ints[0]
            self._sum = restored(loaded["s"].texts[0])

    def _amount(self, events: int) -> tuple[str, Number]:
        match self._plan.correlation.kind:
            case "event_count":
                return "count", events
            case "value_sum":
                return "sum", self._sum
            case _:
                return "average", Fraction(self._sum) / self._numbers


@dataclass(slots=True)
class _Seen:
    """A value: its record's number, how often it was seen, and the last match that held it."""

    seq: int
    count: int
    last: Match


class Occurrences:
    """value_count and value_percentile: how often each value occurs."""

    def __init__(self, plan: Plan, slots: Slots) -> None:
        self._plan = plan
        self._slots = slots
        self._seen: dict[tuple[str, ...], _Seen] = {}
        self._numeric = plan.correlation.kind == "value_percentile" and plan.percentile is not None
        self.lost = 0

    @property
    def size(self) -> int:
        return len(self._seen)

    def add(self, match: Match) -> None:
        for value in self._values(match):
            seen = self._seen.get(value)
            if seen is None:
                if len(self._seen) >= self._plan.limit:
                    self.lost += 1
                    continue
                seen = self._seen[value] = _Seen(len(self._seen), 0, match)
            seen.count += 1
            seen.last = match
            slot = Slot(ints=(seen.count,), texts=value, matches=(match,))
            self._slots.put(f"v{seen.seq:x}", slot)

    def judge(self, events: int) -> Judged | None:
        compare = self._plan.compare
        if self._plan.correlation.kind == "value_count":
            held = holds(compare, len(self._seen))
            return Judged(("count", str(len(self._seen)))) if held else None
        if self._plan.percentile is not None:
            counts = {restored(value[0]): seen.count for value, seen in self._seen.items()}
            rank = nearest_rank(counts, self._plan.percentile)
            return Judged(("percentile", text_of_number(rank))) if holds(compare, rank) else None
        return self._rarest(events)

    def clear(self) -> None:
        for seen in self._seen.values():
            self._slots.drop(f"v{seen.seq:x}")
        self._seen.clear()

    def load(self, loaded: Loaded) -> None:
        for name, slot in loaded.items():
            seen = _Seen(int(name[1:], 16), slot.ints[0], slot.matches[0])
            self._seen[slot.texts] = seen

    def _values(self, match: Match) -> list[tuple[str, ...]]:
        if self._numeric:
            return [(exact(value),) for value in numbers(self._plan, match)[0]]
        return list(distinct(self._plan, match))

    def _rarest(self, events: int) -> Judged | None:
        """The rarest value whose share in the window's events meets the condition."""
        for value, seen in sorted(self._seen.items(), key=lambda item: (item[1].count, item[0])):
            share = Fraction(100 * seen.count, events)
            if holds(self._plan.compare, share):
                fields = self._plan.correlation.condition.field
                shown = distinct(self._plan, seen.last)[value]
                named = tuple(zip(fields, shown, strict=True))
                return Judged(("percent", text_of_number(share)), named, seen.last)
        return None


class Rules:
    """The temporal kinds: the first match of every rule, and the chains that are complete."""

    def __init__(self, plan: Plan, slots: Slots) -> None:
        self._plan = plan
        self._slots = slots
        self._first: dict[str, Match] = {}
        self._whole: dict[int, tuple[Match, ...]] = {}
        self._chains: InOrder | None = None
        if plan.correlation.kind in ORDERED:
            self._chains = InOrder(plan, slots.below("k"))
        self.lost = 0

    @property
    def size(self) -> int:
        chains = self._chains.size if self._chains else 0
        return len(self._first) + chains + sum(map(len, self._whole.values()))

    def add(self, match: Match) -> None:
        if match.rule not in self._first:
            self._first[match.rule] = match
            self._slots.put(f"f{len(self._first)}", Slot(matches=(match,)))
        if self._chains is None:
            return
        for index, members in self._chains.complete(match):
            if index not in self._whole:
                self._whole[index] = members
                self._slots.put(f"w{index}", Slot(matches=members))

    def judge(self, events: int) -> Judged | None:
        members = self._members()
        if not members:
            return None
        last = max(members, key=order)
        claim = claim_of(members, last, last.time)
        return Judged(claim.aggregate, claim.named, last, members)

    def clear(self) -> None:
        for index in range(len(self._first)):
            self._slots.drop(f"f{index + 1}")
        for index in self._whole:
            self._slots.drop(f"w{index}")
        if self._chains is not None:
            self._chains.clear()
        self._first.clear()
        self._whole.clear()

    def load(self, loaded: Loaded) -> None:
        for name in sorted(loaded, key=lambda name: (len(name), name)):
            if name[0] == "f":
                self._first[loaded[name].matches[0].rule] = loaded[name].matches[0]
            elif name[0] == "w":
                self._whole[int(name[1:])] = loaded[name].matches
        if self._chains is not None:
            self._chains.load(under(loaded, "k"))

    def _members(self) -> list[Match]:
        if self._chains is None:
            return sorted(self._first.values(), key=order) if met(self._plan, self._first) else []
        for index in sorted(self._whole):
            if not self._plan.alternatives[index][1] & self._first.keys():
                return list(self._whole[index])
        return []
