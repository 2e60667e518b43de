"""ZIP archives, stored, with the traditional encryption where a password is given (APPNOTE 6.1)."""

from __future__ import annotations

import struct
import zlib

_DATE = (2025 - 1980) << 9 | 3 << 5 | 14  # one fixed day: the bytes may not depend on the clock
_TIME = 10 << 11
_UTF8 = 0x800
_ENCRYPTED = 0x1


def zip_of(members: list[tuple[str, bytes]], password: bytes = b"") -> bytes:
    """A ZIP of (name, data), in this order."""
    body = b""
    directory = b""
    for name, data in members:
        raw_name = name.encode()
        crc = zlib.crc32(data)
        flags = (0 if name.isascii() else _UTF8) | (_ENCRYPTED if password else 0)
        stored = _encrypt(data, crc, password) if password else data
        fields = struct.pack(
            "<HHHHHIIIHH",
            20,
            flags,
            0,
            _TIME,
            _DATE,
            crc,
            len(stored),
            len(data),
            len(raw_name),
            0,
        )
        directory += (
            b"PK\x01\x02\x14\x00"
            + fields
            + struct.pack("<HHHII", 0, 0, 0, 0x20, len(body))
            + raw_name
        )
        body += b"PK\x03\x04" + fields + raw_name + stored
    count = len(members)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _crc_table() -> tuple[int, ...]:
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ 0xEDB88320 if number & 1 else number >> 1
        table.append(number)
    return tuple(table)


_TABLE = _crc_table()


def _encrypt(data: bytes, crc: int, password: bytes) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = keys[0] >> 8 ^ _TABLE[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = keys[2] >> 8 ^ _TABLE[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        update(byte)
    head = bytes(range(11)) + bytes([crc >> 24])  # the last byte is how a reader tests a password
    out = bytearray()
    for byte in head + data:
        mask = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
        update(byte)
    return bytes(out)
