"""Macros in SPF's domain-specs (RFC 7208 section 7)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import msgspec

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_MACRO: Final = re.compile(r"%(?:\{([a-z])(\d*)(r?)([.\-+,/_=]*)\}|([%_-]))", re.IGNORECASE)
_ESCAPES: Final = {"%": "%", "_": " ", "-": "%20"}
MAX_NAME: Final = 253


class Circumstances(msgspec.Struct, frozen=True):
    """Who sends: the client's address, the sender's mailbox and the HELO name."""

    address: Address
    local: str
    sender_domain: str
    helo: str


def expand(text: str, domain: str, who: Circumstances, validated: Callable[[], str]) -> str:
    """A domain-spec with its macros replaced. `domain` is the current one; `validated` gives the
    client's validated name (p), asked only where it is used. Labels are cut from the left until
    the name is short enough. Raises ValueError for macros that belong into explanations only."""

    def value(letter: str) -> str:
        match letter:
            case "s":
                return f"{who.local}@{who.sender_domain}"
            case "l":
                return who.local
            case "o":
                return who.sender_domain
            case "d":
                return domain
            case "i":
                return dotted(who.address)
            case "p":
                return validated()
            case "v":
                return "in-addr" if who.address.version == 4 else "ip6"
            case "h":
                return who.helo
        raise ValueError(f"the macro {letter} is for explanations only")

    def replaced(found: re.Match[str]) -> str:
        letter, digits, reverse, delimiters, escape = found.groups()
        if escape:
            return _ESCAPES[escape]
        parts = re.split(f"[{re.escape(delimiters or '.')}]", value(letter.lower()))
        if reverse:
            parts.reverse()
        if digits:
            count = int(digits[:4])
            if not count:
                raise ValueError("a macro of no parts")
            parts = parts[-count:]
        made = ".".join(parts)
        return quote(made, safe="") if letter.isupper() else made

    name = _MACRO.sub(replaced, text).rstrip(".")
    while len(name) > MAX_NAME:
        _, dot, name = name.partition(".")
        if not dot:
            raise ValueError("a label without end")
    return name


def dotted(address: Address) -> str:
    """The address as SPF's i macro writes it."""
    if address.version == 4:
        return str(address)
    return ".".join(address.exploded.replace(":", ""))
