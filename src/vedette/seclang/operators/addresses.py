"""@ipMatch and @ipMatchFromFile."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from typing import Final

from vedette.seclang.operators.match import Match

_SPLIT: Final = re.compile(r"[,\s]+")
_BITS: Final = {4: 32, 16: 128}


class Addresses:
    """The value is an address of one of the networks. IPv4 and IPv6 do not mix."""

    macros = False

    def __init__(self, networks: Iterable[str]) -> None:
        """Addresses with or without `/bits`. Raises ValueError for what is none."""
        known: dict[tuple[int, int], set[int]] = {}
        for network in networks:
            text, slash, bits = network.partition("/")
            packed = _packed(text)
            if packed is None or (slash and not bits.isdecimal()):
                raise ValueError(f"{network!r} is no address or network; write 10.0.0.0/8")
            size = _BITS[len(packed)]
            kept = int(bits) if slash else size
            if kept > size:
                raise ValueError(f"{network!r} has more than {size} bits")
            number = int.from_bytes(packed, "big") >> (size - kept)
            known.setdefault((len(packed), size - kept), set()).add(number)
        self._known = [(size, shift, numbers) for (size, shift), numbers in known.items()]

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        if len(value) > 64 or not value.isascii():
            return None
        packed = _packed(value.partition(b"\0")[0].decode())
        if packed is None:
            return None
        number, length = int.from_bytes(packed, "big"), len(packed)
        for size, shift, numbers in self._known:
            if size == length and number >> shift in numbers:
                return Match((), 0, len(value))
        return None


def _packed(text: str) -> bytes | None:
    try:
        return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except (OSError, ValueError):
        return None


def networks_of(argument: str) -> list[str]:
    """The networks of @ipMatch: parted by commas, blanks around them allowed."""
    return [each for each in _SPLIT.split(argument) if each]


def networks_of_file(content: str) -> list[str]:
    """The networks of a data file: one or more a line; from # on, a comment."""
    return [each for line in content.splitlines() for each in networks_of(line.partition("#")[0])]
