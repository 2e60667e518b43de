"""Sigma's patterns as the scanner takes them: text as globs, the rest as tests of one value."""

from __future__ import annotations

import ipaddress
import operator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from vedette.model.value import fold
from vedette.scan import Glob, Regex
from vedette.scan import Pattern as ScanPattern
from vedette.scan.scanner import Predicate
from vedette.sigma import ir

_OPERATORS: Final = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}

LONGEST_NUMBER: Final = 400
"""Characters; a longer digit string is no number that a rule compares."""


LONGEST_ADDRESS: Final = 256
"""Characters, with brackets and zone."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number compared with a number; text that is no number does not match."""

    op: str
    number: float

    def found(self, text: str) -> bool:
        if len(text) > LONGEST_NUMBER:
            return False
        try:
            value = float(text)
        except ValueError:
            return False
        return bool(_OPERATORS[self.op](value, self.number))


@dataclass(frozen=True, slots=True)
class InNetwork:
    """An address inside a network."""

    network: str

    def found(self, text: str) -> bool:
        address = address_of(text)
        if address is None:
            return False
        network = _network(self.network)
        mapped = getattr(address, "ipv4_mapped", None)
        if mapped is not None and network.version == 4:
            address = mapped
        return address in network


@dataclass(frozen=True, slots=True)
class PartOfTime:
    """A part of a timestamp, in UTC."""

    part: str
    number: int

    def found(self, text: str) -> bool:
        moment = moment_of(text)
        if moment is None:
            return False
        if self.part == "week":
            return moment.isocalendar().week == self.number
        return bool(getattr(moment, self.part) == self.number)


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that `text` is (brackets and a zone are taken off), None where it is none."""
    if len(text) > LONGEST_ADDRESS:
        return None
    try:
        return ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)


def moment_of(text: str) -> datetime | None:
    """The time that `text` tells, in UTC: RFC 3339, or seconds since the epoch."""
    if len(text) > LONGEST_NUMBER:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            return datetime.fromtimestamp(float(text), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # before year 1 or after 9999, in UTC
        return None


def as_scan_pattern(pattern: ir.Pattern, anywhere: bool = False) -> ScanPattern | Predicate | None:
    """What the scanner looks for; None for patterns that no single present value can decide
    (null, exists, fieldref). `anywhere` widens text to a substring, as keywords ask for."""
    match pattern:
        case ir.Text(parts=parts, cased=cased):
            return Glob(_widened(parts) if anywhere else parts, cased)
        case ir.Regex(pattern=expression, flags=flags):
            return Regex(expression, flags)
        case ir.Compare(op=op, number=number):
            return Comparison(op, number)
        case ir.Cidr(network=network):
            return InNetwork(network)
        case ir.TimePart(part=part, number=number):
            return PartOfTime(part, number)
        case _:
            return None


def _widened(parts: tuple[str | int, ...]) -> tuple[str | int, ...]:
    inner = list(parts)
    while inner and inner[0] == ir.ANY:
        inner.pop(0)
    while inner and inner[-1] == ir.ANY:
        inner.pop()
    return (ir.ANY, *inner, ir.ANY)


def refers(pattern: ir.FieldRef, text: str, other: str) -> bool:
    """True if `text` compares with the other field's text as `pattern` says."""
    if not pattern.cased:
        text, other = fold(text), fold(other)
    match pattern.how:
        case "equals":
            return text == other
        case "startswith":
            return text.startswith(other)
        case "endswith":
            return text.endswith(other)
        case "contains":
            return other in text


def record_texts(record: Any) -> list[str]:
    """Every scalar text in a record at any depth: what keywords are looked for in."""
    from vedette.model.value import text_of

    texts: list[str] = []
    stack: list[Any] = [record]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, list | tuple):
            stack.extend(value)
        else:
            text = text_of(value)
            if text is not None:
                texts.append(text)
    return texts
