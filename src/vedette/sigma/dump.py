"""A rule as readable text: what it says once modifiers, wildcards and filters are resolved."""

from __future__ import annotations

from vedette.sigma.ir import (
    ANY,
    And,
    AtLeast,
    Cidr,
    Compare,
    Correlation,
    Exists,
    Expr,
    FieldRef,
    Item,
    Not,
    Null,
    Or,
    Pattern,
    Regex,
    Rule,
    Selection,
    Text,
    TimePart,
)

_INDENT = "  "
_SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "=", "neq": "!="}
_UNITS = ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def dump_rule(rule: Rule | Correlation) -> str:
    """The rule as indented text, without a newline at its end."""
    head = [f"{rule.title} ({rule.id})", f"level {rule.level}, {rule.path}:{rule.line}"]
    body = _correlation(rule) if isinstance(rule, Correlation) else _detection(rule)
    quiet = [] if rule.generate else ["gives no findings of its own: a correlation uses it"]
    return "\n".join([*head, *quiet, *body])


def _detection(rule: Rule) -> list[str]:
    lines = [f"logsource: {rule.logsource}", "condition:", *dump_expression(rule.condition, 1)]
    for name, expression in rule.selections.items():
        lines.append(f"{name}:")
        lines.extend(dump_expression(expression, 1))
    return lines


def dump_expression(expression: Expr, depth: int = 0) -> list[str]:
    """The tree of an expression, one line for each node, children indented under their parent."""
    indent = _INDENT * depth
    match expression:
        case Selection(name=name):
            return [f"{indent}{name}"]
        case Item():
            return _item(expression, indent)
        case Not(of=inner):
            return [f"{indent}not", *dump_expression(inner, depth + 1)]
        case And(of=parts):
            return _group("all of", "always", parts, depth)
        case Or(of=parts):
            return _group("any of", "never", parts, depth)
        case AtLeast(count=count, of=parts):
            return _group(f"at least {count} of", "never", parts, depth)


def _group(name: str, empty: str, parts: tuple[Expr, ...], depth: int) -> list[str]:
    if not parts:
        return [f"{_INDENT * depth}{empty}"]
    lines = [f"{_INDENT * depth}{name}"]
    for part in parts:
        lines.extend(dump_expression(part, depth + 1))
    return lines


def _item(item: Item, indent: str) -> list[str]:
    field = "anywhere" if item.field is None else item.field
    patterns = [dump_pattern(pattern) for pattern in item.patterns]
    if len(patterns) == 1:
        return [f"{indent}{field} {patterns[0]}"]
    which = "all of" if item.all else "any of"
    return [f"{indent}{field} {which}", *(f"{indent}{_INDENT}{line}" for line in patterns)]


def dump_pattern(pattern: Pattern) -> str:
    """What one pattern asks of a value, in words."""
    match pattern:
        case Text(parts=parts, cased=cased):
            return _text(parts) + (" (case-sensitive)" if cased else "")
        case Regex(pattern=expression, flags=flags):
            return f"matches /{expression}/{flags}"
        case Cidr(network=network):
            return f"in {network}"
        case Compare(op=op, number=number):
            return f"{_SIGNS[op]} {number:.15g}"
        case Null():
            return "is absent or null"
        case Exists(present=present):
            return "exists" if present else "does not exist"
        case FieldRef(field=field, how=how, cased=cased):
            return f"{how} the field {field}" + (" (case-sensitive)" if cased else "")
        case TimePart(part=part, number=number):
            return f"{part} is {number}"


def _text(parts: tuple[str | int, ...]) -> str:
    """Plain forms by name; what has wildcards inside is written with `*` and `?` as marks."""
    match parts:
        case ():
            return "is empty"
        case (int() as mark,):
            return "is there" if mark == ANY else "is one character"
        case (str() as run,):
            return f"equals {run!r}"
        case (str() as run, int() as last) if last == ANY:
            return f"starts with {run!r}"
        case (int() as first, str() as run) if first == ANY:
            return f"ends with {run!r}"
        case (int() as first, str() as run, int() as last) if first == last == ANY:
            return f"contains {run!r}"
    shown = ("*" if part == ANY else "?" if isinstance(part, int) else repr(part) for part in parts)
    return "is like " + " ".join(shown)


def _correlation(rule: Correlation) -> list[str]:
    lines = [f"{rule.kind} within {_span(rule.timespan)}" + _per_hop(rule.kind)]
    lines.append("rules:")
    lines.extend(f"{_INDENT}{name}" for name in rule.rules)
    if rule.group_by:
        lines.append(f"group by: {', '.join(rule.group_by)}")
    for alias, fields in rule.aliases.items():
        lines.append(f"{alias}:")
        lines.extend(f"{_INDENT}{field} of {name}" for name, field in fields.items())
    condition = rule.condition
    if condition.expression is not None:
        return [*lines, "condition:", *dump_expression(condition.expression, 1)]
    subject = ", ".join(condition.field) or "count"
    if condition.percentile is not None:
        subject = f"percentile {condition.percentile:g} of {subject}"
    compared = " and ".join(f"{_SIGNS[op]} {number:.15g}" for op, number in condition.compare)
    return [*lines, f"condition: {subject} {compared}"]


def _per_hop(kind: str) -> str:
    return " from each rule to the next" if kind == "chained" else ""


def _span(micros: int) -> str:
    seconds = micros // 1_000_000
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"
