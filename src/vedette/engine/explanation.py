"""The whole reasoning for one event, as data: what `vedette explain` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vedette.model.batch import Batch, Record
from vedette.model.errors import ConfigError, UnreadableError
from vedette.model.instant import rfc3339
from vedette.model.logsource import Logsource
from vedette.model.problem import Problem
from vedette.sigma import ir
from vedette.sigma.detector import SigmaDetector, event_time
from vedette.sigma.dump import dump_pattern
from vedette.sigma.entities import entities_of
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.plan.dicts import DictFront
from vedette.sigma.plan.plan import FormatPlan, Kind
from vedette.sigma.trace import Step, trace
from vedette.sources.files import read_files

SHOWN: Final = 160
MOST_VALUES: Final = 5
MOST_STEPS: Final = 400


def explain(
    path: str,
    number: int,
    format_name: str | None,
    logsource: Logsource | None,
    rules: ir.RuleSet,
    mappings: Mapping[str, FieldMapping],
    rule_id: str | None,
) -> dict[str, Any]:
    """Every stage for event `number` (from 1) of a file.

    `rule_id` is an id or part of a title; None explains every rule that fires. Raises ConfigError
    where no rule has that id or title, UnreadableError where there is no such event.
    """
    problems: list[str] = []
    found = _event(path, number, format_name, logsource, problems)
    if found is None:
        what = f"{path}: has no event number {number} that can be read"
        raise UnreadableError("; ".join([what, *problems[:3]]))
    batch, index, record = found
    detector = SigmaDetector(rules.rules, mappings)
    plan = detector.plan.format_plan(batch.format, batch.logsource)
    kind, fired = DictFront(plan).judge(record)
    routes = dict(fired)
    if rule_id is None:
        chosen = [detector.plan.rules[position] for position in routes]
    else:
        chosen = _chosen(rules, rule_id)
    firing = {detector.plan.rules[position].id: route for position, route in fired}
    return {
        "source": batch.source,
        "place": batch.rows.place(index),
        "format": batch.format,
        "time": rfc3339(event_time(record, plan.mapping, batch.arrival)),
        "raw": batch.rows.raw(index).decode("utf-8", "replace"),
        "record": record,
        "problems": problems,
        "mapping": plan.mapping.path or "no mapping (fields are read by their own names)",
        "logsources": list(dict.fromkeys(str(route.logsource) for route in kind.routes)),
        "entities": [
            f"{entity.kind} {entity.value}" for entity in entities_of(record, plan.mapping.entities)
        ],
        "candidates": sum(_applies(rule, kind) for rule in rules.rules),
        "rules": [_rule(rule, record, plan, kind, firing) for rule in chosen],
    }


def _event(
    path: str,
    number: int,
    format_name: str | None,
    logsource: Logsource | None,
    problems: list[str],
) -> tuple[Batch, int, Record] | None:
    left = number
    for batch in read_files([path], format_name, logsource):
        problems.extend(str(problem) for problem in batch.problems)
        for index in range(len(batch.rows)):
            try:
                record = batch.rows.record(index)
            except ValueError as error:
                where = f"{batch.source}:{batch.rows.place(index)}"
                problems.append(str(Problem(where, str(error), "the event is skipped")))
                continue
            if record:
                left -= 1
                if left == 0:
                    return batch, index, record
    return None


def _chosen(rules: ir.RuleSet, wanted: str) -> list[ir.Rule]:
    exact = [rule for rule in rules.rules if rule.id == wanted]
    found = exact or [rule for rule in rules.rules if wanted.lower() in rule.title.lower()]
    if not found:
        found = _members(rules, wanted)
    if not found:
        known = [v for v in rules.verdicts if v.id == wanted or wanted.lower() in v.title.lower()]
        why = f"it is {known[0].state}: {known[0].why}" if known else "no rule has this id or title"
        raise ConfigError([f"--rule {wanted}: {why}; `vedette rules list` shows all rules"])
    return found


def _members(rules: ir.RuleSet, wanted: str) -> list[ir.Rule]:
    """The rules that a correlation of this id or title stands on: an event can only match those."""
    named = [one for one in rules.correlations if one.id == wanted]
    named = named or [one for one in rules.correlations if wanted.lower() in one.title.lower()]
    below = {one.id: one.rules for one in rules.correlations}
    ids = [one.id for one in named]
    for each in ids:  # grows: a correlation may stand on others
        ids += [name for name in below.get(each, ()) if name not in ids]
    return [rule for rule in rules.rules if rule.id in ids]


def _applies(rule: ir.Rule, kind: Kind) -> bool:
    return any(rule.logsource.covers(route.logsource) for route in kind.routes)


def _rule(
    rule: ir.Rule, record: Record, plan: FormatPlan, kind: Kind, firing: Mapping[str, int]
) -> dict[str, Any]:
    covered = [route for route in kind.routes if rule.logsource.covers(route.logsource)]
    route = plan.routes[firing[rule.id]] if rule.id in firing else next(iter(covered), None)
    why = ""
    if route is None:
        why = f"The rule is for {rule.logsource}; this event is none of that."
    elif not rule.generate:
        why = "It gives no findings of its own: a correlation uses it."
    step = trace(rule, record, plan.resolver(route))
    return {
        "id": rule.id,
        "title": rule.title,
        "level": rule.level,
        "path": rule.path,
        "fires": rule.id in firing,
        "why": why,
        "logsource": str(route.logsource) if route is not None else None,
        "steps": list(_steps(step, 0))[:MOST_STEPS],
    }


def _steps(step: Step, depth: int) -> Iterator[tuple[int, str]]:
    """(depth, text) of each part of a condition, outermost first."""
    sign = "+" if step.holds else "-"
    if step.what != "item":
        yield depth, f"{sign} {step.what} {step.name}".rstrip()
        for part in step.parts:
            yield from _steps(part, depth + 1)
        return
    item = step.item
    assert item is not None  # a step of this kind has one
    name = "|".join((item.field or "keywords", *item.modifiers))
    where = f" at {' or '.join(step.paths)}" if step.paths and step.paths != (item.field,) else ""
    yield depth, f"{sign} {name}{where}"
    for match in step.matches[:MOST_VALUES]:
        before, span = match.text[: match.start], match.text[match.start : match.end]
        shown = f"{_end(before)}»{_cut(span)}«{_cut(match.text[match.end :])}"
        yield depth + 1, f"event: {shown}  [{match.start}:{match.end}]"
        yield depth + 1, f"rule:  {_asked(match.pattern)}"
    if not step.matches:
        values = ", ".join(_cut(text) for text in step.texts[:MOST_VALUES])
        yield depth + 1, f"event: {values if step.texts else 'absent'}"
        wanted = ", ".join(_asked(pattern) for pattern in item.patterns[:MOST_VALUES])
        more = len(item.patterns) - MOST_VALUES
        yield depth + 1, f"rule:  {_cut(wanted)}" + (f" and {more} more" if more > 0 else "")


def _asked(pattern: ir.Pattern) -> str:
    """What a pattern asks for, with backslashes as the event has them."""
    text = dump_pattern(pattern)
    return text if isinstance(pattern, ir.Regex) else text.replace("\\\\", "\\")


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def _end(text: str) -> str:
    return text if len(text) <= SHOWN else "..." + text[-SHOWN:]
