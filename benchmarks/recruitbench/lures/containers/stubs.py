"""What stands for a program: the magic and header fields of its kind, no code, under 200 bytes."""

from __future__ import annotations

import random
import struct
from typing import Final

LIMIT: Final = 200
_LABEL: Final = b"inert synthetic stub, no code "


def windows_program(rng: random.Random, *, library: bool = False) -> bytes:
    """MZ and PE headers with no section and no entry point."""
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    flags = 0x2102 if library else 0x0102
    coff = struct.pack("<HHIIIHH", 0x14C, 0, rng.randrange(2**31), 0, 0, 0, flags)
    return _padded(dos + b"PE\0\0" + coff, rng)


def linux_program(rng: random.Random) -> bytes:
    """A 64-bit ELF header with neither program nor section headers."""
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    return _padded(
        ident + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0), rng
    )


def mac_program(rng: random.Random) -> bytes:
    """A 64-bit Mach-O header without load commands."""
    return _padded(struct.pack("<IiiIIIII", 0xFEEDFACF, 0x0100000C, 0, 2, 0, 0, 0, 0), rng)


def _padded(head: bytes, rng: random.Random) -> bytes:
    tail = _LABEL + f"{rng.randrange(10**9):09}".encode()
    return (head + tail).ljust(180, b"\0")
