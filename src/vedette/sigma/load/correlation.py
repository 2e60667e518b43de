"""A correlation rule: one document with a `correlation` section, before its rules are known.

Source: Sigma correlation rules specification 2.1 with the extended conditions of 2.2. Beyond it:
`value_median`, `value_min` and `value_max` are percentiles 50, 0 and 100; `chained` (which the
specification does not define) is `temporal_ordered` with the time span counted from each link to
the next instead of over all. How the kinds are evaluated is said in `vedette.sigma.correlation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from vedette.sigma.ir import (
    CORRELATION_TYPES,
    And,
    AtLeast,
    CorrelationCondition,
    Expr,
    Not,
    Or,
    Selection,
)
from vedette.sigma.load.nodes import Map, Node, Scalar, is_null, kind_of
from vedette.sigma.load.reading import Reading
from vedette.sigma.load.rules import read_condition
from vedette.sigma.load.timespans import timespan

TEMPORAL: Final = ("temporal", "temporal_ordered", "chained")
_PERCENTILES: Final = {"value_median": 50.0, "value_min": 0.0, "value_max": 100.0}
_OPERATORS: Final = ("lt", "lte", "gt", "gte", "eq", "neq")
_KINDS: Final = (*CORRELATION_TYPES, *_PERCENTILES)
_KEYS: Final = ("type", "rules", "group-by", "timespan", "condition", "aliases", "generate")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a correlation says, with its rules as written (ids or names) and their places.
    `asks` is `generate: true`: its rules give findings of their own as well."""

    kind: str
    rules: tuple[Scalar, ...]
    group_by: tuple[Scalar, ...]
    timespan: int
    condition: CorrelationCondition
    aliases: dict[str, tuple[Scalar, dict[str, tuple[Scalar, str]]]]
    asks: bool


def draft(root: Map, reading: Reading) -> Draft | None:
    """Read the section; what is wrong is noted. None where there is no section to read."""
    section = root.get("correlation")
    if not isinstance(section, Map):
        fix = "write type, rules, timespan and condition"
        reading.faults.add(section or root, f"the correlation is {kind_of(section)}", fix)
        return None
    for name, (key, _) in section.entries.items():
        if name not in _KEYS:
            fix = "use timespan" if name == "timeframe" else f"use {', '.join(_KEYS)}"
            reading.faults.add(key, f"the key {name!r} is not known in a correlation", fix)
    stated = _kind(section, reading)
    rules = tuple(reading.texts(section.get("rules"), "rules"))
    kind = "value_percentile" if stated in _PERCENTILES else stated
    condition, named = _condition(section, stated, kind, rules, reading)
    rules = rules or named
    if not rules:
        reading.faults.add(section, "no rules", "name the rules to correlate by id or name")
    return Draft(
        kind=kind,
        rules=rules,
        group_by=tuple(reading.texts(section.get("group-by"), "group-by")),
        timespan=_timespan(section, reading),
        condition=condition,
        aliases=_aliases(section, reading),
        asks=reading.boolean(section.get("generate"), "generate")
        or reading.boolean(root.get("generate"), "generate"),
    )


def _kind(section: Map, reading: Reading) -> str:
    node = section.get("type")
    kind = reading.text(node, "type")
    if kind not in _KINDS:
        what = f"the correlation type {kind!r} is not known" if kind else "no correlation type"
        reading.faults.add(node or section, what, f"use one of {', '.join(_KINDS)}")
    return kind


def _timespan(section: Map, reading: Reading) -> int:
    node = section.get("timespan")
    text = reading.text(node, "timespan")
    fix = "write a number and s, m, h or d, like 5m"
    if node is None or not text:
        reading.faults.add(node or section, "no timespan", fix)
        return 0
    try:
        return timespan(text)
    except ValueError as error:
        reading.faults.add(node, str(error), fix)
        return 0


def _condition(
    section: Map, stated: str, kind: str, rules: tuple[Scalar, ...], reading: Reading
) -> tuple[CorrelationCondition, tuple[Scalar, ...]]:
    """The condition, and the rules that an expression names where `rules` names none."""
    node = section.get("condition")
    everything = CorrelationCondition(compare=(("gte", float(len(rules))),))
    if is_null(node):
        if kind not in TEMPORAL:
            reading.faults.add(node or section, "no condition", "add one, like `gte: 10`")
        return everything, ()
    if isinstance(node, Scalar):
        return _expression(node, kind, rules, reading)
    if not isinstance(node, Map):
        assert node is not None
        reading.faults.add(node, f"the condition is {kind_of(node)}", "write a map, like `gte: 10`")
        return everything, ()
    found = _comparisons(node, stated, kind, reading)
    return found, ()


