"""Whether a condition holds for an incident."""

from __future__ import annotations

from collections.abc import Mapping

from vedette.model.finding import LEVELS
from vedette.response.playbook.condition import Compared, Condition, Literally, number_of
from vedette.response.playbook.facts import STAGES, Facts


def holds(condition: Condition, facts: Facts, variables: Mapping[str, str]) -> bool:
    """Whether it holds for certain. `variables` are the known values by name; what rests on an
    unknown one does not hold, nor does its NOT."""
    return _judged(condition, facts, variables) is True


def _judged(condition: Condition, facts: Facts, variables: Mapping[str, str]) -> bool | None:
    """Kleene's logic: None where it can't be known."""
    if isinstance(condition, Compared):
        return _compared(condition, facts, variables)
    each = [_judged(term, facts, variables) for term in condition.terms]
    if condition.how == "NOT":
        return None if each[0] is None else not each[0]
    decisive = condition.how == "OR"
    if decisive in each:
        return decisive
    return None if None in each else not decisive


def like(text: str, pattern: str) -> bool:
    """STIX's LIKE: `%` stands for any characters, `_` for one. In time text x pattern at most."""
    at = place = 0
    star, back = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "%":
            star, back = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("_", text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            back += 1
            at, place = back, star + 1
        else:
            return False
    return not pattern[place:].strip("%")


def _compared(asked: Compared, facts: Facts, variables: Mapping[str, str]) -> bool | None:
    operands = [_operand(each, variables) for each in asked.operands]
    if any(operand is None for operand in operands):
        return None
    if asked.path.startswith("__"):
        value = variables.get(asked.path.removesuffix(":value"))
        if value is None:
            return None
        values: list[float | str] = [value]
        if isinstance(operands[0], float):
            number = number_of(value)
            if number is None:
                return None
            values = [number]
    else:
        values = _values(asked.path, facts)
    none = asked.negated or asked.operator == "!="
    found = any(
        _one(value, asked, operand)
        for value in values
        for operand in operands
        if operand is not None
    )
    return found != none


def _operand(operand: Literally, variables: Mapping[str, str]) -> float | str | None:
    return variables.get(operand.variable) if operand.variable else operand.value


def _values(path: str, facts: Facts) -> list[float | str]:
    match path:
        case "incident:priority":
            return [float(facts.priority)]
        case "incident:certainty":
            return [float(facts.certainty)]
        case "incident:level":
            return [facts.level]
        case "incident:stages":
            return list(facts.stages)
        case "incident:reached":
            furthest = facts.reached()
            return [STAGES[furthest]] if furthest >= 0 else []
        case "incident:techniques":
            return list(facts.techniques)
        case "incident:id":
            return [facts.id]
        case "entity:kind":
            return [each.kind for each in facts.entities]
        case "entity:value":
            return [each.value for each in facts.entities]
    kind = path.removeprefix("entity:")
    return [each.value for each in facts.entities if each.kind == kind]


def _one(value: float | str, asked: Compared, operand: float | str) -> bool:
    operator = asked.operator
    if isinstance(value, float) and isinstance(operand, str):
        number = number_of(operand)
        if number is None:
            return False
        operand = number
    if operator == "LIKE":
        return like(str(value), str(operand))
    if operator in ("=", "!=", "IN"):
        return value == operand
    left, right = _rank(asked.path, value), _rank(asked.path, operand)
    if left is None or right is None:
        return False
    if operator == "<":
        return left < right
    if operator == "<=":
        return left <= right
    return left > right if operator == ">" else left >= right


def _rank(path: str, value: float | str) -> float | None:
    if not isinstance(value, str):
        return value
    order = {"incident:level": LEVELS, "incident:stages": STAGES, "incident:reached": STAGES}
    ranks = order.get(path)
    if ranks is None:
        return number_of(value)
    return float(ranks.index(value)) if value in ranks else None
