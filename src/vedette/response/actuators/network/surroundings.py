"""Which addresses this machine can't do without: its own, its gateways, its name servers."""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from vedette.model.errors import ActuatorError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

RESOLVERS: Final = (Path("/etc/resolv.conf"), Path("/run/systemd/resolve/resolv.conf"))
"""The second holds the real servers where the first names the local stub."""

MOST: Final = 8 << 20
"""Bytes read of one table of the kernel."""

_LEAF: Final = re.compile(r"^\s*\|-- (\S+)$")
_GATEWAY: Final = 0x2  # RTF_GATEWAY of the routing tables


def needed(net: Path, resolvers: Sequence[Path] = RESOLVERS) -> Mapping[IPAddress, str]:
    """What each address is to this machine, in words. `net` is the `/proc/<pid>/net` of a process
    in the network namespace that is meant.

    Raises ActuatorError where the kernel's tables can't be read: without them nothing is safe.
    """
    found: dict[IPAddress, str] = {}
    for address in _servers(resolvers):
        found[address] = "a name server of this machine"
    for address in (*_gateways4(net), *_gateways6(net)):
        found[address] = "a gateway of this machine"
    for address in (*_own4(net), *_own6(net)):
        found[address] = "an address of this machine"
    return found


def _own4(net: Path) -> list[IPAddress]:
    """Every local address: the leaves of the routing trie that say `host LOCAL`."""
    found: list[IPAddress] = []
    leaf = ""
    for line in _lines(net / "fib_trie"):
        if given := _LEAF.match(line):
            leaf = given[1]
        elif line.endswith("/32 host LOCAL"):
            found.append(ipaddress.IPv4Address(leaf))
    return found


def _own6(net: Path) -> list[IPAddress]:
    rows = [line.split() for line in _lines(net / "if_inet6", optional=True)]
    return [ipaddress.IPv6Address(bytes.fromhex(row[0])) for row in rows if row]


def _gateways4(net: Path) -> list[IPAddress]:
    """Each is written as the machine's own 32-bit number of it, in hexadecimal."""
    rows = [line.split() for line in _lines(net / "route")[1:]]
    return [
        ipaddress.IPv4Address(int(row[2], 16).to_bytes(4, sys.byteorder))
        for row in rows
        if len(row) > 3 and int(row[3], 16) & _GATEWAY
    ]


def _gateways6(net: Path) -> list[IPAddress]:
    rows = [line.split() for line in _lines(net / "ipv6_route", optional=True)]
    return [
        ipaddress.IPv6Address(bytes.fromhex(row[4]))
        for row in rows
        if len(row) > 8 and int(row[8], 16) & _GATEWAY
    ]


def _servers(resolvers: Sequence[Path]) -> list[IPAddress]:
    found: list[IPAddress] = []
    for path in resolvers:
        for line in _lines(path, optional=True):
            words = line.split()
            if len(words) >= 2 and words[0] == "nameserver":
                try:
                    found.append(ipaddress.ip_address(words[1].partition("%")[0]))
                except ValueError:
                    continue  # the resolver can't use it either
    return found


def _lines(path: Path, *, optional: bool = False) -> list[str]:
    try:
        with path.open("rb") as file:
            given = file.read(MOST + 1)
    except FileNotFoundError:
        if optional:  # no IPv6, no systemd-resolved
            return []
        raise ActuatorError(f"{path}: is not there; mount /proc") from None
    except OSError as error:
        raise ActuatorError(f"{path}: {error.strerror}; Vedette must be able to read it") from error
    if len(given) > MOST:
        raise ActuatorError(f"{path}: over {MOST} bytes; name what to protect in the configuration")
    return given.decode("utf-8", "replace").splitlines()
