"""A compressor that gives the same bytes with every zlib (RFC 1951, 1950, 1952)."""

from __future__ import annotations

import functools
import zlib


def _reversed(value: int, width: int) -> int:
    return int(f"{value:0{width}b}"[::-1], 2)


@functools.cache
def _codes() -> tuple[tuple[int, int], ...]:
    """(bits in writing order, width) of each octet and of the end, in the fixed Huffman code."""
    codes = [(0x30 + octet, 8) for octet in range(144)]
    codes += [(0x190 + octet - 144, 9) for octet in range(144, 256)]
    codes.append((0, 7))
    return tuple((_reversed(value, width), width) for value, width in codes)


@functools.lru_cache(maxsize=256)
def deflate(data: bytes) -> bytes:
    """One block of literals in the fixed code: no repetitions are looked for."""
    codes = _codes()
    bits, width = 0b011, 3  # last block, fixed code
    out = bytearray()
    for octet in data:
        value, size = codes[octet]
        bits |= value << width
        width += size
        while width >= 8:
            out.append(bits & 0xFF)
            bits >>= 8
            width -= 8
    bits |= codes[256][0] << width
    width += codes[256][1]
    out += bits.to_bytes((width + 7) // 8, "little")
    return bytes(out)


def zlibbed(data: bytes) -> bytes:
    """In the zlib format, as PNG wants it."""
    return b"\x78\x01" + deflate(data) + zlib.adler32(data).to_bytes(4, "big")


def gzipped(data: bytes) -> bytes:
    """In the gzip format, without name or time."""
    tail = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + deflate(data) + tail
