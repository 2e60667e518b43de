"""How many connections there may be: in all, and for each client."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

# One subscriber of IPv6 has a whole /64 to come from.
_SUBSCRIBER_BITS = 64


def client_key(address: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 network of 64 bits."""
    if ":" not in address:
        return address
    try:
        six: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(six, IPv6Address):
        if six.ipv4_mapped is not None:
            return str(six.ipv4_mapped)
        return f"{int(six) >> (128 - _SUBSCRIBER_BITS):x}::"
    return address


class Door:
    """Counts who is inside."""

    __slots__ = ("_each", "_per_client", "_total", "inside", "turned_away")

    def __init__(self, total: int, per_client: int) -> None:
        self._total = total
        self._per_client = per_client
        self._each: dict[str, int] = {}
        self.inside = 0
        self.turned_away = 0

    def enter(self) -> bool:
        """Count a connection in; False where there are too many in all."""
        if self.inside >= self._total:
            self.turned_away += 1
            return False
        self.inside += 1
        return True

    def leave(self) -> None:
        self.inside -= 1

    def enter_client(self, key: str) -> bool:
        """Count one of a client's connections in; False where that client has too many."""
        count = self._each.get(key, 0)
        if count >= self._per_client:
            self.turned_away += 1
            return False
        self._each[key] = count + 1
        return True

    def leave_client(self, key: str) -> None:
        count = self._each[key] - 1
        if count:
            self._each[key] = count
        else:
            del self._each[key]
