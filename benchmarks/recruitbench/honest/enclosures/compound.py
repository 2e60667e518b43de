"""Compound files, version 3 (MS-CFB): what holds a VBA project inside a workbook."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

_SECTOR = 512
_SMALL = 64
_LEAST = 4096  # shorter streams lie in the mini stream
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NONE = 0xFFFFFFFF


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    start: int = 0
    size: int = 0
    child: int = _NONE
    right: int = _NONE


def compound(root: dict[str, bytes], storages: dict[str, dict[str, bytes]]) -> bytes:
    """A file of streams at the root and of storages one level deep."""
    entries = [_Entry("Root Entry", 5)]
    content: dict[int, bytes] = {}
    top: list[int] = []
    for name, streams in storages.items():
        place = len(entries)
        entries.append(_Entry(name, 1))
        top.append(place)
        entries[place].child = _siblings(entries, _add(entries, content, streams))
    entries[0].child = _siblings(entries, top + _add(entries, content, root))
    mini, big = b"", b""
    small_fat: list[int] = []
    fat: list[int] = []
    for number, data in content.items():
        entry = entries[number]
        if len(data) < _LEAST:
            entry.start = len(mini) // _SMALL
            _chain(small_fat, len(data), _SMALL)
            mini += _padded(data, _SMALL)
        else:
            entry.start = len(fat)
            _chain(fat, len(data), _SECTOR)
            big += _padded(data, _SECTOR)
    entries[0].start, entries[0].size = len(fat), len(mini)
    _chain(fat, len(mini), _SECTOR)
    big += _padded(mini, _SECTOR)
    small_start = len(fat)
    small = _padded(struct.pack(f"<{len(small_fat)}I", *small_fat), _SECTOR, b"\xff")
    _chain(fat, len(small), _SECTOR)
    listed = b"".join(map(_directory, entries))
    listed += _directory(_Entry("", 0)) * (-len(entries) % 4)
    directory_start = len(fat)
    _chain(fat, len(listed), _SECTOR)
    fat_start = len(fat)
    fat.append(_TABLE)  # one table sector: 128 sectors, 64 KiB, are enough here
    if len(fat) > _SECTOR // 4:
        raise ValueError("too large for one table")
    table = _padded(struct.pack(f"<{len(fat)}I", *fat), _SECTOR, b"\xff")
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        directory_start,
        0,
        _LEAST,
        small_start,
        len(small) // _SECTOR,
        _END,
        0,
    )
    head += struct.pack("<109I", fat_start, *([_FREE] * 108))
    return head + big + small + listed + table


def _add(entries: list[_Entry], content: dict[int, bytes], streams: dict[str, bytes]) -> list[int]:
    places = []
    for name, data in streams.items():
        places.append(len(entries))
        content[len(entries)] = data
        entries.append(_Entry(name, 2, size=len(data)))
    return places


def _siblings(entries: list[_Entry], places: list[int]) -> int:
    """Link entries as a tree that leans to the right, in the order that MS-CFB asks for."""
    ordered = sorted(places, key=lambda n: (len(entries[n].name), entries[n].name.upper()))
    for left, right in pairwise(ordered):
        entries[left].right = right
    return ordered[0] if ordered else _NONE


def _chain(table: list[int], size: int, unit: int) -> None:
    count = -(-size // unit)
    first = len(table)
    table += [first + n + 1 for n in range(count - 1)] + ([_END] if count else [])


def _padded(data: bytes, unit: int, fill: bytes = b"\0") -> bytes:
    return data + fill * (-len(data) % unit)


def _directory(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    length = len(name) + 2 if entry.name else 0
    return struct.pack(
        "<64sHBBIII16xI8x8xIQ",
        name,
        length,
        entry.kind,
        1,
        _NONE,
        entry.right,
        entry.child,
        0,
        entry.start,
        entry.size,
    )
