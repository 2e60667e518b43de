"""OLE compound files written from streams (MS-CFB, version 3)."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Mapping

SECTOR, MINI, CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes], classes: Mapping[str, str] | None = None) -> bytes:
    """`streams` by path ("Macros/VBA/dir"); `classes` gives storages a class ("" is the root)."""
    classes = classes or {}
    names: list[str] = [""]
    for path in streams:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            if (folder := "/".join(parts[:depth])) not in names:
                names.append(folder)
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        start = len(sectors)
        count = -(-len(data) // SECTOR)
        if not count:
            return _END
        for index in range(count):
            sectors.append(data[index * SECTOR : (index + 1) * SECTOR].ljust(SECTOR, b"\0"))
            fat.append(start + index + 1 if index + 1 < count else _END)
        return start

    mini = b""
    mini_fat: list[int] = []
    starts: dict[str, tuple[int, int]] = {}
    for path, data in streams.items():
        if len(data) >= CUTOFF:
            starts[path] = (store(data), len(data))
        else:
            count = -(-len(data) // MINI)
            first = len(mini_fat)
            mini += data.ljust(count * MINI, b"\0")
            mini_fat += [first + index + 1 for index in range(count - 1)] + [_END] * bool(count)
            starts[path] = (first if count else _END, len(data))
    starts[""] = (store(mini), len(mini))
    mini_fat_start = store(struct.pack(f"<{len(mini_fat)}I", *mini_fat))
    directory = b"".join(_entry(name, names, streams, starts, classes) for name in names)
    directory_start = store(directory + b"\0" * (-len(directory) % SECTOR))
    fat_sectors = 1
    while fat_sectors * (SECTOR // 4) < len(fat) + fat_sectors:
        fat_sectors += 1
    first_fat = len(sectors)
    fat += [_FAT] * fat_sectors
    fat += [_FREE] * (fat_sectors * (SECTOR // 4) - len(fat))
    sectors.append(struct.pack(f"<{len(fat)}I", *fat))
    difat = [first_fat + index for index in range(fat_sectors)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack(
        "<9I",
        0,
        fat_sectors,
        directory_start,
        0,
        CUTOFF,
        mini_fat_start,
        -(-len(mini_fat) * 4 // SECTOR),
        _END,
        0,
    )
    head += struct.pack("<109I", *difat, *[_FREE] * (109 - len(difat)))
    return head + b"".join(sectors)


def _entry(
    name: str,
    names: list[str],
    streams: Mapping[str, bytes],
    starts: Mapping[str, tuple[int, int]],
    classes: Mapping[str, str],
) -> bytes:
    own = name.rpartition("/")[2] if name else "Root Entry"
    siblings = [
        other
        for other in names
        if other and name and other.rpartition("/")[0] == name.rpartition("/")[0]
    ]
    children = [other for other in names if other and _folder(other) == name]
    after = siblings.index(name) + 1 if name else 0
    right = names.index(siblings[after]) if name and after < len(siblings) else _FREE
    child = names.index(children[0]) if children and name not in streams else _FREE
    kind = 5 if not name else 2 if name in streams else 1
    raw = own.encode("utf-16-le") + b"\0\0"
    start, size = starts.get(name, (0, 0))
    clsid = uuid.UUID(classes[name]).bytes_le if name in classes else b"\0" * 16
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child)
        + clsid
        + b"\0" * 20
        + struct.pack("<IQ", start, size)
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
