"""Deflate, zlib and gzip streams of stored blocks: the same bytes on any build of zlib."""

from __future__ import annotations

import struct
import zlib


def stored(data: bytes) -> bytes:
    """A raw deflate stream (RFC 1951) that holds `data` uncompressed."""
    blocks = [data[at : at + 0xFFFF] for at in range(0, len(data), 0xFFFF)] or [b""]
    out = []
    for number, block in enumerate(blocks):
        last = number == len(blocks) - 1
        out.append(struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF) + block)
    return b"".join(out)


def zlib_stream(data: bytes) -> bytes:
    """RFC 1950."""
    return b"\x78\x01" + stored(data) + struct.pack(">I", zlib.adler32(data))


def gzip_file(data: bytes, name: str) -> bytes:
    """RFC 1952, with the file's name and no time."""
    head = b"\x1f\x8b\x08\x08" + bytes(4) + b"\x00\xff" + name.encode("latin-1") + b"\0"
    return head + stored(data) + struct.pack("<II", zlib.crc32(data), len(data))
