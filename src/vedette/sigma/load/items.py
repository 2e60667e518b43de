"""One line of a selection, key and values, to an expression of the rule's form."""

from __future__ import annotations

import ipaddress
from typing import Final, cast

from vedette.scan.regexes import compiled
from vedette.sigma.ir import (
    ANY,
    And,
    Cidr,
    Compare,
    Exists,
    Expr,
    FieldRef,
    Item,
    Not,
    Null,
    Or,
    Pattern,
    Regex,
    Text,
    TimePart,
)
from vedette.sigma.load.modifiers import Key
from vedette.sigma.load.nodes import Map, Node, Scalar, Seq, Value, kind_of
from vedette.sigma.load.patterns import (
    ENCODERS,
    Parts,
    PatternError,
    expanded,
    expanded_regexes,
    finished,
    merged,
    parse,
    placeholders,
    windash,
)
from vedette.sigma.load.reading import Reading

MAX_PATTERNS: Final = 50_000
"""Patterns of one line."""
MAX_REGEX: Final = 16_384
"""Characters of one regular expression."""

_RANGES: Final = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day": (1, 31),
    "week": (1, 53),
    "month": (1, 12),
    "year": (1970, 2200),
}
"""What a part of a timestamp can be; ISO 8601 knows a week 53. Comparisons of a part are
written out as the numbers that fulfil them."""

_HOW: Final = {
    "": "equals",
    "contains": "contains",
    "startswith": "startswith",
    "endswith": "endswith",
}


def item(key: Key, node: Node, reading: Reading, line: int) -> Expr | None:
    """The expression of one line; None where it is faulty or waits for values (both noted)."""
    groups: list[tuple[Pattern, ...]] = []
    sound, count = True, 0
    for scalar in scalars(node, reading):
        if scalar is None:
            sound = False
            continue
        patterns = patterns_of(key, scalar, reading)
        if patterns is None:
            sound = False
        else:
            groups.append(patterns)
            count += len(patterns)
        if count > MAX_PATTERNS:
            reading.faults.add(node, f"more than {MAX_PATTERNS} patterns", "split the selection")
            return None
    if not sound:
        return None
    if not groups:
        reading.faults.add(
            node, "an empty list of values", "write a value, or '' for an empty text"
        )
        return None
    found = _joined(key, groups, line)
    return Not(found) if key.neq else found


def _joined(key: Key, groups: list[tuple[Pattern, ...]], line: int) -> Expr:
    """Values as one item; with `all`, a value that stands for several patterns asks for one of
    them. A value without any (an empty list for its placeholder) is never there."""
    if not key.all:
        patterns = tuple(pattern for group in groups for pattern in group)
        return Item(key.field, patterns, False, key.modifiers, line) if patterns else Or(())
    if not all(groups):
        return Or(())
    single = tuple(group[0] for group in groups if len(group) == 1)
    several = [group for group in groups if len(group) > 1]
    parts: list[Expr] = [Item(key.field, group, False, key.modifiers, line) for group in several]
    if single:
        parts.insert(0, Item(key.field, single, True, key.modifiers, line))
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def scalars(node: Node, reading: Reading) -> list[Scalar | None]:
    """All scalars of a value, lists in lists included; None for a map, which is noted."""
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, Seq):
        return [scalar for inner in node.items for scalar in scalars(inner, reading)]
    fix = "write nested fields as outer.inner" if isinstance(node, Map) else "write a value"
    reading.faults.add(node, f"a field's value is {kind_of(node)}", fix)
    return [None]


def patterns_of(key: Key, node: Scalar, reading: Reading) -> tuple[Pattern, ...] | None:
    """The patterns that one value stands for; None where it is faulty or waits for values."""
    value = reading.value(node)
    if key.expand and isinstance(value, str):
        missing = [name for name in placeholders(value) if name not in reading.expand]
        if missing:
            reading.missing.update(dict.fromkeys(missing))
            return None
    try:
        match key.kind:
            case "text":
                return _texts(key, value, reading)
            case "re":
                return _regexes(key, value, reading)
            case "cidr":
                return _networks(key, value, reading)
            case "exists":
                return (Exists(reading.boolean(node, "the value of exists")),)
            case "fieldref":
                return _reference(key, value)
            case "compare":
                return (_comparison(key, value),)
            case _:
                return _time_parts(key, value)
    except PatternError as error:
        reading.faults.add(node, str(error), error.fix)
        return None


