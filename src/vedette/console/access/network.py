"""Where a client comes from, in the units that limits are kept for."""

from __future__ import annotations

import ipaddress
from typing import Final, NamedTuple

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NARROW: Final = {4: 32, 6: 64}
_WIDE: Final = {4: 32, 6: 48}


class Origin(NamedTuple):
    """`narrow` is what one subscriber has: an IPv4 address (a shorter prefix would hold a whole
    office), an IPv6 /64. `wide` is what one subscriber may have besides: a /48, where addresses
    cost nothing; with IPv4 it is the same address."""

    narrow: str
    wide: str


def address_of(text: str) -> IPAddress | None:
    """The address, with IPv4 inside IPv6 taken out; None where it is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if isinstance(mapped, ipaddress.IPv4Address) else address


def origin_of(text: str) -> Origin:
    """What can't be read as an address is one origin of its own."""
    address = address_of(text)
    if address is None:
        return Origin("unknown", "unknown")
    narrow, wide = (
        str(ipaddress.ip_network((address, sizes[address.version]), strict=False))
        for sizes in (_NARROW, _WIDE)
    )
    return Origin(narrow.removesuffix("/32"), wide.removesuffix("/32"))