def _expression(
    node: Scalar, kind: str, rules: tuple[Scalar, ...], reading: Reading
) -> tuple[CorrelationCondition, tuple[Scalar, ...]]:
    """An extended condition: a boolean expression over the rules."""
    if kind not in TEMPORAL:
        what = f"an expression as the condition of {kind or 'a correlation'}"
        reading.faults.add(node, what, "write a map, like `gte: 10`")
        return CorrelationCondition(), ()
    named = rules
    if not named:
        words = node.text.replace("(", " ").replace(")", " ").split()
        names = [word for word in words if word.lower() not in ("and", "or", "not")]
        named = tuple(Scalar(name, node.line, node.column) for name in dict.fromkeys(names))
    found = read_condition(node, [rule.text for rule in named], reading, "rule")
    return CorrelationCondition(expression=found), () if rules else named


def _comparisons(node: Map, stated: str, kind: str, reading: Reading) -> CorrelationCondition:
    compare: list[tuple[str, float]] = []
    percentile = _PERCENTILES.get(stated)
    fields: tuple[str, ...] = ()
    for name, (key, value) in node.entries.items():
        if name in _OPERATORS:
            compare.append((name, _number(value, name, reading)))
        elif name == "field":
            fields = _fields(key, value, kind, reading)
        elif name == "percentile" and stated == "value_percentile":
            percentile = _number(value, name, reading)
            if not 0 <= percentile <= 100:
                reading.faults.add(value, "a percentile outside of 0 to 100", "write one inside")
        else:
            fix = f"use {', '.join(_OPERATORS)}, field, or percentile for value_percentile"
            reading.faults.add(key, f"{name!r} in the condition of {stated}", fix)
    if not compare:
        reading.faults.add(node, "a condition without a comparison", "add one, like `gte: 10`")
    if kind.startswith("value_") and not fields and node.get("field") is None:
        reading.faults.add(node, f"{stated} needs a field", "add `field:` to the condition")
    return CorrelationCondition(tuple(compare), fields, percentile)  # type: ignore[arg-type]  # _OPERATORS


def _fields(key: Scalar, value: Node, kind: str, reading: Reading) -> tuple[str, ...]:
    fields = tuple(node.text for node in reading.texts(value, "field"))
    if not kind.startswith("value_"):
        reading.faults.add(key, f"{kind} counts no field", "remove it, or use value_count")
    elif not fields:
        reading.faults.add(key, "no field is named", "write the field's name")
    elif len(fields) > 1 and kind != "value_count":
        reading.faults.add(key, f"{kind} takes one field", "write a correlation for each")
    return fields


def _number(node: Node, name: str, reading: Reading) -> float:
    value = reading.value(node) if isinstance(node, Scalar) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and value == value:
        try:
            return float(value)
        except OverflowError:
            pass
    reading.faults.add(node, f"{name} is no number", "write a number without quotes")
    return 0.0


def _aliases(
    section: Map, reading: Reading
) -> dict[str, tuple[Scalar, dict[str, tuple[Scalar, str]]]]:
    node = section.get("aliases")
    if is_null(node):
        return {}
    fix = "write alias, below it rule: field"
    if not isinstance(node, Map):
        assert node is not None
        reading.faults.add(node, f"aliases is {kind_of(node)}", fix)
        return {}
    found: dict[str, tuple[Scalar, dict[str, tuple[Scalar, str]]]] = {}
    for alias, (key, rules) in node.entries.items():
        if not isinstance(rules, Map):
            reading.faults.add(key, f"the alias {alias!r} is {kind_of(rules)}", fix)
            continue
        fields: dict[str, tuple[Scalar, str]] = {}
        for rule, (place, field) in rules.entries.items():
            text = reading.text(field, f"the field of {rule!r}")
            if not text:
                reading.faults.add(place, f"no field for {rule!r}", fix)
            fields[rule] = (place, text)
        found[alias] = (key, fields)
    return found


def renamed(expression: Expr, ids: dict[str, str]) -> Expr:
    """The expression with each name replaced by the id that it stands for."""
    match expression:
        case Selection(name=name):
            return Selection(ids.get(name, name))
        case Not(of=inner):
            return Not(renamed(inner, ids))
        case And(of=parts) | Or(of=parts) | AtLeast(of=parts):
            of = tuple(renamed(part, ids) for part in parts)
            return msgspec.structs.replace(expression, of=of)
        case _:
            return expression
