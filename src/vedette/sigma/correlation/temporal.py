"""Rules that match near each other: temporal, temporal_ordered and chained, as they slide."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vedette.model.instant import EARLIEST
from vedette.sigma.correlation.aggregate import holds
from vedette.sigma.correlation.claim import Claim
from vedette.sigma.correlation.expression import true_of
from vedette.sigma.correlation.match import Match, identity, order
from vedette.sigma.correlation.plan import Plan
from vedette.sigma.correlation.state import Loaded, Slot, Slots, under


def met(plan: Plan, present: Collection[str]) -> bool:
    """Whether the condition of a `temporal` correlation holds where these rules matched: its
    expression, or its bounds on their number, or that they are all of them."""
    if plan.expression is not None:
        return true_of(plan.expression, present)
    if plan.compare:
        return holds(plan.compare, len(present))
    return len(present) == len(set(plan.correlation.rules))


def claim_of(members: Sequence[Match], completing: Match, known: int) -> Claim:
    """A claim that names the rules."""
    rules = tuple(("rule", rule) for rule in dict.fromkeys(m.rule for m in members))
    return Claim(
        completing=completing,
        members=tuple(members),
        start=min(m.time for m in members),
        known=known,
        total=len({identity(m) for m in members}),
        aggregate=("rules", str(len(rules))),
        named=rules,
    )


class Together:
    """temporal: the latest match of every rule."""

    __slots__ = ("_latest", "_plan", "_slots", "lost")

    def __init__(self, plan: Plan, slots: Slots) -> None:
        self._plan = plan
        self._slots = slots
        self._latest: dict[str, Match] = {}
        self.lost = 0

    @property
    def size(self) -> int:
        return len(self._latest)

    @property
    def lasting(self) -> bool:
        return bool(self._latest)

    def add(self, match: Match) -> Claim | None:
        since = match.time - self._plan.timespan
        for rule in [rule for rule, m in self._latest.items() if m.time < since]:
            self._drop(rule)
        self._latest[match.rule] = match
        self._slots.put(self._name(match.rule), Slot(matches=(match,)))
        if not met(self._plan, self._latest):
            return None
        members = sorted(self._latest.values(), key=order)
        return claim_of(members, match, match.time)

    def clear(self) -> None:
        for rule in list(self._latest):
            self._drop(rule)

    def load(self, loaded: Loaded) -> None:
        for slot in loaded.values():
            self._latest[slot.matches[0].rule] = slot.matches[0]

    def _drop(self, rule: str) -> None:
        del self._latest[rule]
        self._slots.drop(self._name(rule))

    def _name(self, rule: str) -> str:
        return f"r{self._plan.correlation.rules.index(rule)}"


class Chain:
    """The best way to have met rules in order so far.

    For each stage the chain that ends there is kept, built of matches older than the present
    moment; matches of the present moment are kept apart, because any order among them counts.
    Of several chains the one with the latest times wins (for temporal_ordered compared from the
    first link on, for chained from the last): it is the one that can be extended longest. Among
    equal times the smaller event keys win. So a match costs time and space in the number of
    stages, however many went before.
    """

    __slots__ = ("_done", "_now", "_per_hop", "_slots", "_stages", "_ties", "_timespan", "size")

    def __init__(self, stages: Sequence[str], timespan: int, per_hop: bool, slots: Slots) -> None:
        self._stages = stages
        self._timespan = timespan
        self._per_hop = per_hop
        self._slots = slots
        self._done: list[tuple[Match, ...]] = [()] * len(stages)
        self._ties: list[tuple[Match, ...]] = [()] * len(stages)
        self._now = EARLIEST - 1
        self.size = 0

    @property
    def lasting(self) -> bool:
        return bool(self._done[0] or self._ties[0])

    def add(self, match: Match) -> tuple[Match, ...] | None:
        """Take the next match; the whole chain if it is complete with it."""
        if match.time > self._now:
            self._settle()
            self._now = match.time
        changed = False
        for stage, rule in enumerate(self._stages):
            ties = self._ties[stage]
            # one candidate for every stage is enough to pick different events for all
            if rule == match.rule and len(ties) < len(self._stages):
                self._ties[stage] = (*ties, match)
                self.size += 1
                self._slots.put(f"t{stage}", Slot(matches=self._ties[stage]))
                changed = True
        return self._ending(len(self._stages) - 1) if changed else None

    def clear(self) -> None:
        for stage in range(len(self._stages)):
            self._set(stage, ())
            self._untie(stage)

    def load(self, loaded: Loaded) -> None:
        for name, slot in loaded.items():
            stage = int(name[1:])
            if name[0] == "t":
                self._ties[stage] = slot.matches
                self._now = slot.matches[0].time
            else:
                self._done[stage] = slot.matches
                self._now = max(self._now, slot.matches[-1].time)
            self.size += len(slot.matches)

    def _settle(self) -> None:
        """The moment is over: what was tied becomes the past."""
        found = [self._ending(s) if ties else None for s, ties in enumerate(self._ties)]
        for stage, chain in enumerate(found):
            if chain is not None:
                self._set(stage, chain)
            self._untie(stage)

    def _ending(self, last: int) -> tuple[Match, ...] | None:
        """The best chain whose last link is of the present moment, at stage `last`."""
        for first in range(last + 1):  # the fewest links from the past: the latest times
            past = self._done[first - 1] if first else ()
            if first and not past:
                return None  # then there is none for later stages either
            if past and self._now - past[-1 if self._per_hop else 0].time > self._timespan:
                continue
            present = _different(self._ties[first : last + 1])
            if present is not None:
                return past + present
        return None

    def _set(self, stage: int, chain: tuple[Match, ...]) -> None:
        self.size += len(chain) - len(self._done[stage])
        if chain:
            self._slots.put(f"c{stage}", Slot(matches=chain))
        elif self._done[stage]:
            self._slots.drop(f"c{stage}")
        self._done[stage] = chain

    def _untie(self, stage: int) -> None:
        if self._ties[stage]:
            self.size -= len(self._ties[stage])
            self._slots.drop(f"t{stage}")
            self._ties[stage] = ()


def _different(rows: Sequence[Sequence[Match]]) -> tuple[Match, ...] | None:
    """One match of each row, all of different events, the earliest in the order of the rows."""
    if not _possible(rows, set()):
        return None
    used: set[str] = set()
    picked: list[Match] = []
    for index, row in enumerate(rows):
        for match in row:
            name = identity(match)
            if name not in used and _possible(rows[index + 1 :], used | {name}):
                used.add(name)
                picked.append(match)
                break
    return tuple(picked)


def _possible(rows: Sequence[Sequence[Match]], used: set[str]) -> bool:
    """Whether every row has an event of its own that is not used (a bipartite matching)."""
    taken: dict[str, int] = {}

    def give(row: int, tried: set[str]) -> bool:
        for name in (identity(match) for match in rows[row]):
            if name in used or name in tried:
                continue
            tried.add(name)
            if name not in taken or give(taken[name], tried):
                taken[name] = row
                return True
        return False

    return all(rows) and all(give(row, set()) for row in range(len(rows)))


class InOrder:
    """temporal_ordered and chained: a chain for each set of rules that meets the condition."""

    __slots__ = ("_chains", "lost")

    def __init__(self, plan: Plan, slots: Slots) -> None:
        per_hop = plan.correlation.kind == "chained"
        self._chains = [
            Chain(stages, plan.timespan, per_hop, slots.below(f"{index}."))
            for index, (stages, _) in enumerate(plan.alternatives)
        ]
        self.lost = 0

    @property
    def size(self) -> int:
        return sum(chain.size for chain in self._chains)

    @property
    def lasting(self) -> bool:
        return any(chain.lasting for chain in self._chains)

    def add(self, match: Match) -> Claim | None:
        found = [chain.add(match) for chain in self._chains]
        members = next((members for members in found if members), None)
        return None if members is None else claim_of(members, match, match.time)

    def complete(self, match: Match) -> list[tuple[int, tuple[Match, ...]]]:
        """Take the next match; the alternatives that are complete with it."""
        found = [(index, chain.add(match)) for index, chain in enumerate(self._chains)]
        return [(index, members) for index, members in found if members]

    def clear(self) -> None:
        for chain in self._chains:
            chain.clear()

    def load(self, loaded: Loaded) -> None:
        for index, chain in enumerate(self._chains):
            chain.load(under(loaded, f"{index}."))
