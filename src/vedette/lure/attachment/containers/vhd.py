"""Virtual hard disks of Virtual PC and Hyper-V (VHD), fixed and dynamic.

Source: Microsoft, Virtual Hard Disk Image Format Specification, version 1.0.
"""

from __future__ import annotations

import struct

from vedette.lure.attachment.containers.disk import Raw, Slice
from vedette.lure.attachment.containers.partitions import disk
from vedette.lure.attachment.context import Context, Unreadable

_FOOTER = 512
_FIXED, _DYNAMIC, _DIFFERENCING = 2, 3, 4
_SECTOR = 512
_UNUSED = 0xFFFFFFFF
_BLOCKS = 1 << 20


class _Dynamic:
    """A disk of which only the blocks that were written are stored."""

    def __init__(self, data: bytes, size: int, header: int) -> None:
        if data[header : header + 8] != b"cxsparse":
            raise Unreadable("damaged: the disk's table of blocks is not described")
        table, _, count, self._block = struct.unpack_from(">Q3I", data, header + 16)
        if self._block % _SECTOR or not _SECTOR <= self._block <= 1 << 28:
            raise Unreadable("damaged: blocks of no sensible size")
        self._data = data
        self.size = size
        count = min(count, _BLOCKS, max(0, len(data) - table) // 4)
        self._table = struct.unpack_from(f">{count}I", data, table)
        # Each block begins with a map of its sectors, padded to a sector.
        bits = self._block // _SECTOR
        self._map = ((bits + 7) // 8 + _SECTOR - 1) // _SECTOR * _SECTOR

    def read(self, at: int, size: int) -> bytes:
        parts: list[bytes] = []
        end = min(at + size, self.size)
        while 0 <= at < end:
            index, offset = divmod(at, self._block)
            piece = min(self._block - offset, end - at)
            sector = self._table[index] if index < len(self._table) else _UNUSED
            if sector == _UNUSED:
                parts.append(bytes(piece))
            else:
                start = sector * _SECTOR + self._map + offset
                parts.append(self._data[start : start + piece].ljust(piece, b"\x00"))
            at += piece
        return b"".join(parts)


def inspect(data: bytes, context: Context) -> None:
    """The files on a virtual disk. Raises Unreadable, LimitReached."""
    footer = data[-_FOOTER:]
    if footer[:8] != b"conectix":
        # a disk that was cut short: dynamic ones keep a copy of the footer in front
        footer = data[:_FOOTER]
        if footer[:8] != b"conectix":
            raise Unreadable("damaged: the disk has no footer")
    header, size, kind = struct.unpack_from(">16xQ24xQ4xI", footer, 0)
    if kind == _FIXED:
        disk(Slice(Raw(data), 0, len(data) - _FOOTER), context)
    elif kind == _DYNAMIC:
        try:
            found = _Dynamic(data, size, header)
        except struct.error as error:
            raise Unreadable("damaged: the disk's table of blocks is cut short") from error
        disk(found, context)
    elif kind == _DIFFERENCING:
        raise Unreadable("not inspected: it holds only differences to another disk")
    else:
        raise Unreadable(f"damaged: a disk of kind {kind}")
