"""ISO 9660 volumes: the tree that Windows shows (Joliet where there is one) and the other one.

Sources: ECMA-119, sections 8 and 9; Joliet Specification, version 1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from vedette.lure.attachment.containers.disk import Disk, File
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.limits import Budget

SECTOR = 2048
FIRST = 16
"""Sector of the first volume descriptor."""
_DESCRIPTORS = 64
_FOLDERS = 2000
_FOLDER_SIZE = 1 << 20
_JOLIET = (b"%/@", b"%/C", b"%/E")
_HIDDEN, _FOLDER, _CONTINUED = 1, 2, 0x80


def files(disk: Disk, budget: Budget) -> Iterator[File]:
    """All files; those of the Joliet tree first, then what only the primary tree has.

    Raises Unreadable where there is no volume.
    """
    primary, joliet = _roots(disk)
    if primary is None and joliet is None:
        raise Unreadable("damaged: the image has no volume descriptor")
    seen: set[tuple[tuple[int, int], ...]] = set()
    for root, wide in ((joliet, True), (primary, False)):
        if root is None:
            continue
        for file in _tree(disk, root, wide, budget):
            if file.extents not in seen or not file.size:
                seen.add(file.extents)
                yield file


def _roots(disk: Disk) -> tuple[bytes | None, bytes | None]:
    primary = joliet = None
    for sector in range(FIRST, FIRST + _DESCRIPTORS):
        descriptor = disk.read(sector * SECTOR, SECTOR)
        if descriptor[1:6] != b"CD001":
            if descriptor[1:6] in (b"BEA01", b"NSR02", b"NSR03", b"TEA01"):
                continue
            break
        if descriptor[0] == 1 and primary is None:
            primary = descriptor[156:190]
        elif descriptor[0] == 2 and descriptor[88:91] in _JOLIET:
            joliet = descriptor[156:190]
    return primary, joliet


def _tree(disk: Disk, root: bytes, wide: bool, budget: Budget) -> Iterator[File]:
    folders = [("", *struct.unpack_from("<I4xI", root, 2))]
    visited: set[int] = set()
    while folders:
        budget.time()
        path, extent, size = folders.pop()
        if extent in visited:
            continue
        visited.add(extent)
        if len(visited) > _FOLDERS:
            raise Unreadable(f"over {_FOLDERS} folders")
        parts: list[tuple[int, int]] = []
        for record in _records(disk.read(extent * SECTOR, min(size, _FOLDER_SIZE))):
            start, length = struct.unpack_from("<I4xI", record, 2)
            start += record[1]  # an extended attribute record stands before the content
            flags = record[25]
            name = path + _name(record[33 : 33 + record[32]], wide)
            if flags & _FOLDER:
                folders.append((f"{name}/", start, length))
                continue
            parts.append((start * SECTOR, length))
            if not flags & _CONTINUED:
                total = sum(length for _, length in parts)
                yield File(name, total, tuple(parts), hidden=bool(flags & _HIDDEN))
                parts = []


def _records(folder: bytes) -> Iterator[bytes]:
    """Records of a folder, without those for itself and its parent."""
    at = 0
    while at < len(folder):
        length = folder[at]
        if length < 34 or folder[at + 32 : at + 33] == b"":
            # A record never crosses a sector: the rest of this one is empty.
            at = (at // SECTOR + 1) * SECTOR
            continue
        record = folder[at : at + length]
        if len(record) == length and not (record[32] == 1 and record[33] in (0, 1)):
            yield record
        at += length


def _name(raw: bytes, wide: bool) -> str:
    name = raw.decode("utf-16-be", "replace") if wide else raw.decode("latin-1")
    return name.partition(";")[0].rstrip(".") if ";" in name or not wide else name
