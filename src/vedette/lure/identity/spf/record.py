"""SPF records: their terms, read strictly (RFC 7208 section 4.6 and 5)."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, Literal

import msgspec

Qualifier = Literal["+", "-", "~", "?"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_TERMS: Final = 200

_MECHANISM: Final = re.compile(
    r"([+\-~?]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?![\w.-])(.*)", re.I
)
_MODIFIER: Final = re.compile(r"([A-Za-z][\w.-]*)=(.*)", re.ASCII)
_DUAL: Final = re.compile(r"(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?\Z", re.ASCII)
_MACRO: Final = re.compile(r"%(?:\{[slodiphcrtv]\d*r?[.\-+,/_=]*\}|[%_-])", re.IGNORECASE)
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_END: Final = re.compile(r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?|%\{[^}]*\})\Z")


class Mechanism(msgspec.Struct, frozen=True):
    """`domain` is a domain-spec, macros and all, "" where it is the current domain. `network` is
    that of ip4 and ip6; `prefix4`, `prefix6` are the lengths of a and mx."""

    qualifier: Qualifier
    name: str
    domain: str = ""
    network: Network | None = None
    prefix4: int = 32
    prefix6: int = 128


class Record(msgspec.Struct, frozen=True):
    mechanisms: tuple[Mechanism, ...]
    redirect: str = ""


def is_record(text: str) -> bool:
    """Whether a TXT record is one of SPF version 1."""
    return text[:6].lower() == "v=spf1" and text[6:7] in ("", " ")


def parse_record(text: str) -> Record:
    """Raises ValueError for anything that the RFC calls a syntax error."""
    terms = text[6:].split(" ")
    if len(terms) > MAX_TERMS:
        raise ValueError("too many terms")
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in filter(None, terms):
        modifier = _MODIFIER.fullmatch(term)
        mechanism = None if modifier else _MECHANISM.fullmatch(term)
        if mechanism:
            sign, name, rest = mechanism.groups()
            mechanisms.append(_mechanism(sign or "+", name.lower(), rest))
        elif modifier:
            name = modifier.group(1).lower()
            if name in ("redirect", "exp"):
                if name in modifiers:
                    raise ValueError(f"{name} stands twice")
                modifiers[name] = _domain(modifier.group(2))
            else:
                _macros(modifier.group(2))
        else:
            raise ValueError(f"unknown term {term[:60]!r}")
    return Record(tuple(mechanisms), modifiers.get("redirect", ""))


def _mechanism(sign: str, name: str, rest: str) -> Mechanism:
    qualifier: Qualifier = {"-": "-", "~": "~", "?": "?"}.get(sign, "+")  # type: ignore[assignment]  # mypy does not narrow a dict's values to the literals
    if name == "all":
        if rest:
            raise ValueError("all takes nothing")
        return Mechanism(qualifier, name)
    if name in ("ip4", "ip6"):
        if not rest.startswith(":"):
            raise ValueError(f"{name} needs an address")
        return Mechanism(qualifier, name, network=_network(name, rest[1:]))
    if name in ("include", "exists"):
        if not rest.startswith(":"):
            raise ValueError(f"{name} needs a domain")
        return Mechanism(qualifier, name, _domain(rest[1:]))
    if name == "ptr":
        if rest and not rest.startswith(":"):
            raise ValueError("ptr takes a domain")
        return Mechanism(qualifier, name, _domain(rest[1:]) if rest else "")
    return _addressed(qualifier, name, rest)


def _addressed(qualifier: Qualifier, name: str, rest: str) -> Mechanism:
    domain = ""
    if rest.startswith(":"):
        slash = re.search(r"/\d", re.sub(r"%\{[^}]*\}", lambda m: "x" * len(m.group()), rest))
        at = slash.start() if slash else len(rest)
        at -= 1 if at and rest[at - 1 : at] == "/" else 0
        domain, rest = _domain(rest[1:at]), rest[at:]
    lengths = _DUAL.match(rest)
    if lengths is None:
        raise ValueError(f"{name}: bad prefix length")
    four, six = int(lengths.group(1) or 32), int(lengths.group(2) or 128)
    if four > 32 or six > 128:
        raise ValueError(f"{name}: bad prefix length")
    return Mechanism(qualifier, name, domain, prefix4=four, prefix6=six)


def _network(name: str, text: str) -> Network:
    address, slash, length = text.partition("/")
    if slash and not re.fullmatch(r"0|[1-9]\d{0,2}", length, re.ASCII):
        raise ValueError(f"{name}: bad prefix length")
    if name == "ip4":
        return ipaddress.IPv4Network(text, strict=False)
    if "%" in address:
        raise ValueError("ip6: a zone says nothing here")
    return ipaddress.IPv6Network(text, strict=False)


def _domain(text: str) -> str:
    _macros(text)
    if not _END.search(text):
        raise ValueError(f"bad domain {text[:60]!r}")
    return text


def _macros(text: str) -> None:
    if text and not _VISIBLE.fullmatch(text):
        raise ValueError("bad character")
    if "%" in _MACRO.sub("", text):
        raise ValueError(f"bad macro in {text[:60]!r}")
