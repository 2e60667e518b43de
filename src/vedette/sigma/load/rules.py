"""A detection rule: one document with a `detection` section."""

from __future__ import annotations

from vedette.sigma.ir import Expr, Or, Rule
from vedette.sigma.load.conditions import ConditionError, parse_condition
from vedette.sigma.load.detection import NO_SELECTIONS, selections
from vedette.sigma.load.metadata import DEFAULT_LEVEL, Metadata, logsource
from vedette.sigma.load.nodes import Map, Scalar, Seq, is_null, kind_of
from vedette.sigma.load.reading import Reading


def rule(root: Map, meta: Metadata, reading: Reading) -> Rule:
    """Read a rule. What is wrong or missing is noted in `reading`; the rule counts only where
    nothing is."""
    source = logsource(root, reading)
    section = root.get("detection")
    found: dict[str, Expr] = {}
    when: Expr = Or(())
    if not isinstance(section, Map):
        what = f"the detection is {kind_of(section)}"
        reading.faults.add(section or root, what, "write selections and a condition")
    else:
        found = selections(section, reading, NO_SELECTIONS)
        if not found:
            reading.faults.add(section, "no selection", "add one, for example `selection:`")
        when = condition(section, list(found), reading)
    return Rule(
        id=meta.id,
        title=meta.title,
        level=meta.level or DEFAULT_LEVEL,
        status=meta.status,
        author=meta.author,
        licence=meta.licence,
        path=reading.path,
        line=meta.line,
        logsource=source,
        selections=found,
        condition=when,
        tags=meta.tags,
        name=meta.name,
        fields=meta.fields,
        description=meta.description,
    )


def condition(section: Map, names: list[str], reading: Reading) -> Expr:
    """The `condition` of a section over its selections; several conditions are a disjunction."""
    node = section.get("condition")
    if is_null(node):
        fix = f"add one, for example `condition: {names[0] if names else 'selection'}`"
        reading.faults.add(section, "no condition", fix)
        return Or(())
    assert node is not None
    nodes = node.items if isinstance(node, Seq) else [node]
    parts: list[Expr] = []
    for part in nodes:
        if not isinstance(part, Scalar) or is_null(part):
            reading.faults.add(part, f"a condition is {kind_of(part)}", "write it as text")
            continue
        found = read_condition(part, names, reading, "selection")
        if found is not None:
            parts.append(found)
    if not nodes:
        reading.faults.add(node, "an empty list of conditions", "write a condition")
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def read_condition(node: Scalar, names: list[str], reading: Reading, kind: str) -> Expr | None:
    """One condition; None (and the error is noted) where it can't be read."""
    try:
        return parse_condition(node.text, names, kind)
    except ConditionError as error:
        where = f"{error} (column {error.offset + 1} of the condition)"
        if error.unsupported:
            reading.unsupported.append(f"{reading.path}:{node.line}: {where}; {error.fix}")
        else:
            reading.faults.inside(node, error.offset, where, error.fix)
        return None
