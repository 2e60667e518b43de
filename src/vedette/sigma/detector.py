"""Sigma as a detector: batches in, findings with their evidence out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vedette.model.batch import ArrowRows, Batch, JsonLines, Record
from vedette.model.finding import EventRef, Finding, RuleRef, finding_id
from vedette.model.instant import instant_of
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sigma import ir
from vedette.sigma.entities import entities_of
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.plan.columns import ColumnFront
from vedette.sigma.plan.dicts import DictFront, Hit
from vedette.sigma.plan.lines import LineFront
from vedette.sigma.plan.plan import MOST_FORMATS, FormatPlan, Plan, first_value, split_paths
from vedette.sigma.trace import evidence_of, trace

_TECHNIQUE: Final = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)\Z")


@dataclass(slots=True)
class SigmaInspection:
    """What one batch gave. `events` counts the rows that could be read."""

    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    events: int = 0


class SigmaDetector:
    """Judges batches by a rule set. One instance belongs to one thread. `cache` is a folder where
    what is found out about kinds of event is kept from run to run (see `Plan.keep`)."""

    def __init__(
        self,
        rules: Sequence[ir.Rule],
        mappings: Mapping[str, FieldMapping],
        cache: Path | None = None,
    ) -> None:
        self.plan = Plan(rules, mappings, cache)
        self._refs = [rule_ref(rule) for rule in self.plan.rules]
        self._techniques = [techniques_of(rule.tags) for rule in self.plan.rules]
        self._fronts: dict[tuple[str, Logsource], _Fronts] = {}

    def inspect(self, batch: Batch) -> SigmaInspection:
        """Findings in row order, and a problem for each row that could not be read."""
        result = SigmaInspection()
        for claim in self.claims(batch, result.problems):
            if claim.rule.generate:
                result.findings.append(claim.finding)
        result.events = len(batch.rows) - len(result.problems)
        result.problems.extend(self.stalls(batch))
        return result

    def stalls(self, batch: Batch) -> list[Problem]:
        """What to say of matches that a time limit ended since the last call for such a batch."""
        return self._fronts_for(batch).stalls(batch.source)

    def claims(self, batch: Batch, problems: list[Problem]) -> Iterator[Claim]:
        """Every rule that fires on every row, also those that only serve correlations."""
        for index, _, fired in self.hits(batch, problems):
            try:
                record = batch.rows.record(index)
            except ValueError as error:
                # the fields that rules read were sound, the rest of the line is not
                where = f"{batch.source}:{batch.rows.place(index)}"
                problems.append(Problem(where, str(error), "the event is skipped"))
                continue
            for position, route in fired:
                yield self._claim(batch, index, record, position, route)

    def hits(self, batch: Batch, problems: list[Problem]) -> Iterator[Hit]:
        """The rows on which rules fire, and which rules: the fast path alone."""
        fronts = self._fronts_for(batch)
        rows = batch.rows
        found: list[Problem] = []
        if isinstance(rows, JsonLines):
            yield from fronts.lines.rows(rows, found)
        elif isinstance(rows, ArrowRows):
            yield from fronts.columns.rows(rows)
        else:
            yield from fronts.dicts.rows(rows, found)
        problems.extend(Problem(f"{batch.source}:{p.where}", p.what, p.fix) for p in found)

    def _fronts_for(self, batch: Batch) -> _Fronts:
        key = (batch.format, batch.logsource)
        known = self._fronts.get(key)
        if known is None:
            if len(self._fronts) >= MOST_FORMATS:
                self._fronts.clear()
            known = self._fronts[key] = _Fronts(self.plan.format_plan(*key))
        return known

    def _claim(self, batch: Batch, index: int, record: Record, position: int, route: int) -> Claim:
        plan = self._fronts_for(batch).plan
        rule = self.plan.rules[position]
        key = batch.event_key(index)
        resolve = plan.resolver(plan.routes[route])
        finding = Finding(
            id=finding_id(rule.id, (key,)),
            time=event_time(record, plan.mapping, batch.arrival),
            rule=self._refs[position],
            logsource=plan.routes[route].logsource,
            techniques=self._techniques[position],
            entities=entities_of(record, plan.mapping.entities),
            evidence=evidence_of(trace(rule, record, resolve, fires=True)),
            event_ref=EventRef(batch.source, batch.rows.place(index), key),
        )
        return Claim(rule, finding, record, resolve)


@dataclass(frozen=True, slots=True)
class Claim:
    """A rule fires on an event: the finding, and where the event's fields are to be found."""

    rule: ir.Rule
    finding: Finding
    record: Record
    resolve: Callable[[str], tuple[str, ...]]


class _Fronts:
    """The front ends of one format, sharing one plan and its memories."""

    def __init__(self, plan: FormatPlan) -> None:
        self.plan = plan
        self.dicts = DictFront(plan)
        self.lines = LineFront(plan, self.dicts)
        self.columns = ColumnFront(plan)
        self._told = 0

    def stalls(self, source: str) -> list[Problem]:
        count = self.plan.stalls.count - self._told
        if not count:
            return []
        self._told += count
        values = "1 value" if count == 1 else f"{count} values"
        what = f"a regular expression took too long on {values} and was counted as no match"
        return [Problem(source, what, "write it without nested repeats, or drop lookaround")]


def event_time(record: Record, mapping: FieldMapping, arrival: int) -> int:
    """The event's own time, or the arrival time where it states none."""
    for path in mapping.time:
        value = first_value(record, split_paths((path,)))
        found = instant_of(value[0] if isinstance(value, list) and value else value)
        if found is not None:
            return found
    return arrival


def rule_ref(rule: ir.Rule | ir.Correlation) -> RuleRef:
    """The credit that goes with each finding."""
    return RuleRef(rule.id, rule.title, rule.level, rule.author, rule.licence, rule.path)


def techniques_of(tags: Sequence[str]) -> tuple[str, ...]:
    """ATT&CK techniques among a rule's tags: `attack.t1059.001` gives `T1059.001`."""
    return tuple(match.group(1).upper() for tag in tags if (match := _TECHNIQUE.match(tag.lower())))
