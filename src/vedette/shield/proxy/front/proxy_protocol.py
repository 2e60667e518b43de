"""HAProxy's PROXY protocol, versions 1 and 2: who is really at the other end.

Source: https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt
"""

from __future__ import annotations

import re
import struct
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

import msgspec

_SIGNATURE: Final = b"\r\n\r\n\0\r\nQUIT\n"
_MOST_ONE: Final = 107
_MOST_TWO: Final = 2048  # 16 bytes, the addresses, and some TLVs, which are not looked at
_ONE: Final = re.compile(
    rb"PROXY (TCP4|TCP6) ([0-9A-Fa-f.:]{2,45}) ([0-9A-Fa-f.:]{2,45})"
    rb" (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})\r\n"
)
_ONE_UNKNOWN: Final = re.compile(rb"PROXY UNKNOWN[^\r\n]*\r\n")
_HIGHEST: Final = 65535
_HEADER_TWO: Final = 16
PEEK: Final = _MOST_TWO


class BadPreamble(ValueError):
    """Not the PROXY protocol."""


class Preamble(msgspec.Struct, frozen=True):
    """`size` bytes said so. `client` is None where the sender speaks for itself."""

    size: int
    client: str | None = None
    client_port: int = 0
    server: str = ""
    server_port: int = 0


def read_preamble(data: bytes) -> Preamble | None:
    """What stands at the beginning of a connection; None: more has to come. Raises BadPreamble."""
    if not data or _SIGNATURE.startswith(data[: len(_SIGNATURE)]):
        return None if len(data) < _HEADER_TWO else _two(data)
    if not b"PROXY ".startswith(data[:6]):
        raise BadPreamble("no PROXY protocol")
    end = data.find(b"\r\n", 0, _MOST_ONE)
    if end < 0:
        if len(data) >= _MOST_ONE:
            raise BadPreamble("line too long")
        return None
    return _one(data[: end + 2])


def _one(line: bytes) -> Preamble:
    if _ONE_UNKNOWN.fullmatch(line):
        return Preamble(len(line))
    found = _ONE.fullmatch(line)
    if found is None:
        raise BadPreamble("line")
    kind = IPv4Address if found[1] == b"TCP4" else IPv6Address
    try:
        source, target = (ip_address(found[at].decode("ascii")) for at in (2, 3))
    except ValueError:
        raise BadPreamble("address") from None
    ports = int(found[4]), int(found[5])
    if not isinstance(source, kind) or not isinstance(target, kind) or max(ports) > _HIGHEST:
        raise BadPreamble("address")
    return Preamble(len(line), str(source), ports[0], str(target), ports[1])


def _two(data: bytes) -> Preamble | None:
    version, family, length = struct.unpack_from("!BBH", data, len(_SIGNATURE))
    size = _HEADER_TWO + length
    if version >> 4 != 2 or version & 15 > 1 or size > _MOST_TWO:
        raise BadPreamble("version or size")
    if len(data) < size:
        return None
    if version & 15 == 0 or family not in (0x11, 0x21):  # LOCAL, or neither TCP4 nor TCP6
        return Preamble(size)
    width = 4 if family == 0x11 else 16
    if length < 2 * width + 4:
        raise BadPreamble("addresses")
    at = _HEADER_TWO
    source = ip_address(data[at : at + width])
    target = ip_address(data[at + width : at + 2 * width])
    ports = struct.unpack_from("!HH", data, at + 2 * width)
    return Preamble(size, str(source), ports[0], str(target), ports[1])
