"""Disks and volumes: tables of partitions, and which file system lies where.

Sources: UEFI 2.10, section 5 (GPT and the legacy MBR).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from vedette.lure.attachment.containers import fat, iso9660, ntfs, udf
from vedette.lure.attachment.containers.disk import Disk, File, Raw, Slice, take_files
from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.limits import Budget

Files = Callable[[Disk, Budget], Iterator[File]]

_SECTOR = 512
_ENTRIES = 128
_CHAINED = 32
_EXTENDED = (0x05, 0x0F, 0x85)
_PROTECTIVE = 0xEE


def image(data: bytes, context: Context) -> None:
    """A raw image of a disk or of a volume."""
    disk(Raw(data), context)


def optical(data: bytes, context: Context) -> None:
    """An image of a disc: ISO 9660, UDF, or both in one."""
    _volume(Raw(data), context, _file_systems(Raw(data)))


def disk(found: Disk, context: Context) -> None:
    """The volumes of a disk, or the disk as one volume.

    Raises Unreadable where nothing on it can be read, LimitReached.
    """
    systems = _file_systems(found)
    if systems:
        _volume(found, context, systems)
        return
    partitions = list(_partitions(found, context.budget))
    if not partitions:
        raise Unreadable("not inspected: no partition and no file system with a reader")
    for number, partition in enumerate(partitions, 1):
        try:
            inner = _file_systems(partition)
            if inner:
                _volume(partition, context, inner)
            elif any(partition.read(0, _SECTOR)):
                context.unseen(
                    f"not inspected: partition {number} has no file system with a reader"
                )
        except Unreadable as error:
            context.unseen(f"partition {number}: {error}")


def _volume(found: Disk, context: Context, systems: list[Files]) -> None:
    """All files of a volume that may be read in more than one way."""
    seen: set[tuple[tuple[int, int], ...]] = set()
    faults: list[str] = []
    for system in systems:
        try:
            take_files(found, _unseen(system(found, context.budget), seen), context)
        except Unreadable as error:
            faults.append(str(error))
    if faults and len(faults) == len(systems):
        raise Unreadable("; ".join(faults) or "damaged: no volume")
    for fault in faults:
        context.unseen(fault)


def _unseen(files: Iterator[File], seen: set[tuple[tuple[int, int], ...]]) -> Iterator[File]:
    """Files whose content did not come up already under the other file system of a bridge."""
    for file in files:
        if file.extents in seen:
            continue
        if file.extents:
            seen.add(file.extents)
        yield file


def _file_systems(found: Disk) -> list[Files]:
    """Readers for what a volume's first sectors say that it is; both for a bridge disc."""
    systems: list[Files] = []
    boot = found.read(0, _SECTOR)
    if boot[3:11] == b"NTFS    ":
        return [ntfs.files]
    marks = [found.read(at + 1, 5) for at in range(32768, 32768 + 16 * 2048, 2048)]
    if b"NSR02" in marks or b"NSR03" in marks:
        systems.append(udf.files)
    if b"CD001" in marks:
        systems.append(iso9660.files)
    if systems:
        return systems
    if len(boot) == _SECTOR and boot[0] in (0xEB, 0xE9) and boot[510:] == b"\x55\xaa":
        (sector,) = struct.unpack_from("<H", boot, 11)
        if sector in (512, 1024, 2048, 4096) and boot[13] and boot[16] in (1, 2):
            return [fat.files]
    return []


def _partitions(found: Disk, budget: Budget) -> Iterator[Slice]:
    table = found.read(0, _SECTOR)
    if table[510:512] != b"\x55\xaa":
        return
    entries = [struct.unpack_from("<4xB3x2I", table, at) for at in range(446, 510, 16)]
    if any(kind == _PROTECTIVE for kind, _, _ in entries):
        yield from _guid_partitions(found)
        return
    for kind, start, count in entries:
        if kind in _EXTENDED:
            yield from _chained(found, start, budget)
        elif kind:
            yield Slice(found, start * _SECTOR, count * _SECTOR)


def _chained(found: Disk, base: int, budget: Budget) -> Iterator[Slice]:
    """Logical partitions: each table names one and where the next table is."""
    at = base
    for _ in range(_CHAINED):
        budget.time()
        table = found.read(at * _SECTOR, _SECTOR)
        if table[510:512] != b"\x55\xaa":
            return
        (kind, start, count), (following, offset, _) = (
            struct.unpack_from("<4xB3x2I", table, place) for place in (446, 462)
        )
        if kind:
            yield Slice(found, (at + start) * _SECTOR, count * _SECTOR)
        if following not in _EXTENDED:
            return
        at = base + offset


def _guid_partitions(found: Disk) -> Iterator[Slice]:
    header = found.read(_SECTOR, 92)
    if header[:8] != b"EFI PART":
        return
    place, count, size = struct.unpack_from("<QII", header, 72)
    if not 128 <= size <= 4096:
        return
    for index in range(min(count, _ENTRIES)):
        entry = found.read(place * _SECTOR + index * size, 48)
        if len(entry) == 48 and any(entry[:16]):
            first, last = struct.unpack_from("<2Q", entry, 32)
            yield Slice(found, first * _SECTOR, (last - first + 1) * _SECTOR)
