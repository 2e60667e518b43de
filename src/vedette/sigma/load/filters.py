"""A Sigma filter: one document that narrows other rules.

Source: Sigma filters specification 2.1, with `rules: any` of 2.2. The rule's condition becomes
`(its own) and (the filter's)`; the filter's logsource must cover the rule's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from vedette.model.logsource import Logsource
from vedette.sigma.ir import And, AtLeast, Expr, Not, Or, Rule, Selection
from vedette.sigma.load.correlation import renamed
from vedette.sigma.load.detection import selections
from vedette.sigma.load.metadata import Metadata, logsource
from vedette.sigma.load.nodes import Map, Scalar, kind_of
from vedette.sigma.load.reading import Reading
from vedette.sigma.load.rules import condition

_RESERVED: Final = ("rules", "condition")


@dataclass(frozen=True, slots=True)
class Filter:
    """`rules` as written (ids or names); None for every rule that `logsource` covers. The names
    in `condition` are those of `selections`, made unlike any name of a rule."""

    rules: tuple[Scalar, ...] | None
    logsource: Logsource
    selections: dict[str, Expr]
    condition: Expr


def filter_of(root: Map, meta: Metadata, reading: Reading) -> Filter | None:
    """Read the filter; what is wrong is noted. None where there is no section to read."""
    source = logsource(root, reading)
    section = root.get("filter")
    if not isinstance(section, Map):
        fix = "write rules, a selection and a condition"
        reading.faults.add(section or root, f"the filter is {kind_of(section)}", fix)
        return None
    named = reading.texts(section.get("rules"), "rules")
    if not named:
        reading.faults.add(section, "no rules", "name the rules to filter, or write `rules: any`")
    anything = len(named) == 1 and named[0].text.lower() == "any"
    found = selections(section, reading, _RESERVED)
    if not found:
        reading.faults.add(section, "no selection", "add one, for example `selection:`")
    when = condition(section, list(found), reading)
    own = {name: f"{meta.id}.{name}" for name in found}
    return Filter(
        rules=None if anything else tuple(named),
        logsource=source,
        selections={own[name]: expression for name, expression in found.items()},
        condition=renamed(when, own),
    )


def filtered(rule: Rule, by: Filter) -> Rule:
    """The rule with the filter applied; only the selections that its condition names are taken."""
    used = _names(by.condition)
    chosen = {name: expression for name, expression in by.selections.items() if name in used}
    return msgspec.structs.replace(
        rule,
        selections={**rule.selections, **chosen},
        condition=And((rule.condition, by.condition)),
    )


def _names(expression: Expr) -> set[str]:
    match expression:
        case Selection(name=name):
            return {name}
        case Not(of=inner):
            return _names(inner)
        case And(of=parts) | Or(of=parts) | AtLeast(of=parts):
            return set().union(*(_names(part) for part in parts))
        case _:
            return set()
