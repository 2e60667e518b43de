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


class _Test:
    """Two steps, because many tests of one class are made of one text: what they read in it is
    the same for all."""

    __slots__ = ()

    def read(self, text: str) -> Any:
        """What a text says; None where it says nothing that could pass."""
        raise NotImplementedError

    def holds(self, value: Any) -> bool:
        """Whether what was read passes."""
        raise NotImplementedError

    def found(self, text: str) -> bool:
        """Whether one text passes."""
        value = self.read(text)
        return value is not None and self.holds(value)


@dataclass(frozen=True, slots=True)
class Comparison(_Test):
    """A number compared with a number; text that is no number does not match."""

    op: str
    number: float

    def read(self, text: str) -> float | None:
        if len(text) > LONGEST_NUMBER:
            return None
        try:
            return float(text)
        except ValueError:
            return None

    def holds(self, value: float) -> bool:
        return bool(_OPERATORS[self.op](value, self.number))


@dataclass(frozen=True, slots=True)
class InNetwork(_Test):
    """An address inside a network; an IPv4 address that IPv6 carries counts as itself."""

    network: str

    def read(self, text: str) -> dict[int, int] | None:
        """The address as a number, by IP version."""
        address = address_of(text)
        if address is None:
            return None
        mapped = getattr(address, "ipv4_mapped", None)
        numbers: dict[int, int] = {address.version: int(address)}
        return numbers if mapped is None else numbers | {4: int(mapped)}

    def holds(self, value: dict[int, int]) -> bool:
        version, mask, number = _network(self.network)
        given = value.get(version)
        return given is not None and given & mask == number


@dataclass(frozen=True, slots=True)
class PartOfTime(_Test):
    """A part of a timestamp, in UTC."""

    part: str
    number: int

    def read(self, text: str) -> datetime | None:
        return moment_of(text)

    def holds(self, value: datetime) -> bool:
        if self.part == "week":
            return value.isocalendar().week == self.number
        return bool(getattr(value, self.part) == self.number)


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that `text` is (brackets and a zone are taken off), None where it is none."""
    if len(text) > LONGEST_ADDRESS:
        return None
    try:
        return ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _network(text: str) -> tuple[int, int, int]:
    """A network's IP version, mask and number."""
    network = ipaddress.ip_network(text, strict=False)
    return network.version, int(network.netmask), int(network.network_address)


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
        case ir.Compare() | ir.Cidr() | ir.TimePart():
            return as_test(pattern)
        case _:
            return None


def as_test(pattern: ir.Compare | ir.Cidr | ir.TimePart) -> Comparison | InNetwork | PartOfTime:
    """The test that a pattern which is no text asks for."""
    match pattern:
        case ir.Compare(op=op, number=number):
            return Comparison(op, number)
        case ir.Cidr(network=network):
            return InNetwork(network)
        case ir.TimePart(part=part, number=number):
            return PartOfTime(part, number)


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
