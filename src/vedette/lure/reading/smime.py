"""What a signature encloses: the content of opaque S/MIME (RFC 5652 SignedData, in BER)."""

from __future__ import annotations

from typing import Final

MAX_DEPTH: Final = 16

_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
_DATA: Final = bytes.fromhex("2a864886f70d010701")
_SEQUENCE, _OCTETS, _EXPLICIT, _CONSTRUCTED_OCTETS = 0x30, 0x04, 0xA0, 0x24


class _Malformed(ValueError):
    pass


def signed_content(data: bytes) -> bytes | None:
    """The enclosed content; None where it is encrypted, detached or damaged. The signature is
    not verified."""
    try:
        outer = _children(_expect(data, 0, _SEQUENCE), 2)
        if outer[0][1] != _SIGNED:
            return None
        signed = _children(_expect(outer[1][1], 0, _SEQUENCE), 3)
        content = _children(signed[2][1], 2)
        if len(content) < 2 or content[0][1] != _DATA:
            return None
        return _octets(content[1][1], 0)
    except (_Malformed, IndexError):
        return None


def _octets(data: bytes, depth: int) -> bytes:
    """An OCTET STRING, in one piece or in many."""
    if depth > MAX_DEPTH:
        raise _Malformed
    pieces: list[bytes] = []
    at = 0
    while at < len(data):
        tag, value, at = _element(data, at, depth)
        if tag == _OCTETS:
            pieces.append(value)
        elif tag == _CONSTRUCTED_OCTETS:
            pieces.append(_octets(value, depth + 1))
        elif tag == 0:
            break
        else:
            raise _Malformed
    return b"".join(pieces)


def _children(data: bytes, count: int) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data) and len(found) < count:
        tag, value, at = _element(data, at, 0)
        found.append((tag, value))
    return found


def _expect(data: bytes, at: int, wanted: int) -> bytes:
    tag, value, _ = _element(data, at, 0)
    if tag != wanted:
        raise _Malformed
    return value


def _element(data: bytes, at: int, depth: int) -> tuple[int, bytes, int]:
    """Tag, content and end of the element at `at`."""
    if depth > MAX_DEPTH or at + 2 > len(data):
        raise _Malformed
    tag, length = data[at], data[at + 1]
    at += 2
    if tag & 31 == 31:
        raise _Malformed  # long tags are not used here
    if length == 0x80:  # indefinite: up to two zero bytes
        start = at
        while data[at : at + 2] != b"\0\0":
            _, _, at = _element(data, at, depth + 1)
        return tag, data[start:at], at + 2
    if length > 0x80:
        size = length & 0x7F
        length = int.from_bytes(data[at : at + size], "big")
        at += size
        if size > 6:
            raise _Malformed
    if at + length > len(data):
        raise _Malformed
    return tag, data[at : at + length], at + length
