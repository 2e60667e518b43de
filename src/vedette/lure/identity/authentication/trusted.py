"""Which of a message's headers the firm's own servers wrote."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, NamedTuple

from vedette.lure.identity.authentication.header import MethodResult, Results, read_results
from vedette.lure.identity.authentication.result import AuthenticationSettings, Connection
from vedette.lure.identity.domains import is_under, organisational_domain
from vedette.lure.message import Message

MAX_HEADERS: Final = 2_000

_PRIVATE: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
"""Addresses that no stranger connects from (RFC 1918, RFC 4193)."""

_BY: Final = re.compile(r"\bby\s+([\w.-]+)", re.IGNORECASE | re.ASCII)
_AUTHSERV: Final = re.compile(r"\s*(?:\([^()]*\)\s*)?\"?([^\s;\"]+)")
_FROM: Final = re.compile(r"\A\s*from\s+([\w.\[\]:-]+)", re.IGNORECASE | re.ASCII)
_ADDRESS: Final = re.compile(r"\[(?:IPv6:)?([0-9a-fA-F.:]{3,45})\]")


class TrustedHeaders(NamedTuple):
    """`methods` maps a method ("spf", "dkim", "dmarc", "arc") to what the topmost trusted header
    that speaks of it says. `connection` is how the message reached the firm."""

    methods: dict[str, tuple[MethodResult, ...]]
    connection: Connection | None
    notes: tuple[str, ...]


def trusted_headers(message: Message, settings: AuthenticationSettings) -> TrustedHeaders:
    """Read the headers from the top, as long as they are the firm's own servers'.

    Authentication-Results count where a configured authserv-id wrote them and above the first
    Received field of a server that is not the firm's, or that stands below the one by which the
    message crossed into the firm: what is there was in the message when it came. Of several, the
    topmost that speaks of a method counts.
    """
    ids = frozenset(name.lower() for name in settings.authserv_ids)
    receivers = tuple(name.lower() for name in settings.receivers) or tuple(
        part for name in ids for part in (name, organisational_domain(name)) if part
    )
    methods: dict[str, tuple[MethodResult, ...]] = {}
    notes: list[str] = []
    connection: Connection | None = None
    outside = crossed = False
    for header in message.headers[:MAX_HEADERS] if ids or receivers else ():
        if header.name == "received":
            by = _BY.search(header.value)
            if not receivers or outside:
                continue
            own = by and any(is_under(by.group(1).lower(), name) for name in receivers)
            if crossed or not own:
                outside = True
            elif (came := _connection(header.value)) and not _is_internal(came.address, settings):
                connection, crossed = came, True
        elif header.name == "authentication-results":
            named = _AUTHSERV.match(header.value)
            if named is None or named.group(1).lower() not in ids:
                continue
            results = read_results(header.value)
            if results is None or results.authserv_id not in ids:
                continue
            if outside:
                notes.append(
                    f"a header in the name of {results.authserv_id} came with the message: ignored"
                )
            else:
                _add(methods, results)
    return TrustedHeaders(methods, connection, tuple(dict.fromkeys(notes)))


def _add(methods: dict[str, tuple[MethodResult, ...]], results: Results) -> None:
    new: dict[str, list[MethodResult]] = {}
    for result in results.methods:
        if result.method not in methods:
            new.setdefault(result.method, []).append(result)
    methods.update({method: tuple(found) for method, found in new.items()})


def _is_internal(address: str, settings: AuthenticationSettings) -> bool:
    """Whether one of the firm's own hosts has that address, or it is no address at all."""
    try:
        found = ipaddress.ip_address(address)
        networks = [ipaddress.ip_network(text, strict=False) for text in settings.internal]
    except ValueError:
        return False
    return found.is_loopback or any(found in network for network in (*_PRIVATE, *networks))


def _connection(received: str) -> Connection | None:
    """Who handed the message over, by a Received field of the firm's own."""
    helo = _FROM.match(received)
    address = _ADDRESS.search(received)
    if address is None:
        return None
    name = helo.group(1).strip("[]") if helo else ""
    return Connection(address.group(1), "" if _ADDRESS.fullmatch(f"[{name}]") else name)
