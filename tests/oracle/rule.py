"""A rule's detection, from YAML to tests of values."""

from __future__ import annotations

import base64
import dataclasses
import ipaddress
import operator
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from oracle.condition import Tree, parse_condition
from oracle.text import ANY, base64offsets, glob, lower, pieces, regex, windash
from vedette.model.logsource import Logsource

Test = Callable[[str], bool]


class Unsupported(ValueError):
    """The rule is not a detection that this oracle reads."""


class NeedsValue(Unsupported):
    """The rule has placeholders that only a deployment can fill."""


@dataclasses.dataclass(eq=False)
class Line:
    """One line of a selection. `kind`: value, null, exists, fieldref. A keyword has no field.
    Each entry of `tests` is what one value of the list asks for."""

    field: str | None
    kind: str = "value"
    tests: list[Any] = dataclasses.field(default_factory=list)
    all: bool = False
    negated: bool = False
    cased: bool = False
    how: str = ""


@dataclasses.dataclass(eq=False)
class OracleRule:
    """`searches` maps a search identifier to ("and"|"or", [...]) over Lines."""

    id: str
    title: str
    logsource: Logsource
    searches: dict[str, Any]
    conditions: list[Tree]


def read_rule(rule: dict[str, Any]) -> OracleRule:
    """The rule of one YAML document. Raises Unsupported or NeedsValue."""
    if "detection" not in rule:
        raise Unsupported("not a detection rule")
    detection = dict(rule["detection"])
    condition = detection.pop("condition")
    detection.pop("timeframe", None)
    searches = {str(name): _search(value) for name, value in detection.items()}
    texts = condition if isinstance(condition, list) else [condition]
    source = rule.get("logsource") or {}
    return OracleRule(
        id=str(rule.get("id", "")),
        title=str(rule.get("title", "")),
        logsource=Logsource(
            *(source.get(part) and str(source[part]) for part in ("product", "category", "service"))
        ),
        searches=searches,
        conditions=[parse_condition(str(text), list(searches)) for text in texts],
    )


def _search(value: Any) -> Any:
    """A map is all of its lines; a list is any of its maps and keywords."""
    if isinstance(value, dict):
        return ("and", [_line(str(key), inner) for key, inner in value.items()])
    if isinstance(value, list):
        return ("or", [_search(item) for item in value])
    return ("and", [_line("|contains", value)])


def _line(key: str, value: Any) -> Any:
    name, *modifiers = key.split("|")
    values = _flat(value)
    if "expand" in modifiers:
        raise NeedsValue(key)
    line = Line(
        field=name or None,
        all="all" in modifiers,
        negated="neq" in modifiers,
        cased="cased" in modifiers,
        how=next((m for m in modifiers if m in ("contains", "startswith", "endswith")), ""),
    )
    if "exists" in modifiers:
        line.kind = "exists"
        line.tests = values
    elif "fieldref" in modifiers:
        line.kind = "fieldref"
        line.tests = values
    else:
        line.tests = [None if v is None else _tests(v, modifiers, name == "") for v in values]
    return line


def _flat(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [inner for item in value for inner in _flat(item)]
    return [value]


def _tests(value: Any, modifiers: list[str], keyword: bool) -> list[Test]:
    """The tests that one value stands for; a text needs to pass one of them."""
    known = {"all", "neq", "cased", "contains", "startswith", "endswith", "windash"}
    known |= {"re", "i", "m", "s", "cidr", "lt", "lte", "gt", "gte", "base64", "base64offset"}
    known |= {"wide", "utf16le", "utf16be", "utf16", *_PARTS}
    if set(modifiers) - known:
        raise Unsupported(f"modifiers {modifiers}")
    compare = next((m for m in modifiers if m in _COMPARE), None)
    part = next((m for m in modifiers if m in _PARTS), None)
    if part is not None:
        return [_part(part, _COMPARE.get(compare or "", operator.eq), value)]
    if compare is not None:
        return [_compare(_COMPARE[compare], float(value))]
    if "cidr" in modifiers:
        return [_cidr(str(value))]
    if "re" in modifiers:
        return [regex(str(value), "".join(m for m in modifiers if m in ("i", "m", "s")))]
    forms = [pieces(value) if isinstance(value, str) else list(_number(value))]
    for modifier in modifiers:
        forms = [changed for form in forms for changed in _modified(form, modifier)]
    return [glob(form, "cased" in modifiers, keyword) for form in forms]


def _number(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def _modified(form: list[Any], modifier: str) -> list[list[Any]]:
    """What one modifier makes of a form. Bytes stand in a form while it is encoded."""
    match modifier:
        case "contains":
            return [[ANY, *form, ANY]]
        case "startswith":
            return [[*form, ANY]]
        case "endswith":
            return [[ANY, *form]]
        case "windash":
            return windash(form)
        case "wide" | "utf16le":
            return [[_bytes(form, "utf-16-le")]]
        case "utf16be":
            return [[_bytes(form, "utf-16-be")]]
        case "utf16":
            return [[b"\xff\xfe" + _bytes(form, "utf-16-le")]]
        case "base64":
            return [list(base64.b64encode(_bytes(form, "utf-8")).decode())]
        case "base64offset":
            return [list(text) for text in base64offsets(_bytes(form, "utf-8"))]
    return [form]


def _bytes(form: list[Any], encoding: str) -> bytes:
    if len(form) == 1 and isinstance(form[0], bytes):
        return form[0]
    if any(len(piece) > 1 for piece in form):
        raise Unsupported("wildcards can't be encoded")
    return "".join(form).encode(encoding)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_PARTS = ("minute", "hour", "day", "week", "month", "year")


def _compare(op: Callable[[Any, Any], bool], number: float) -> Test:
    def test(text: str) -> bool:
        try:
            return len(text) <= 400 and op(float(text), number)
        except ValueError:
            return False

    return test


def _cidr(network_text: str) -> Test:
    network = ipaddress.ip_network(network_text)

    def test(text: str) -> bool:
        try:
            address = ipaddress.ip_address(text.strip().strip("[]").split("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return (mapped if mapped and network.version == 4 else address) in network

    return test


def _part(part: str, op: Callable[[Any, Any], bool], number: int) -> Test:
    def test(text: str) -> bool:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            try:
                moment = datetime.fromtimestamp(float(text), UTC)
            except (ValueError, OverflowError, OSError):
                return False
        try:
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except OverflowError:  # no year that a calendar has, in UTC
            return False
        found = moment.isocalendar().week if part == "week" else getattr(moment, part)
        return op(found, number)

    return test


def refers(line: Line, text: str, other: str) -> bool:
    """A `fieldref` comparison of two texts."""
    if not line.cased:
        text, other = lower(text), lower(other)
    match line.how:
        case "contains":
            return other in text
        case "startswith":
            return text.startswith(other)
        case "endswith":
            return text.endswith(other)
    return text == other
