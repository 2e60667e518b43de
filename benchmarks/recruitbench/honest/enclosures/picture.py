"""PNG pictures of coloured stripes: logos, scans, screenshots (RFC 2083)."""

from __future__ import annotations

import struct
import zlib
from random import Random


def png(rng: Random, width: int, height: int) -> bytes:
    """A picture in few colours; the pixels are stored, so that every zlib writes the same."""
    colours = bytes(rng.randrange(256) for _ in range(12))
    rows = b""
    for y in range(height):
        stripe = bytes((x // 8 + y // 6) % 4 for x in range(width))
        rows += b"\0" + stripe
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", colours)
        + _chunk(b"IDAT", _stored(rows))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _stored(data: bytes) -> bytes:
    out = b"\x78\x01"
    for at in range(0, len(data), 0xFFFF):
        piece = data[at : at + 0xFFFF]
        last = at + 0xFFFF >= len(data)
        out += struct.pack("<BHH", last, len(piece), len(piece) ^ 0xFFFF) + piece
    return out + struct.pack(">I", zlib.adler32(data))
