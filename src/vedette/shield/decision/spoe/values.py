"""Integers of variable length and typed data (SPOE.txt 3.1)."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address
from typing import Final

Value = None | bool | int | bytes | str | IPv4Address | IPv6Address
"""What typed data says: `bytes` for binary, `str` (Latin-1, one character a byte) for strings."""

NULL, BOOL, INT32, UINT32, INT64, UINT64, IPV4, IPV6, STRING, BINARY = range(10)
_TRUE: Final = 0x10
_SMALL: Final = 240
_MOST_SHIFT: Final = 60


class BadData(ValueError):
    """Bytes that break the protocol; `status` is the code that a DISCONNECT gives."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


INVALID: Final = 4  # "invalid frame received"


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at` and where it ends. Raises BadData."""
    if at >= len(data):
        raise BadData(INVALID, "a number is cut short")
    value = data[at]
    at += 1
    if value < _SMALL:
        return value, at
    shift = 4
    while shift <= _MOST_SHIFT:
        if at >= len(data):
            raise BadData(INVALID, "a number is cut short")
        byte = data[at]
        at += 1
        value += byte << shift
        shift += 7
        if byte < 128:
            if value >> 64:
                break
            return value, at
    raise BadData(INVALID, "a number is too long")


def varint(value: int) -> bytes:
    """0 <= value < 2**64"""
    if value < _SMALL:
        return bytes((value,))
    out = bytearray(((value & 15) | _SMALL,))
    value = (value - _SMALL) >> 4
    while value >= 128:
        out.append((value & 127) | 128)
        value = (value - 128) >> 7
    out.append(value)
    return bytes(out)


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """Bytes behind their length. Raises BadData."""
    size, at = read_varint(data, at)
    end = at + size
    if end > len(data):
        raise BadData(INVALID, "data is cut short")
    return data[at:end], end


def sized(data: bytes) -> bytes:
    return varint(len(data)) + data


def read_value(data: bytes, at: int) -> tuple[Value, int]:
    """Typed data at `at` and where it ends. Raises BadData."""
    if at >= len(data):
        raise BadData(INVALID, "a value is cut short")
    kind = data[at] & 15
    flags = data[at]
    at += 1
    if kind == NULL:
        return None, at
    if kind == BOOL:
        return bool(flags & _TRUE), at
    if kind <= UINT64:
        number, at = read_varint(data, at)
        if kind in (INT32, INT64):
            bits = 32 if kind == INT32 else 64
            # negative numbers are sent in 64 bits
            number = number - (1 << 64) if number >> 63 else number
            if not -(1 << (bits - 1)) <= number < 1 << (bits - 1):
                raise BadData(INVALID, "a number is too large")
        return number, at
    if kind in (IPV4, IPV6):
        size = 4 if kind == IPV4 else 16
        raw = data[at : at + size]
        if len(raw) < size:
            raise BadData(INVALID, "an address is cut short")
        made = IPv4Address(raw) if kind == IPV4 else IPv6Address(raw)
        return made, at + size
    if kind in (STRING, BINARY):
        raw, at = read_bytes(data, at)
        return (raw.decode("latin-1") if kind == STRING else raw), at
    raise BadData(INVALID, "a value of unknown type")


def value(of: Value) -> bytes:
    """Typed data that says `of`; whole numbers as INT64."""
    if of is None:
        return bytes((NULL,))
    if isinstance(of, bool):
        return bytes((BOOL | (_TRUE if of else 0),))
    if isinstance(of, int):
        return bytes((INT64,)) + varint(of % (1 << 64))
    if isinstance(of, str):
        return bytes((STRING,)) + sized(of.encode("latin-1"))
    if isinstance(of, bytes):
        return bytes((BINARY,)) + sized(of)
    return bytes((IPV4 if of.version == 4 else IPV6,)) + of.packed


def uint32(number: int) -> bytes:
    return bytes((UINT32,)) + varint(number)


def read_pairs(data: bytes, at: int, most: int) -> tuple[list[tuple[str, Value]], int]:
    """A KV-LIST up to the end. Raises BadData where there are more than `most`."""
    pairs: list[tuple[str, Value]] = []
    while at < len(data):
        if len(pairs) >= most:
            raise BadData(INVALID, "too many items")
        name, at = read_bytes(data, at)
        said, at = read_value(data, at)
        pairs.append((name.decode("latin-1"), said))
    return pairs, at


BIG: Final = struct.Struct("!I")
