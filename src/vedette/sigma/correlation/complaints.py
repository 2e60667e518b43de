"""What a correlator could not use: counted always, told in few words."""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette.model.instant import rfc3339
from vedette.model.problem import Problem
from vedette.sigma.correlation.match import Match
from vedette.sigma.ir import Correlation


@dataclass(slots=True)
class _Told:
    """Matches of one source that had the same fault since the last report."""

    what: str
    fix: str
    count: int
    last: Match


@dataclass(slots=True)
class Complaints:
    """Faults by source since they were last taken, and those told once in a lifetime."""

    _told: dict[tuple[str, str], _Told] = field(default_factory=dict)
    _once: set[tuple[str, str, str]] = field(default_factory=set)
    _waiting: list[Problem] = field(default_factory=list)

    def match(self, source: str, match: Match, what: str, fix: str) -> None:
        """A match that can't be used, or not whole. Told once per source and fault."""
        told = self._told.get((source, what))
        if told is None:
            self._told[source, what] = _Told(what, fix, 1, match)
        else:
            told.count += 1
            told.last = match

    def once(self, correlation: Correlation, rule: str, field: str, what: str, fix: str) -> None:
        """A fault that every match of a rule may have: told the first time alone."""
        key = (correlation.id, rule, f"{field} {what}")
        if key not in self._once:
            self._once.add(key)
            self.rule(correlation, f"{what} in matches of rule {rule}", fix)

    def rule(self, correlation: Correlation, what: str, fix: str) -> None:
        """A fault of the correlation rule itself."""
        where = f"{correlation.path}:{correlation.line}"
        self._waiting.append(Problem(where, f"{correlation.title}: {what}", fix))

    def take(self) -> list[Problem]:
        """All that was not told yet."""
        problems, self._waiting = self._waiting, []
        for (source, _), told in self._told.items():
            last = f"{told.last.ref.place}, {rfc3339(told.last.time)}"
            number = "1 match" if told.count == 1 else f"{told.count} matches"
            problems.append(Problem(source, f"{number} {told.what} (the last: {last})", told.fix))
        self._told.clear()
        return problems
