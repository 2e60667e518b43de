"""ZIP archives (APPNOTE 6.3), plain or with the traditional PKWARE encryption."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Mapping
from typing import Final

from benchmarks.recruitbench.lures.containers.deflate import stored

_TIME: Final = 0x5A21  # 11:17:02
_UTF8: Final = 0x0800
_ENCRYPTED: Final = 0x0001


def zip_file(
    members: Mapping[str, bytes],
    *,
    day: int = 0x58A5,
    password: str = "",
    rng: random.Random | None = None,
) -> bytes:
    """An archive of `members` in their order, all dated `day` (MS-DOS date). With a password,
    `rng` gives the encryption's random header."""
    body, directory = b"", b""
    for name, data in members.items():
        raw = name.encode()
        flags = (0 if name.isascii() else _UTF8) | (_ENCRYPTED if password else 0)
        crc = zlib.crc32(data)
        packed = stored(data)
        if password:
            if rng is None:
                raise ValueError("encryption needs randomness")
            packed = _encrypted(packed, password.encode(), rng.randbytes(11) + bytes([crc >> 24]))
        shared = struct.pack(
            "<HHHHIIIHH", flags, 8, _TIME, day, crc, len(packed), len(data), len(raw), 0
        )
        directory += (
            b"PK\x01\x02"
            + struct.pack("<HH", 20, 20)
            + shared
            + struct.pack("<HHHII", 0, 0, 0, 0x20, len(body))
            + raw
        )
        body += b"PK\x03\x04" + struct.pack("<H", 20) + shared + raw + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def _crc_step(crc: int, byte: int) -> int:
    """One byte of CRC-32 without the inversions that zlib.crc32 adds."""
    return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def _encrypted(data: bytes, password: bytes, head: bytes) -> bytes:
    """Traditional encryption (APPNOTE 6.1)."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = _crc_step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc_step(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in head + data:
        mixed = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((mixed * (mixed ^ 1)) >> 8 & 0xFF))
        update(byte)
    return bytes(out)
