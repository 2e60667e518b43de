"""Windows that slide: event_count, value_count and value_sum with lower bounds.

Each takes the matches of one group in their order, keeps those of the last `timespan`, and makes
a claim at the match at which the condition holds. Every match costs amortised constant time.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Protocol

from vedette.sigma.correlation.aggregate import Number, holds, text_of_number
from vedette.sigma.correlation.claim import Claim
from vedette.sigma.correlation.match import Match, identity
from vedette.sigma.correlation.plan import Plan
from vedette.sigma.correlation.state import Loaded, Slot, Slots
from vedette.sigma.correlation.values import Value, distinct, numbers


class Window(Protocol):
    """The matches of one group."""

    @property
    def size(self) -> int:
        """How many matches it holds."""
        ...

    @property
    def lost(self) -> int:
        """How many matches it gave up because it was full."""
        ...

    def add(self, match: Match) -> Claim | None:
        """Take the next match; a claim if the condition holds with it."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def load(self, loaded: Loaded) -> None:
        """Take up the records that this window wrote before."""
        ...

    @property
    def lasting(self) -> bool:
        """Whether a later match can still need what this holds."""
        ...


class Counting:
    """event_count and value_sum: all matches of the last `timespan`."""

    __slots__ = ("_held", "_next", "_plan", "_slots", "_sum", "lost")

    def __init__(self, plan: Plan, slots: Slots) -> None:
        self._plan = plan
        self._slots = slots
        self._held: deque[tuple[int, Match, Number]] = deque()
        self._sum: Number = 0
        self._next = 0
        self.lost = 0

    @property
    def size(self) -> int:
        return len(self._held)

    @property
    def lasting(self) -> bool:
        return bool(self._held)

    def add(self, match: Match) -> Claim | None:
        while self._held and self._held[0][1].time < match.time - self._plan.timespan:
            self._shift()
        if self._held and identity(self._held[-1][1]) == identity(match):
            return None  # another rule, the same event
        self._slots.put(f"e{self._next:x}", Slot(matches=(match,)))
        self._append(self._next, match)
        if len(self._held) > self._plan.limit:
            self._shift()
            self.lost += 1
        if not holds(self._plan.compare, self._sum):
            return None
        members = tuple(held[1] for held in self._held)
        field = "count" if self._plan.correlation.kind == "event_count" else "sum"
        aggregate = (field, text_of_number(self._sum))
        return Claim(match, members, members[0].time, match.time, len(members), aggregate)

    def clear(self) -> None:
        while self._held:
            self._shift()

    def load(self, loaded: Loaded) -> None:
        for seq, name in sorted((int(name[1:], 16), name) for name in loaded):
            self._append(seq, loaded[name].matches[0])

    def _append(self, seq: int, match: Match) -> None:
        amount: Number = 1
        if self._plan.correlation.kind == "value_sum":
            amount = sum(numbers(self._plan, match)[0])
        self._held.append((seq, match, amount))
        self._sum += amount
        self._next = seq + 1

    def _shift(self) -> None:
        seq, _, amount = self._held.popleft()
        self._sum -= amount
        self._slots.drop(f"e{seq:x}")


class Distinct:
    """value_count: the latest match of every value seen in the last `timespan`."""

    __slots__ = ("_latest", "_next", "_plan", "_slots", "lost")

    def __init__(self, plan: Plan, slots: Slots) -> None:
        self._plan = plan
        self._slots = slots
        self._latest: OrderedDict[Value, tuple[int, Match]] = OrderedDict()
        self._next = 0
        self.lost = 0

    @property
    def size(self) -> int:
        return len(self._latest)

    @property
    def lasting(self) -> bool:
        return bool(self._latest)

    def add(self, match: Match) -> Claim | None:
        while self._latest:
            value, (seq, oldest) = next(iter(self._latest.items()))
            if oldest.time >= match.time - self._plan.timespan:
                break
            self._drop(value, seq)
        for value in distinct(self._plan, match):
            seq = self._latest[value][0] if value in self._latest else self._next
            self._next = max(self._next, seq + 1)
            self._latest[value] = (seq, match)
            self._latest.move_to_end(value)
            self._slots.put(f"v{seq:x}", Slot(texts=value, matches=(match,)))
            if len(self._latest) > self._plan.limit:
                oldest_value, (seq, _) = next(iter(self._latest.items()))
                self._drop(oldest_value, seq)
                self.lost += 1
        if not holds(self._plan.compare, len(self._latest)):
            return None
        members = tuple({identity(held): held for _, held in self._latest.values()}.values())
        aggregate = ("count", str(len(self._latest)))
        return Claim(match, members, members[0].time, match.time, len(members), aggregate)

    def clear(self) -> None:
        for value, (seq, _) in list(self._latest.items()):
            self._drop(value, seq)

    def load(self, loaded: Loaded) -> None:
        read = [(int(name[1:], 16), slot) for name, slot in loaded.items()]
        for seq, slot in sorted(read, key=lambda pair: pair[1].matches[0].time):
            self._latest[slot.texts] = (seq, slot.matches[0])
            self._next = max(self._next, seq + 1)

    def _drop(self, value: Value, seq: int) -> None:
        del self._latest[value]
        self._slots.drop(f"v{seq:x}")
