"""The socket address that a SOCKADDR record holds: `struct sockaddr` in hexadecimal."""

from __future__ import annotations

import ipaddress
from typing import Final

_INET: Final = 2
_INET6: Final = 10
_LOCAL: Final = 1

# the names that auditd's own enrichment uses
_FAMILIES: Final = {
    _LOCAL: "local",
    _INET: "inet",
    4: "ipx",
    _INET6: "inet6",
    16: "netlink",
    17: "packet",
    29: "can",
    31: "bluetooth",
    38: "alg",
    40: "vsock",
    44: "xdp",
}


def sockaddr_fields(data: bytes) -> list[tuple[str, str]]:
    """`saddr_family`, and `saddr_addr` with `saddr_port` or `saddr_path`, as far as `data` goes.

    The family is in the machine's byte order, the port in network order (ip(7), ipv6(7),
    unix(7)). An abstract local address is written with a leading `@`.
    """
    if len(data) < 2:
        return []
    family = int.from_bytes(data[:2], "little")
    if family > 255:  # a machine of the other byte order
        family = int.from_bytes(data[:2], "big")
    fields = [("saddr_family", _FAMILIES.get(family, str(family)))]
    if family == _INET and len(data) >= 8:
        fields.append(("saddr_addr", str(ipaddress.IPv4Address(data[4:8]))))
        fields.append(("saddr_port", str(int.from_bytes(data[2:4], "big"))))
    elif family == _INET6 and len(data) >= 24:
        address = ipaddress.IPv6Address(data[8:24])
        fields.append(("saddr_addr", str(address.ipv4_mapped or address)))
        fields.append(("saddr_port", str(int.from_bytes(data[2:4], "big"))))
    elif family == _LOCAL and len(data) > 2:
        fields.append(("saddr_path", _local_path(data[2:])))
    return fields


def _local_path(path: bytes) -> str:
    if path.startswith(b"\0"):
        return "@" + path[1:].rstrip(b"\0").replace(b"\0", b"@").decode("utf-8", "replace")
    return path.partition(b"\0")[0].decode("utf-8", "replace")
