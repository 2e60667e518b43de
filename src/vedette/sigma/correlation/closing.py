"""Windows that close: judged once, when they are over."""

from __future__ import annotations

from vedette.sigma.correlation.bounds import RELATED
from vedette.sigma.correlation.claim import Claim
from vedette.sigma.correlation.match import Match, identity
from vedette.sigma.correlation.plan import COUNTS, Plan
from vedette.sigma.correlation.state import Loaded, Slot, Slots, under
from vedette.sigma.correlation.tally import tally_of


class Closing:
    """One window of one group, from its first match on.

    Keeps the first RELATED matches and the last, and of all others what the tally needs.
    """

    lasting = True

    def __init__(self, plan: Plan, slots: Slots) -> None:
        self._plan = plan
        self._slots = slots
        self._tally = tally_of(plan, slots.below("t"))
        self._first: list[Match] = []
        self._last: Match | None = None
        self._events = 0

    @property
    def size(self) -> int:
        return len(self._first) + self._tally.size + 1

    @property
    def lost(self) -> int:
        return self._tally.lost

    def add(self, match: Match) -> Claim | None:
        """Take the next match. Never a claim: see `judge`."""
        counts = self._plan.correlation.kind in COUNTS
        if counts and self._last is not None and identity(self._last) == identity(match):
            return None  # another rule, the same event
        if len(self._first) < RELATED:
            self._slots.put(f"m{len(self._first):x}", Slot(matches=(match,)))
            self._first.append(match)
        self._last = match
        self._events += 1
        self._slots.put("l", Slot(ints=(self._events,), matches=(match,)))
        self._tally.add(match)
        return None

    def judge(self, start: int, end: int) -> Claim | None:
        """The claim that the window from `start` to `end` (included) makes, if it makes one."""
        judged = self._tally.judge(self._events)
        if judged is None or self._last is None:
            return None
        completing = judged.completing or self._last
        kept = {identity(m): m for m in (*self._first, completing, self._last)}
        members = tuple(judged.members or kept.values())
        total = len(members) if judged.members else self._events
        aggregate, named = judged.aggregate, judged.named
        return Claim(completing, members, start, end + 1, total, aggregate, named)

    def clear(self) -> None:
        self._tally.clear()
        for index in range(len(self._first)):
            self._slots.drop(f"m{index:x}")
        self._slots.drop("l")
        self._first.clear()
        self._last = None
        self._events = 0

    def load(self, loaded: Loaded) -> None:
        for index in range(RELATED):
            if f"m{index:x}" in loaded:
                self._first.append(loaded[f"m{index:x}"].matches[0])
        self._last = loaded["l"].matches[0]
        self._events = loaded["l"].ints[0]
        self._tally.load(under(loaded, "t"))
