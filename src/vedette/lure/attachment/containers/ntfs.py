"""NTFS volumes: every file that the master file table knows, by its long name.

Source: the layout of $Boot, FILE records and attributes as documented by the Linux kernel
(fs/ntfs3/ntfs.h). Compressed and encrypted files are listed and not read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from vedette.lure.attachment.containers.disk import Disk, File
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.limits import Budget

_RECORDS = 20_000
_EXTENTS = 10_000
_FIRST_FILE = 16
"""Records before this one are the volume's own."""
_ROOT = 5
_NAME, _DATA, _END = 0x30, 0x80, 0xFFFFFFFF
_IN_USE, _FOLDER = 1, 2
_DOS_NAME = 2
_COMPRESSED, _ENCRYPTED = 0x0001, 0x4000
_HIDDEN = 2


class _Record(msgspec.Struct):
    name: str = ""
    parent: int = _ROOT
    folder: bool = False
    hidden: bool = False
    size: int = 0
    content: bytes | None = None
    extents: tuple[tuple[int, int], ...] = ()
    why: str = ""


def files(disk: Disk, budget: Budget) -> Iterator[File]:
    """All files of the volume. Raises Unreadable, LimitReached."""
    try:
        records = dict(_records(disk, budget))
    except struct.error as error:
        raise Unreadable("damaged: the volume is cut short") from error
    for number, record in records.items():
        if number >= _FIRST_FILE and not record.folder and record.name:
            yield File(
                _path(records, record),
                record.size,
                record.extents,
                record.content,
                record.hidden,
                record.why,
            )


def _records(disk: Disk, budget: Budget) -> Iterator[tuple[int, _Record]]:
    boot = disk.read(0, 512)
    sector, per_cluster = struct.unpack_from("<HB", boot, 11)
    if sector not in (512, 1024, 2048, 4096) or not per_cluster:
        raise Unreadable("damaged: the boot sector makes no sense")
    # Large clusters are written as a negative power of two.
    cluster = sector * (per_cluster if per_cluster <= 128 else 1 << (256 - per_cluster))
    (table,) = struct.unpack_from("<Q", boot, 48)
    (units,) = struct.unpack_from("<b", boot, 64)
    size = units * cluster if units > 0 else 1 << -units
    if not 512 <= size <= 1 << 16:
        raise Unreadable("damaged: records of no sensible size")
    first = _record(disk.read(table * cluster, size), cluster)
    if first is None or not first.extents:
        raise Unreadable("damaged: the master file table can't be read")
    number = 0
    for place, length in first.extents:
        for at in range(place, place + length - size + 1, size):
            budget.time()
            if number >= min(_RECORDS, first.size // size):
                return
            record = _record(disk.read(at, size), cluster) if place >= 0 else None
            if record is not None:
                yield number, record
            number += 1


def _record(raw: bytes, cluster: int) -> _Record | None:
    """A record in use; None for others."""
    if raw[:4] != b"FILE" or len(raw) < 48:
        return None
    fixed = _fixed(raw)
    at, flags = struct.unpack_from("<2H", fixed, 20)
    if not flags & _IN_USE:
        return None
    record = _Record(folder=bool(flags & _FOLDER))
    while at + 16 <= len(fixed):
        kind, length = struct.unpack_from("<2I", fixed, at)
        if kind == _END or length < 16:
            break
        attribute = fixed[at : at + length]
        if kind == _NAME and not attribute[8]:
            _name(attribute, record)
        elif kind == _DATA and not attribute[9]:
            _data(attribute, cluster, record)
        at += length
    return record


def _fixed(raw: bytes) -> bytes:
    """The record with the last two bytes of each sector put back."""
    offset, count = struct.unpack_from("<2H", raw, 4)
    fixed = bytearray(raw)
    for index in range(1, count):
        end = index * 512
        if end > len(raw) or offset + 2 * index + 2 > len(raw):
            break
        fixed[end - 2 : end] = raw[offset + 2 * index : offset + 2 * index + 2]
    return bytes(fixed)


def _name(attribute: bytes, record: _Record) -> None:
    (start,) = struct.unpack_from("<H", attribute, 20)
    value = attribute[start:]
    if len(value) < 66 or (record.name and value[65] == _DOS_NAME):
        return
    parent, flags = struct.unpack_from("<Q48xI", value, 0)
    record.parent = parent & 0xFFFFFFFFFFFF
    record.hidden = bool(flags & _HIDDEN)
    record.name = value[66 : 66 + 2 * value[64]].decode("utf-16-le", "replace")


def _data(attribute: bytes, cluster: int, record: _Record) -> None:
    (flags,) = struct.unpack_from("<H", attribute, 12)
    if not attribute[8]:
        size, start = struct.unpack_from("<IH", attribute, 16)
        record.size = size
        record.content = attribute[start : start + size]
        return
    (lowest,) = struct.unpack_from("<Q", attribute, 16)
    (start,) = struct.unpack_from("<H", attribute, 32)
    if lowest == 0:
        (record.size,) = struct.unpack_from("<Q", attribute, 48)
    record.extents += tuple(_runs(attribute[start:], cluster))
    if flags & (_COMPRESSED | _ENCRYPTED):
        how = "encrypted" if flags & _ENCRYPTED else "compressed"
        record.why = f"not inspected: {how} by the file system"


def _runs(raw: bytes, cluster: int) -> Iterator[tuple[int, int]]:
    at = place = 0
    for _ in range(_EXTENTS):
        if at >= len(raw) or not raw[at]:
            return
        length_size, offset_size = raw[at] & 15, raw[at] >> 4
        length = int.from_bytes(raw[at + 1 : at + 1 + length_size], "little")
        at += 1 + length_size
        if offset_size:
            place += int.from_bytes(raw[at : at + offset_size], "little", signed=True)
            at += offset_size
            yield max(place, 0) * cluster, length * cluster
        else:
            yield -1, length * cluster


def _path(records: dict[int, _Record], record: _Record) -> str:
    names = [record.name]
    parent = record.parent
    for _ in range(64):
        folder = records.get(parent)
        if parent == _ROOT or folder is None or not folder.name:
            break
        names.append(folder.name)
        parent = folder.parent
    return "/".join(reversed(names))