def _texts(key: Key, value: Value, reading: Reading) -> tuple[Pattern, ...]:
    if value is None:
        if key.wrap or key.encoders or key.windash:
            name = next(
                name for name in (*key.modifiers, "a keyword") if name not in ("all", "neq")
            )
            raise PatternError(f"{name} of null", "write '' for an empty text, or quote the value")
        return (Null(),)
    if not isinstance(value, str):
        forms: list[Parts] = [(number_text(value),)]
    elif key.expand:
        forms = expanded(value, reading.expand)
    else:
        forms = [parse(value)]
    if key.windash:
        forms = [form for parts in forms for form in windash(parts)]
    for name in key.encoders:
        forms = [form for parts in forms for form in ENCODERS[name](parts)]
    if key.field is None and () in forms:
        raise PatternError("an empty keyword is in every event", "write the text to look for")
    return tuple(Text(_wrapped(finished(form), key.wrap), key.cased) for form in forms)


def _wrapped(parts: tuple[str | int, ...], wrap: str) -> tuple[str | int, ...]:
    if not wrap:
        return parts
    before = (ANY,) if wrap in ("contains", "endswith") else ()
    after = (ANY,) if wrap in ("contains", "startswith") else ()
    return cast(tuple[str | int, ...], merged((*before, *parts, *after)))


def number_text(value: float | bool) -> str:
    """A number or boolean as Sigma compares it: decimal text, `true` or `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else repr(value)


def _regexes(key: Key, value: Value, reading: Reading) -> tuple[Pattern, ...]:
    if value is None or isinstance(value, bool) or value == "":
        raise PatternError("re needs a regular expression", "write the expression as text")
    text = value if isinstance(value, str) else number_text(value)
    if len(text) > MAX_REGEX:
        raise PatternError(f"an expression of over {MAX_REGEX} characters", "split it")
    sources = expanded_regexes(text, reading.expand) if key.expand else [text]
    for source in sources:
        try:
            compiled(source, key.flags)
        except ValueError as error:
            raise PatternError(str(error), "correct the expression") from None
        except RecursionError:
            raise PatternError("the expression nests too deeply", "simplify it") from None
    return tuple(Regex(source, key.flags) for source in sources)


def _networks(key: Key, value: Value, reading: Reading) -> tuple[Pattern, ...]:
    if not isinstance(value, str):
        raise PatternError("cidr needs a network", "write it as text, like 10.0.0.0/8 or fe80::/10")
    forms = expanded(value, reading.expand) if key.expand else [(value,)]
    return tuple(_network("".join(str(part) for part in form)) for form in forms)


def _network(text: str) -> Cidr:
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        fix = "write it like 10.0.0.0/8 or fe80::/10"
        raise PatternError(f"{text!r} is no network", fix) from None
    address = text.strip().partition("/")[0]
    if ipaddress.ip_address(address) != network.network_address:
        raise PatternError(f"{text!r} has bits beyond its prefix", f"write {network}")
    return Cidr(str(network))


def _reference(key: Key, value: Value) -> tuple[Pattern, ...]:
    if not isinstance(value, str) or not value.strip():
        raise PatternError("fieldref needs a field's name", "write the name of the other field")
    return (FieldRef(value, _HOW[key.wrap], key.cased),)  # type: ignore[arg-type]  # _HOW holds the four


def _comparison(key: Key, value: Value) -> Compare:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise PatternError(f"{key.compare} needs a number", "write a number without quotes")
    try:
        return Compare(key.compare, float(value))  # type: ignore[arg-type]  # one of COMPARES
    except OverflowError:
        raise PatternError("the number is too large", "write a smaller one") from None


def _time_parts(key: Key, value: Value) -> tuple[Pattern, ...]:
    low, high = _RANGES[key.part]
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise PatternError(f"{key.part} needs a whole number", f"write one from {low} to {high}")
    numbers = {
        "": (value,),
        "lt": range(low, value),
        "lte": range(low, value + 1),
        "gt": range(value + 1, high + 1),
        "gte": range(value, high + 1),
    }[key.compare]
    return tuple(TimePart(key.part, number) for number in numbers)  # type: ignore[arg-type]  # one of TIME_PARTS
