"""One chunk of an EVTX file: 64 KiB that hold records and all that they refer to.

Layout as in [MS-EVEN6] and the libevtx format specification: a header of 512 bytes, then
records of `**\\0\\0`, their size, their id, their time, binary XML and their size again.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

HEADER_SIZE: Final = 4096
CHUNK_SIZE: Final = 65536
FIRST_RECORD: Final = 512
FILE_MAGIC: Final = b"ElfFile\0"
CHUNK_MAGIC: Final = b"ElfChnk\0"
RECORD_MAGIC: Final = b"**\0\0"

_RECORD_MIN: Final = 28
_EMPTY_XML: Final = b"\x0f\x01\x01\x00\x00"
"""A fragment header and the end of the stream: a record that says nothing."""

_TABLES: Final = slice(128, FIRST_RECORD)
"""The chunk's tables of strings and templates: an index only, the parser does without."""


def file_header() -> bytes:
    """A sound file header for one chunk, so that a chunk can be parsed by itself."""
    body = struct.pack("<8sQQQIHHHH", FILE_MAGIC, 0, 0, 1, 128, 1, 3, HEADER_SIZE, 1) + bytes(80)
    return (body + struct.pack("<I", zlib.crc32(body[:120]))).ljust(HEADER_SIZE, b"\0")


def free_offset(chunk: bytes) -> int:
    """Where the chunk's header says that its records end."""
    offset: int = struct.unpack_from("<I", chunk, 48)[0]
    return offset if FIRST_RECORD <= offset <= CHUNK_SIZE else CHUNK_SIZE


def record_at(chunk: bytes | bytearray, at: int) -> int | None:
    """The size of the record at this offset; None where no sound record is."""
    if chunk[at : at + 4] != RECORD_MAGIC or at + 8 > len(chunk):
        return None
    size: int = struct.unpack_from("<I", chunk, at + 4)[0]
    if not _RECORD_MIN <= size <= len(chunk) - at:
        return None
    copy: int = struct.unpack_from("<I", chunk, at + size - 4)[0]
    return size if copy == size else None


def walk(chunk: bytes) -> tuple[int, int]:
    """How many sound records follow one another from the first on, and where they end."""
    count, at = 0, FIRST_RECORD
    while (size := record_at(chunk, at)) is not None:
        count += 1
        at += size
    return count, at


def mended(chunk: bytes) -> tuple[bytes, list[tuple[int, int]]]:
    """The chunk with what is between sound records made an empty record, and the offset and
    length of each such place."""
    data = bytearray(chunk.ljust(CHUNK_SIZE, b"\0"))
    data[_TABLES] = bytes(FIRST_RECORD - 128)
    end = free_offset(chunk)
    gaps: list[tuple[int, int]] = []
    at = FIRST_RECORD
    while at < end:
        size = record_at(data, at)
        if size is None:
            size = _next_record(data, at, end) - at
            gaps.append((at, size))
            if size < _RECORD_MIN + len(_EMPTY_XML):
                break  # nothing fits in: the parser stops here, as it did before
            data[at : at + size] = _empty_record(size)
        at += size
    return bytes(data), gaps


def _next_record(data: bytearray, at: int, end: int) -> int:
    found = data.find(RECORD_MAGIC, at + 4, end)
    while found >= 0:
        if record_at(data, found) is not None:
            return found
        found = data.find(RECORD_MAGIC, found + 1, end)
    return end


def _empty_record(size: int) -> bytes:
    head = struct.pack("<4sIQQ", RECORD_MAGIC, size, 0, 0) + _EMPTY_XML
    return head.ljust(size - 4, b"\0") + struct.pack("<I", size)
