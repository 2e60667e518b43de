"""Disk images: ISO 9660 with Joliet, FAT12 with long names, and a fixed VHD."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

_SECTOR: Final = 2048
_WHEN: Final = bytes([124, 6, 12, 9, 30, 0, 0])
_FAT_SECTORS: Final = 128
_PARTITION: Final = 128


def iso_image(members: Mapping[str, bytes], label: str) -> bytes:
    """ECMA-119 level 1 names and, beside them, the true names in Joliet (UCS-2 level 3)."""
    extents, at = [], 23
    for data in members.values():
        extents.append(at)
        at += max(1, -(-len(data) // _SECTOR))
    plain = [f"{_short(name, n)};1".encode() for n, name in enumerate(members)]
    joliet = [f"{name};1".encode("utf-16-be") for name in members]
    lengths = [len(data) for data in members.values()]
    body = b"".join(
        data.ljust(max(1, -(-len(data) // _SECTOR)) * _SECTOR, b"\0") for data in members.values()
    )
    return b"".join(
        (
            bytes(16 * _SECTOR),
            _volume(1, label.upper()[:32].encode().ljust(32), b"", at, 19, 21),
            _volume(2, label[:16].encode("utf-16-be").ljust(32, b"\0"), b"%/E", at, 20, 22),
            (b"\xffCD001\x01").ljust(_SECTOR, b"\0"),
            _path_table(21).ljust(_SECTOR, b"\0"),
            _path_table(22).ljust(_SECTOR, b"\0"),
            _directory(21, plain, extents, lengths),
            _directory(22, joliet, extents, lengths),
            body,
        )
    )


def _volume(kind: int, label: bytes, escape: bytes, blocks: int, table: int, root: int) -> bytes:
    both16, both32 = _both16, _both32
    blank = b" " if kind == 1 else b"\0"
    head = bytes([kind]) + b"CD001\x01\0" + blank * 32 + label + bytes(8) + both32(blocks)
    head += escape.ljust(32, b"\0") + both16(1) + both16(1) + both16(_SECTOR) + both32(10)
    head += (
        struct.pack("<II", table, 0)
        + struct.pack(">II", table, 0)
        + _record(b"\0", root, _SECTOR, 2)
    )
    head += blank * (128 * 4 + 37 * 3) + (b"0" * 16 + b"\0") * 4 + b"\x01\0"
    return head.ljust(_SECTOR, b"\0")


def _directory(own: int, names: list[bytes], extents: list[int], lengths: list[int]) -> bytes:
    records = [_record(b"\0", own, _SECTOR, 2), _record(b"\x01", own, _SECTOR, 2)]
    records += [_record(*entry, 0) for entry in sorted(zip(names, extents, lengths, strict=True))]
    data = b"".join(records)
    if len(data) > _SECTOR:
        raise ValueError("too many members for one sector of directory")
    return data.ljust(_SECTOR, b"\0")


def _record(name: bytes, extent: int, length: int, flags: int) -> bytes:
    size = 33 + len(name) + (1 - len(name) % 2)
    head = bytes([size, 0]) + _both32(extent) + _both32(length) + _WHEN
    return (head + bytes([flags, 0, 0]) + _both16(1) + bytes([len(name)]) + name).ljust(size, b"\0")


def _path_table(root: int) -> bytes:
    return struct.pack("<BBIHBB", 1, 0, root, 1, 0, 0)


def _both16(value: int) -> bytes:
    return struct.pack("<H", value) + struct.pack(">H", value)


def _both32(value: int) -> bytes:
    return struct.pack("<I", value) + struct.pack(">I", value)


def _short(name: str, number: int) -> str:
    stem, _, extension = name.rpartition(".")
    letters = "".join(c for c in (stem or name).upper() if c.isascii() and c.isalnum())[:6]
    kind = "".join(c for c in extension.upper() if c.isascii() and c.isalnum())[:3]
    return f"{letters}{number:02}.{kind}"


def fat_image(members: Mapping[str, bytes], label: str) -> bytes:
    """A 64 KiB FAT12 volume, members in the root directory under long names."""
    fat, clusters, root = bytearray(b"\xf8\xff\xff" + bytes(509)), b"", b""
    root += label.upper()[:11].encode().ljust(11) + b"\x08" + bytes(20)
    number = 2
    for position, (name, data) in enumerate(members.items()):
        count = max(1, -(-len(data) // 512))
        short = _short(name, position)
        stem, _, kind = short.partition(".")
        entry = stem.encode().ljust(8) + kind.encode().ljust(3)
        root += _long_name(name, entry)
        root += (
            entry + b"\x20" + bytes(8) + struct.pack("<HHHHI", 0, 0x4BC0, 0x58CC, number, len(data))
        )
        for cluster in range(number, number + count):
            _link(fat, cluster, 0xFFF if cluster == number + count - 1 else cluster + 1)
        clusters += data.ljust(count * 512, b"\0")
        number += count
    if len(root) > 32 * 16 * 2 or number > 90:
        raise ValueError("too much for the small volume")
    boot = b"\xeb\x3c\x90MSDOS5.0" + struct.pack(
        "<HBHBHHBHHHII", 512, 1, 1, 1, 32, _FAT_SECTORS, 0xF8, 1, 63, 255, 0, 0
    )
    boot += (
        b"\x80\0\x29" + b"\x4c\x1a\x33\x7e" + label.upper()[:11].encode().ljust(11) + b"FAT12   "
    )
    boot = boot.ljust(510, b"\0") + b"\x55\xaa"
    return (boot + bytes(fat) + root.ljust(1024, b"\0") + clusters).ljust(_FAT_SECTORS * 512, b"\0")


def _link(fat: bytearray, cluster: int, value: int) -> None:
    at = cluster * 3 // 2
    if cluster % 2:
        fat[at] = fat[at] & 0x0F | value << 4 & 0xF0
        fat[at + 1] = value >> 4
    else:
        fat[at] = value & 0xFF
        fat[at + 1] = fat[at + 1] & 0xF0 | value >> 8


def _long_name(name: str, short: bytes) -> bytes:
    checksum = 0
    for byte in short:
        checksum = ((checksum & 1) << 7 | checksum >> 1) + byte & 0xFF
    units = name.encode("utf-16-le")
    if len(units) % 26:
        units = (units + b"\0\0").ljust(-(-(len(units) + 2) // 26) * 26, b"\xff")
    pieces = [units[at : at + 26] for at in range(0, len(units), 26)]
    out = b""
    for order in range(len(pieces), 0, -1):
        piece = pieces[order - 1]
        first = order | (0x40 if order == len(pieces) else 0)
        out += (
            bytes([first])
            + piece[:10]
            + bytes([0x0F, 0, checksum])
            + piece[10:22]
            + b"\0\0"
            + piece[22:]
        )
    return out


def vhd_image(members: Mapping[str, bytes], label: str, identity: bytes) -> bytes:
    """A fixed VHD with one FAT12 partition. `identity` is the disk's 16-byte id."""
    table = b"\x80\x01\x01\x00\x01\x03\x3f\x07" + struct.pack("<II", _PARTITION, _FAT_SECTORS)
    disk = (bytes(446) + table).ljust(510, b"\0") + b"\x55\xaa"
    disk = disk.ljust(_PARTITION * 512, b"\0") + fat_image(members, label)
    footer = b"conectix" + struct.pack(">IIQI", 2, 0x10000, 2**64 - 1, 0x2C1F4A00) + b"win "
    footer += (
        struct.pack(">I", 0x000A0000)
        + b"Wi2k"
        + struct.pack(">QQHBBI", len(disk), len(disk), 3, 4, 17, 2)
    )
    checksum = ~sum(footer + identity) & 0xFFFFFFFF
    return disk + (footer + struct.pack(">I", checksum) + identity + b"\0").ljust(512, b"\0")
