"""Whom an address stands for: what counts as one client, and as one network of clients."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

_SUBSCRIBER_BITS: Final = 64
"""One subscriber of IPv6 has a whole /64 to come from (RFC 6177)."""
_NETWORK_BITS: Final = {4: 24, 6: 48}
"""The smallest networks that are announced, and so those that different people have."""


def client_key(address: str) -> str:
    """One client: an IPv4 address, or an IPv6 network of 64 bits."""
    if ":" not in address:
        return address
    known = _address(address)
    if known is None or isinstance(known, IPv4Address):
        return address if known is None else str(known)
    return f"{int(known) >> (128 - _SUBSCRIBER_BITS):x}::"


def network_key(address: str) -> str:
    """One party: a network of 24 bits (IPv6: 48), because a single attacker may well have many
    addresses of it. Of a firm's own network (private addresses), each address counts."""
    known = _address(address)
    if known is None or known.is_private:
        return client_key(address)
    size = known.max_prefixlen
    return f"{int(known) >> (size - _NETWORK_BITS[known.version]):x}/{known.version}"


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        known = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        return known.ipv4_mapped
    return known
