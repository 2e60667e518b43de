"""Handling matches whose time has come: each to its groups, each claim to a finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import Final

from vedette.model.finding import Finding
from vedette.model.instant import LATEST
from vedette.sigma.correlation.bounds import Bounds
from vedette.sigma.correlation.claim import Claim, finding_of, match_of
from vedette.sigma.correlation.complaints import Complaints
from vedette.sigma.correlation.counts import Counts
from vedette.sigma.correlation.groups import Groups, Key, keys_of
from vedette.sigma.correlation.match import Match
from vedette.sigma.correlation.overflow import overflow_finding
from vedette.sigma.correlation.plan import Plan
from vedette.sigma.correlation.state import Journal
from vedette.sigma.correlation.values import distinct, numbers
from vedette.sigma.correlation.waiting import Waiting

FOREVER: Final = 4 * LATEST
"""Later than any event or any end of a window."""


class Handling:
    """The groups of all correlations, and the one order in which matches reach them.

    What it finds is a function of the matches alone: those of one time in the order of `Waiting`,
    windows that are over before any match of their end's next microsecond.
    """

    def __init__(
        self,
        plans: Sequence[Plan],
        bounds: Bounds,
        journal: Journal,
        counts: Counts,
        complaints: Complaints,
    ) -> None:
        self.tables = [Groups(plan, bounds.groups, journal) for plan in plans]
        self.waiting = Waiting(journal)
        self.tick = 0
        self.routes: dict[str, list[Groups]] = {}
        for table in self.tables:
            for rule in dict.fromkeys(table.plan.correlation.rules):
                self.routes.setdefault(rule, []).append(table)
        self._bounds = bounds
        self._counts = counts
        self._complaints = complaints
        self._held = 0
        self._ends: list[tuple[int, int]] = []
        self._found: list[Finding] = []

    def drain(self, until: int) -> list[Finding]:
        """Handle every match and every end of a window before this time; the findings."""
        while True:
            due = self.waiting.due()
            match_time = FOREVER if due is None else due
            end_time = self._ends[0][0] if self._ends else FOREVER
            if min(match_time, end_time) >= until:
                break
            if end_time <= match_time:
                self._close(*heappop(self._ends))
            else:
                self._handle(self.waiting.pop())
        self._expire(until)
        found, self._found = self._found, []
        return found

    def overflow(self, plan: Plan | None, what: str, match: Match) -> None:
        """Something was given up: say so, if a correlation's it is, once per timespan."""
        self._counts.overflows += 1
        if plan is None:
            self._found.append(overflow_finding("", "matches that wait", what, match))
        elif self.tables[plan.index].tells(match.time):
            correlation = plan.correlation
            finding = overflow_finding(correlation.id, correlation.title, what, match)
            self._found.append(finding)

    def recount(self) -> None:
        """Work out anew what follows from the groups, after they were loaded."""
        self._held = sum(table.size for table in self.tables)
        self._ends = []
        for table in self.tables:
            self._await_end(table)

    def clear(self) -> None:
        """Forget all groups. The matches that wait must have been handled."""
        for table in self.tables:
            table.clear()
        self.recount()

    @property
    def groups(self) -> int:
        return sum(map(len, self.tables))

    @property
    def held(self) -> int:
        return self._held

    def _handle(self, match: Match) -> None:
        for table in self.routes.get(match.rule, ()):
            before = table.size
            table.moment(match.time)
            if self._has_value(table.plan, match):
                for key in self._keys(table.plan, match):
                    self._step(table, match, key)
            self._held += table.size - before
        if self._held > self._bounds.matches:
            self._expire(match.time)  # so that it is a matter of event time who is given up
        while self._held > self._bounds.matches:
            self._relieve(match)

    def _step(self, table: Groups, match: Match, key: Key) -> None:
        opens = table.plan.closing and not len(table)
        self.tick += 1
        claim, lost = table.process(match, key, self.tick)
        if opens:
            self._await_end(table)
        if lost:
            self.overflow(table.plan, lost, match)
        if claim is not None:
            self._claimed(table.plan, key, claim)

    def _close(self, time: int, index: int) -> None:
        table = self.tables[index]
        before = table.size
        for key, claim in table.close(time):
            self._claimed(table.plan, key, claim)
        self._held += table.size - before
        self._await_end(table)

    def _await_end(self, table: Groups) -> None:
        """One entry per correlation is enough: windows end in the order in which they opened."""
        end = table.ends()
        if end is not None and not any(index == table.plan.index for _, index in self._ends):
            heappush(self._ends, (end, table.plan.index))

    def _claimed(self, plan: Plan, key: Key, claim: Claim) -> None:
        finding = finding_of(plan, key, claim)
        if plan.correlation.generate:
            self._counts.findings += 1
            self._found.append(finding)
        if plan.correlation.id in self.routes:
            self.waiting.derived(match_of(plan, key, claim, finding), plan.depth)

    def _expire(self, time: int) -> None:
        for table in self.tables:
            table.moment(time)
        self._held = sum(table.size for table in self.tables)

    def _relieve(self, match: Match) -> None:
        """Give up the oldest group of the correlation that holds most."""
        table = max(self.tables, key=lambda table: (table.size, -table.plan.index))
        before = table.size
        table.evict()
        self._held += table.size - before
        what = f"more than {self._bounds.matches} matches held; the oldest group was given up"
        self.overflow(table.plan, what, match)

    def _keys(self, plan: Plan, match: Match) -> Iterable[Key]:
        keys, missing = keys_of(plan, match)
        if missing:
            self._counts.ungrouped += 1
            what = f"no group-by field {missing}"
            fix = "see the field mapping; such matches belong to no group"
            self._complaints.once(plan.correlation, match.rule, missing, what, fix)
        return keys

    def _has_value(self, plan: Plan, match: Match) -> bool:
        """Whether the match has what the condition looks at."""
        kind = plan.correlation.kind
        if not kind.startswith("value_"):
            return True
        shared = kind == "value_percentile" and plan.percentile is None
        if kind == "value_count" or shared:
            if distinct(plan, match):
                return True
        else:
            found, other = numbers(plan, match)
            if other:
                what = "values that are no numbers"
                fix = "compare the condition's field with the events; these values do not count"
                names = ", ".join(plan.correlation.condition.field)
                self._complaints.once(plan.correlation, match.rule, names, what, fix)
            if found:
                return True
        self._counts.valueless += 1
        return False
