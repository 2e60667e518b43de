"""The values of a condition's field in one match."""

from __future__ import annotations

from itertools import islice, product

from vedette.model.value import fold
from vedette.sigma.correlation.aggregate import Number, number
from vedette.sigma.correlation.bounds import GROUPS_PER_MATCH
from vedette.sigma.correlation.match import Match
from vedette.sigma.correlation.plan import Plan

Value = tuple[str, ...]
"""One text per field of the condition."""


def distinct(plan: Plan, match: Match) -> dict[Value, Value]:
    """The combinations of the fields' values, each folded and as written; none where a field is
    absent. At most GROUPS_PER_MATCH."""
    fields = plan.fields(plan.correlation.condition.field, match.rule)
    written = [match.values.get(field, ()) for field in fields]
    found: dict[Value, Value] = {}
    for texts in islice(product(*written), GROUPS_PER_MATCH):
        found.setdefault(tuple(map(fold, texts)), texts)
    return found


def numbers(plan: Plan, match: Match) -> tuple[list[Number], int]:
    """All numbers in the fields, and how many texts there are no numbers."""
    found: list[Number] = []
    other = 0
    for field in plan.fields(plan.correlation.condition.field, match.rule):
        for text in match.values.get(field, ()):
            value = number(text)
            if value is None:
                other += 1
            else:
                found.append(value)
    return found, other
