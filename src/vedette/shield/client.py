"""Whose request it is: the peer, or whom a trusted proxy names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal

import msgspec

from vedette.model.errors import ConfigError
from vedette.seclang.request import Header

Naming = Literal["x-forwarded-for", "forwarded"]
Address = IPv4Address | IPv6Address

MOST_HOPS: Final = 32
"""Proxies in a row that are followed; what lies before them is not believed."""
MOST_BYTES: Final = 4_096
"""Bytes of the header that are looked at, from its end."""
UNIX: Final = "unix"
"""Stands in a list of trusted peers for sockets that have no address."""

_FOR: Final = re.compile(r'(?:\A|;)\s*for\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)', re.IGNORECASE)
_ELEMENT: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_V4_PORT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}\Z", re.ASCII)


class Trusted(msgspec.Struct, frozen=True):
    """Peers whose word about the client counts. `names` are the headers that they write, the
    first one present is believed: list only those that the proxies really overwrite or append
    to, for whatever else arrives was written by the client."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    unix: bool = False
    names: tuple[Naming, ...] = ("x-forwarded-for", "forwarded")

    def holds(self, address: Address) -> bool:
        return any(
            network.version == address.version and address in network for network in self.networks
        )


NOBODY: Final = Trusted()


def trusted_peers(
    texts: Iterable[str], names: tuple[Naming, ...] = ("x-forwarded-for", "forwarded")
) -> Trusted:
    """Addresses and networks in CIDR notation, or `unix`, as Trusted. Raises ConfigError with
    all that are neither."""
    networks: list[IPv4Network | IPv6Network] = []
    faults: list[str] = []
    unix = False
    for text in texts:
        if text == UNIX:
            unix = True
            continue
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            faults.append(f"{text!r}: no address or network ({error}); write e.g. 10.0.0.0/8")
    if faults:
        raise ConfigError(faults)
    return Trusted(tuple(networks), unix, names)


def client_of(peer: str, headers: Sequence[Header], trusted: Trusted) -> str:
    """The address of the client.

    `peer` is the other end of the connection ("" for a Unix socket). Where it is trusted, the
    header that it wrote is read from its end (RFC 7239 section 5.2; X-Forwarded-For likewise):
    every hop names the one before it, and the first that is not trusted is the client. A hop that
    names no address (`unknown`, `_hidden`) is where following ends: then the last known address
    stands. IPv4 addresses written as IPv6 are given as IPv4. Never raises.
    """
    if not (trusted.networks or trusted.unix):
        return peer
    here = _address(peer)
    if not (trusted.unix if here is None and peer in ("", UNIX) else _known(here, trusted)):
        return peer
    last = peer
    for text in reversed(_hops(headers, trusted.names)):
        address = _address(text)
        if address is None:
            return last
        last = str(address)
        if not trusted.holds(address):
            return last
    return last


def _known(address: Address | None, trusted: Trusted) -> bool:
    return address is not None and trusted.holds(address)


def _hops(headers: Sequence[Header], names: tuple[Naming, ...]) -> list[str]:
    """The last hops named, in the order written."""
    for name in names:
        wanted = name.encode()
        values = [v for k, v in headers if len(k) == len(wanted) and k.lower() == wanted]
        if not values:
            continue
        text = b",".join(values)[-MOST_BYTES:].decode("latin-1")
        if name == "x-forwarded-for":
            return [part.strip() for part in text.split(",")][-MOST_HOPS:]
        return [_forwarded(element[0]) for element in _ELEMENT.finditer(text)][-MOST_HOPS:]
    return []


def _forwarded(element: str) -> str:
    found = _FOR.search(element)
    return found[1].strip('"') if found else ""


def _address(text: str) -> Address | None:
    """`192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif found := _V4_PORT.match(text):
        text = found[1]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
