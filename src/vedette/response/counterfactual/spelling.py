"""One spelling of each value that actions and events are compared in, as a hash of 64 bits.

Two values with one hash only make an action look costlier than it is, never cheaper.
"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import Final
from urllib.parse import urlsplit

from vedette.model.finding import Entity
from vedette.sigma.entities import entities_of

NETWORKS: Final = {4: (24,), 6: (64,)}
"""Networks that are looked up as a whole."""

MOST_PARENTS: Final = 8
"""Parents of a domain or path that are looked up."""

_KINDS: Final = {
    "from": "address",
    "to": "address",
    "client": "address",
    "sender": "mailbox",
    "persona": "mailbox",
    "image": "process",
}


def key_of(kind: str, value: str) -> int:
    """The hash of a value in its one spelling."""
    given = f"{kind}\0{value}".encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(given, digest_size=8).digest(), "big")


def spelled(kind: str, text: str) -> tuple[str, ...]:
    """The values that a text states, as findings spell them; none where it states nothing."""
    if kind == "trait":
        return (text,) if text else ()
    entity = _KINDS.get(kind, kind)
    return tuple(one.value for one in entities_of({"v": text}, {entity: ("v",)}))


def keys_shown(kind: str, text: str) -> tuple[int, ...]:
    """Under which keys an event that shows `text` is found."""
    values: list[tuple[str, str]] = []
    for value in spelled(kind, text):
        named = plain(kind, value)
        values.append((kind, named))
        if kind in ("from", "to"):
            values += [(kind, network) for network in _networks(value)]
        elif kind == "domain":
            values += [(kind, parent) for parent in _parents(value)]
        elif kind == "sender":
            domain = named.rpartition("@")[2]
            values += [("sender-domain", each) for each in (domain, *_parents(domain))]
        elif kind == "url":
            site = host_of(value)
            if site:
                values += [("domain", each) for each in (site, *_parents(site))]
    return tuple(dict.fromkeys(key_of(*pair) for pair in values))


def plain(kind: str, value: str) -> str:
    """What is compared: an account without its domain, a host without its, a bare sender."""
    if kind == "account":
        return value.rpartition("\\")[2].partition("@")[0] or value
    if kind == "host":
        return value if _is_address(value) else value.partition(".")[0]
    if kind in ("sender", "persona"):
        return value.rpartition("<")[2].rstrip("> ")
    if kind == "url":
        return value.partition("#")[0].partition("://")[2].rstrip("/").lower() or value.lower()
    if kind == "hash":
        return value.rpartition(":")[2]
    return value


def paths_of(path: str) -> tuple[str, ...]:
    """A path and those above it, without "/" itself: `/a/b` gives `/a/b` and `/a`."""
    parts = [part for part in path.split("/") if part][:MOST_PARENTS]
    return tuple("/" + "/".join(parts[:end]) for end in range(len(parts), 0, -1))


def host_of(url: str) -> str:
    """The host in a URL, "" where it names none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def principal_of(kind: str, text: str, nobody: frozenset[str]) -> Entity | None:
    """Whom a text names; None where it names no one."""
    values = spelled(kind, text)
    if not values or values[0] in nobody:
        return None
    value = plain("sender", values[0]) if kind == "mailbox" else values[0]
    if kind == "account" and value.endswith("$"):
        return None
    return Entity(kind, value)


def _networks(value: str) -> list[str]:
    address = ipaddress.ip_address(value)
    lengths = NETWORKS[address.version]
    return [str(ipaddress.ip_network(f"{value}/{length}", strict=False)) for length in lengths]


def _parents(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(1, min(len(labels) - 1, MOST_PARENTS))]


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
