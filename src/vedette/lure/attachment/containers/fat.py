"""FAT12, FAT16 and FAT32 volumes: every file of the tree, by its long name.

Source: Microsoft, FAT: General Overview of On-Disk Format, version 1.03.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from vedette.lure.attachment.containers.disk import Disk, File
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.limits import Budget

_FOLDERS = 2000
_FOLDER_SIZE = 1 << 20
_TABLE = 16 << 20
"""Bytes read of the allocation table: enough for 4 million clusters."""
_LONG_NAME, _FOLDER, _LABEL, _HIDDEN = 0x0F, 0x10, 0x08, 0x02


class _Volume:
    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        boot = disk.read(0, 512)
        try:
            sector, self.per_cluster, reserved, tables, roots, small = struct.unpack_from(
                "<HBHBHH", boot, 11
            )
            table16, large, table32, _, _, self.root_cluster = struct.unpack_from(
                "<H8xIIHHI", boot, 22
            )
        except struct.error as error:
            raise Unreadable("damaged: the volume is cut short") from error
        if sector not in (512, 1024, 2048, 4096) or not self.per_cluster or not tables:
            raise Unreadable("damaged: the boot sector makes no sense")
        table = table16 or table32
        self.root = (reserved + tables * table) * sector
        self.root_size = roots * 32
        self.data = self.root + (self.root_size + sector - 1) // sector * sector
        self.cluster = self.per_cluster * sector
        clusters = ((small or large) * sector - self.data) // self.cluster
        # The number of clusters alone decides which of the three it is.
        self.bits = 12 if clusters < 4085 else 16 if clusters < 65525 else 32
        self.most = max(0, min(clusters, disk.size // self.cluster + 1))
        self._table = disk.read(reserved * sector, min(table * sector, _TABLE))

    def next(self, cluster: int) -> int:
        """The cluster behind this one; 0 at the end of a chain."""
        if self.bits == 12:
            at = cluster + cluster // 2
            pair = int.from_bytes(self._table[at : at + 2], "little")
            value = pair >> 4 if cluster & 1 else pair & 0xFFF
            last = 0xFF8
        elif self.bits == 16:
            value = int.from_bytes(self._table[cluster * 2 : cluster * 2 + 2], "little")
            last = 0xFFF8
        else:
            four = self._table[cluster * 4 : cluster * 4 + 4]
            value = int.from_bytes(four, "little") & 0x0FFFFFFF
            last = 0x0FFFFFF8
        return value if 2 <= value < last else 0

    def extents(self, cluster: int, size: int) -> tuple[tuple[int, int], ...]:
        """Places of a chain, as far as `size` reaches; neighbours joined."""
        found: list[tuple[int, int]] = []
        left = min(size, self.most * self.cluster)
        while cluster >= 2 and left > 0:
            place = self.data + (cluster - 2) * self.cluster
            if found and sum(found[-1]) == place:
                found[-1] = (found[-1][0], found[-1][1] + self.cluster)
            else:
                found.append((place, self.cluster))
            left -= self.cluster
            cluster = self.next(cluster)
        return tuple(found)


def files(disk: Disk, budget: Budget) -> Iterator[File]:
    """All files of the volume. Raises Unreadable, LimitReached."""
    volume = _Volume(disk)
    if volume.bits == 32:
        root = _folder(volume, volume.root_cluster)
    else:
        root = disk.read(volume.root, volume.root_size)
    folders = [("", root)]
    visited: set[int] = set()
    while folders:
        path, folder = folders.pop()
        for name, marks, cluster, size in _entries(folder):
            budget.time()
            if not marks & _FOLDER:
                extents = volume.extents(cluster, size)
                yield File(path + name, size, extents, hidden=bool(marks & _HIDDEN))
            elif cluster not in visited and cluster >= 2:
                visited.add(cluster)
                if len(visited) > _FOLDERS:
                    raise Unreadable(f"over {_FOLDERS} folders")
                folders.append((f"{path}{name}/", _folder(volume, cluster)))


def _folder(volume: _Volume, cluster: int) -> bytes:
    extents = volume.extents(cluster, _FOLDER_SIZE)
    return b"".join(volume.disk.read(place, length) for place, length in extents)


def _entries(folder: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, marks, first cluster and size of everything in a folder but itself and its parent."""
    long: dict[int, bytes] = {}
    for at in range(0, len(folder) - 31, 32):
        entry = folder[at : at + 32]
        if not entry[0]:
            return
        if entry[0] == 0xE5:
            long.clear()
            continue
        marks = entry[11]
        if marks & 0x3F == _LONG_NAME:
            long[entry[0] & 0x1F] = entry[1:11] + entry[14:26] + entry[28:32]
            continue
        if not marks & _LABEL and entry[0] != 0x2E:
            high, low, size = struct.unpack_from("<H4xHI", entry, 20)
            yield _long(long) or _short(entry), marks, high << 16 | low, size
        long.clear()


def _long(parts: dict[int, bytes]) -> str:
    raw = b"".join(parts[number] for number in sorted(parts))
    return raw.decode("utf-16-le", "replace").partition("\x00")[0].rstrip("\uffff")


def _short(entry: bytes) -> str:
    stem = entry[:8].decode("cp437").rstrip()
    extension = entry[8:11].decode("cp437").rstrip()
    return f"{stem}.{extension}" if extension else stem
