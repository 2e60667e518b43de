"""Who handed a message over, as its Received fields say: what a mail server tells its filters."""

from __future__ import annotations

import ipaddress
import re
from email.utils import parseaddr
from typing import Final, NamedTuple

_FOLDED: Final = re.compile(rb"\r?\n[ \t]+")
_FROM: Final = re.compile(
    r"from\s+(?P<helo>[^\s\[]\S*)\s+\((?P<host>[\w.-]*[A-Za-z][\w.-]*)?[^()\[\]]*?"
    r"\[?(?:IPv6:)?(?P<ip>[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+)\]?\)(?P<rest>.*)"
)
_BY: Final = re.compile(r"\bby\s+(\S+)")


class Envelope(NamedTuple):
    """Addresses without brackets; "" where the message does not say."""

    sender: str
    recipient: str
    helo: str
    host: str
    ip: str


def envelope(raw: bytes) -> Envelope:
    """From Return-Path (else From), To, and the topmost Received that came from outside (else the
    topmost). Where the receiver did not note the host's name, its HELO stands for it: a name that
    is missing would count against the message, and it is the receiver's habit."""
    head = _FOLDED.sub(b" ", re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0])
    first: dict[str, str] = {}
    hops: list[tuple[bool, str, str, str]] = []
    for line in head.splitlines():
        name, _, value = line.partition(b":")
        key, said = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        first.setdefault(key, said)
        found = _FROM.match(said) if key == "received" else None
        if found and _is_address(found["ip"]):
            by = _BY.search(found["rest"])
            inside = _inside(found["helo"], by[1] if by else "", found["ip"])
            hops.append((inside, found["helo"], found["host"] or found["helo"], found["ip"]))
    hops.sort(key=lambda hop: hop[0])
    _, helo, host, ip = hops[0] if hops else (False, "", "", "")
    sender = first.get("return-path") or first.get("from", "")
    addresses = (parseaddr(sender)[1], parseaddr(first.get("to", ""))[1])
    return Envelope(*map(_sendable, (*addresses, helo, host, ip)))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _inside(helo: str, by: str, ip: str) -> bool:
    """Whether it was a hop within the receiver."""
    address = ipaddress.ip_address(ip)
    near = address.is_loopback or address.is_link_local
    return near or helo.lower().split(".")[-2:] == by.lower().split(".")[-2:]


def _sendable(text: str) -> str:
    """Fit for a header of HTTP."""
    return "".join(c for c in text if c.isascii() and c.isprintable())
