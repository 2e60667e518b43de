"""Rules against events: routes, field lookup, and the recursion over a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oracle.condition import Tree
from oracle.rule import Line, OracleRule, read_rule, refers
from oracle.text import lower
from vedette.model.logsource import Logsource
from vedette.model.value import texts_of
from vedette.sigma.mapping import Mapping as FieldMapping
from vedette.sigma.mapping import Route, value_at

MEMO = 400_000
"""Answers kept, so that a value is not held twice against the same line."""


def matches(
    rule: dict[str, Any],
    format: str,
    record: Mapping[str, Any],
    mappings: Mapping[str, FieldMapping],
    logsource: Logsource = Logsource(),
) -> bool:
    """True if the rule (one YAML document) fires on the event."""
    return bool(Oracle([read_rule(rule)], mappings).fired(format, record, logsource))


class Oracle:
    """Many rules, asked event by event. Rules are grouped by logsource, answers remembered; the
    evaluation itself is as plain as it can be."""

    def __init__(self, rules: Iterable[OracleRule], mappings: Mapping[str, FieldMapping]) -> None:
        self.rules = list(rules)
        self.mappings = mappings
        self._concerned: dict[Logsource, list[int]] = {}
        self._memo: dict[tuple[int, tuple[str, ...]], bool] = {}

    def fired(
        self, format: str, record: Mapping[str, Any], logsource: Logsource = Logsource()
    ) -> set[int]:
        """Positions of the rules that fire on the event."""
        mapping = self.mappings.get(format) or FieldMapping(format=format)
        fired: set[int] = set()
        for route in routes_of(mapping, record, logsource):
            event = _Event(mapping, route, record)
            for position in self._rules_for(route.logsource):
                if position not in fired and self._fires(self.rules[position], event):
                    fired.add(position)
        return fired

    def _rules_for(self, logsource: Logsource) -> list[int]:
        known = self._concerned.get(logsource)
        if known is None:
            known = self._concerned[logsource] = [
                position
                for position, rule in enumerate(self.rules)
                if rule.logsource.covers(logsource)
            ]
        return known

    def _fires(self, rule: OracleRule, event: _Event) -> bool:
        return any(self._condition(tree, rule, event) for tree in rule.conditions)

    def _condition(self, tree: Tree, rule: OracleRule, event: _Event) -> bool:
        kind = tree[0]
        if kind == "name":
            return self._search(rule.searches[tree[1]], event)
        if kind == "not":
            return not self._condition(tree[1], rule, event)
        if kind == "and":
            return all(self._condition(part, rule, event) for part in tree[1])
        if kind == "or":
            return any(self._condition(part, rule, event) for part in tree[1])
        least: int = tree[1]
        return sum(self._search(rule.searches[name], event) for name in tree[2]) >= least

    def _search(self, search: Any, event: _Event) -> bool:
        if isinstance(search, Line):
            found = self._line(search, event)
            return not found if search.negated else found
        kind, parts = search
        if kind == "and":
            return all(self._search(part, event) for part in parts)
        return any(self._search(part, event) for part in parts)

    def _line(self, line: Line, event: _Event) -> bool:
        if line.field is None:
            return self._remembered(line, event.everything())
        given = texts_of(event.value(line.field))
        if line.kind == "exists":
            return all(bool(wanted) == bool(given) for wanted in line.tests)
        if line.kind == "fieldref":
            answers = [
                any(refers(line, text, other) for text in given for other in others)
                for others in (texts_of(event.value(name)) for name in line.tests)
            ]
            return all(answers) if line.all else any(answers)
        return self._remembered(line, given)

    def _remembered(self, line: Line, given: tuple[str, ...]) -> bool:
        key = (id(line), given)
        known = self._memo.get(key)
        if known is None:
            if len(self._memo) >= MEMO:
                self._memo.clear()
            known = self._memo[key] = _value(line, given)
        return known


def _value(line: Line, given: tuple[str, ...]) -> bool:
    """What the line says of a field's texts."""
    for tests in line.tests:
        if tests is None:
            found = not given
        else:
            found = any(test(text) for text in given for test in tests)
        if found != line.all:
            return found
    return line.all


class _Event:
    """One event, seen through one route."""

    def __init__(self, mapping: FieldMapping, route: Route, record: Mapping[str, Any]) -> None:
        self._mapping = mapping
        self._route = route
        self._record = record
        self._values: dict[str, Any] = {}
        self._everything: tuple[str, ...] | None = None

    def value(self, field: str) -> Any:
        if field not in self._values:
            paths = self._mapping.paths(field, self._route)
            self._values[field] = first(self._record, paths)
        return self._values[field]

    def everything(self) -> tuple[str, ...]:
        if self._everything is None:
            self._everything = tuple(_scalars(self._record))
        return self._everything


def first(record: Any, paths: Iterable[str]) -> Any:
    """The value at the first path that holds one."""
    for path in paths:
        value = value_at(record, path)
        if value is not None:
            return value
    return None


def routes_of(
    mapping: FieldMapping, record: Mapping[str, Any], logsource: Logsource
) -> list[Route]:
    """The routes that the event is on."""
    own = [] if logsource == Logsource() else [Route(logsource)]
    values = {
        name: [lower(text) for text in texts_of(first(record, mapping.paths(name, None)))]
        for name in mapping.discriminators
    }
    return [
        route
        for route in [*mapping.routes, *own]
        if all(
            any(text in accepted or "*" in accepted for text in values[name])
            for name, accepted in route.when.items()
        )
    ]


def _scalars(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _scalars(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _scalars(inner)]
    return list(texts_of(value))
