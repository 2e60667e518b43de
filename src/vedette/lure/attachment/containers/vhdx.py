"""Virtual hard disks of Hyper-V (VHDX), fixed and dynamic.

Source: [MS-VHDX] 2.0 to 2.6. The log is not replayed: a disk that was not closed cleanly is read
as it was before its last writes.
"""

from __future__ import annotations

import struct
from uuid import UUID

from vedette.lure.attachment.containers.partitions import disk
from vedette.lure.attachment.context import Context, Unreadable

_REGIONS = (192 << 10, 256 << 10)
_BAT = UUID("2dc27766-f623-4200-9d64-115e9bfd4a08").bytes_le
_METADATA = UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e").bytes_le
_PARAMETERS = UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b").bytes_le
_SIZE = UUID("2fa54224-cd1b-4876-b211-5dbed83bf4b8").bytes_le
_SECTOR_SIZE = UUID("8141bf1d-a96f-4709-ba47-f233a8faab5f").bytes_le
_PARENT = 2
_PRESENT, _PARTLY = 6, 7
_MEGABYTE = 1 << 20
_BLOCKS = 1 << 20


class _Dynamic:
    """A disk of which only the blocks that were written are stored."""

    def __init__(self, data: bytes) -> None:
        """Raises Unreadable, struct.error."""
        self._data = data
        regions = _regions(data)
        metadata = _metadata(data, regions[_METADATA])
        self._block, flags = struct.unpack("<2I", metadata[_PARAMETERS][:8])
        if flags & _PARENT:
            raise Unreadable("not inspected: it holds only differences to another disk")
        (self.size,) = struct.unpack("<Q", metadata[_SIZE][:8])
        (sector,) = struct.unpack("<I", metadata.get(_SECTOR_SIZE, b"\x00\x02\x00\x00")[:4])
        if not _MEGABYTE <= self._block <= 256 * _MEGABYTE or sector not in (512, 4096):
            raise Unreadable("damaged: blocks of no sensible size")
        # One entry about a map of sectors stands behind so many entries about blocks.
        self._ratio = (sector << 23) // self._block
        table, length = regions[_BAT]
        count = min(length // 8, _BLOCKS, max(0, len(data) - table) // 8)
        self._table = struct.unpack_from(f"<{count}Q", data, table)

    def read(self, at: int, size: int) -> bytes:
        parts: list[bytes] = []
        end = min(at + size, self.size)
        while 0 <= at < end:
            index, offset = divmod(at, self._block)
            piece = min(self._block - offset, end - at)
            index += index // self._ratio
            entry = self._table[index] if index < len(self._table) else 0
            if entry & 7 in (_PRESENT, _PARTLY):
                start = (entry >> 20) * _MEGABYTE + offset
                parts.append(self._data[start : start + piece].ljust(piece, b"\x00"))
            else:
                parts.append(bytes(piece))
            at += piece
        return b"".join(parts)


def inspect(data: bytes, context: Context) -> None:
    """The files on a virtual disk. Raises Unreadable, LimitReached."""
    try:
        found = _Dynamic(data)
    except (struct.error, KeyError) as error:
        raise Unreadable("damaged: the disk is not described") from error
    disk(found, context)


def _regions(data: bytes) -> dict[bytes, tuple[int, int]]:
    for at in _REGIONS:
        if data[at : at + 4] == b"regi":
            (count,) = struct.unpack_from("<I", data, at + 8)
            entries = (
                struct.unpack_from("<16sQI", data, at + 16 + 32 * index)
                for index in range(min(count, 2047))
            )
            return {kind: (place, length) for kind, place, length in entries}
    raise Unreadable("damaged: the disk has no table of regions")


def _metadata(data: bytes, region: tuple[int, int]) -> dict[bytes, bytes]:
    base, _ = region
    if data[base : base + 8] != b"metadata":
        raise Unreadable("damaged: the disk has no metadata")
    (count,) = struct.unpack_from("<H", data, base + 10)
    found: dict[bytes, bytes] = {}
    for index in range(min(count, 2047)):
        kind, place, length = struct.unpack_from("<16s2I", data, base + 32 + 32 * index)
        found[kind] = data[base + place : base + place + min(length, 4096)]
    return found
