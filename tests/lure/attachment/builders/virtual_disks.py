"""Writers of partitioned disks and of virtual disks (VHD, VHDX) around a volume: inert."""

from __future__ import annotations

import struct
from uuid import UUID

_SECTOR = 512
_MEGABYTE = 1 << 20


def mbr(volume: bytes, *, start: int = 64, logical: bool = False) -> bytes:
    """A disk with one primary partition, or with one logical partition in an extended one."""
    count = (len(volume) + _SECTOR - 1) // _SECTOR
    if not logical:
        return _table([(0x07, start, count)]) + bytes((start - 1) * _SECTOR) + volume
    inner = _table([(0x07, start, count)]) + bytes((start - 1) * _SECTOR) + volume
    return _table([(0x0F, start, count + start)]) + bytes((start - 1) * _SECTOR) + inner


def _table(entries: list[tuple[int, int, int]]) -> bytes:
    sector = bytearray(_SECTOR)
    for index, (kind, start, count) in enumerate(entries):
        struct.pack_into("<B3xB3x2I", sector, 446 + 16 * index, 0, kind, start, count)
    sector[510:] = b"\x55\xaa"
    return bytes(sector)


def gpt(volume: bytes) -> bytes:
    """A disk with a GUID partition table and one partition."""
    start = 64
    last = start + (len(volume) + _SECTOR - 1) // _SECTOR - 1
    header = bytearray(_SECTOR)
    header[:8] = b"EFI PART"
    struct.pack_into("<QII", header, 72, 2, 128, 128)
    entry = bytearray(128)
    entry[:16] = UUID("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7").bytes_le
    struct.pack_into("<2Q", entry, 32, start, last)
    front = _table([(0xEE, 1, 0xFFFFFFFF)]) + bytes(header) + bytes(entry)
    return front.ljust(start * _SECTOR, b"\x00") + volume + bytes(-len(volume) % _SECTOR)


def vhd_fixed(disk: bytes) -> bytes:
    """A fixed VHD: the disk and a footer."""
    padded = disk + bytes(-len(disk) % _SECTOR)
    return padded + _footer(len(padded), 2, 0xFFFFFFFFFFFFFFFF)


def _footer(size: int, kind: int, header: int) -> bytes:
    footer = bytearray(_SECTOR)
    struct.pack_into(">8s2IQ", footer, 0, b"conectix", 2, 0x10000, header)
    struct.pack_into(">2Q", footer, 40, size, size)
    struct.pack_into(">I", footer, 60, kind)
    return bytes(footer)


def vhd_dynamic(disk: bytes, *, block: int = 1 << 16) -> bytes:
    """A dynamic VHD that stores only the blocks with something in them."""
    blocks = [disk[at : at + block] for at in range(0, len(disk), block)]
    table_size = (len(blocks) * 4 + _SECTOR - 1) // _SECTOR * _SECTOR
    header = bytearray(1024)
    struct.pack_into(
        ">8sQQ3I", header, 0, b"cxsparse", 2**64 - 1, 1536, 0x10000, len(blocks), block
    )
    footer = _footer(len(disk), 3, 512)
    at = 1536 + table_size
    table, body = [], b""
    for piece in blocks:
        if not any(piece):
            table.append(0xFFFFFFFF)
            continue
        table.append(at // _SECTOR)
        stored = b"\xff" * _SECTOR + piece.ljust(block, b"\x00")
        body += stored
        at += len(stored)
    packed = struct.pack(f">{len(table)}I", *table).ljust(table_size, b"\xff")
    return footer + bytes(header) + packed + body + footer


def vhdx(disk: bytes, *, parent: bool = False) -> bytes:
    """A dynamic VHDX with blocks of a megabyte."""
    blocks = [disk[at : at + _MEGABYTE] for at in range(0, len(disk), _MEGABYTE)]
    image = bytearray(4 * _MEGABYTE)
    image[:8] = b"vhdxfile"
    regions = [
        ("2dc27766-f623-4200-9d64-115e9bfd4a08", 2 * _MEGABYTE, _MEGABYTE),
        ("8b7ca206-4790-4b9a-b8fe-575f050f886e", 3 * _MEGABYTE, _MEGABYTE),
    ]
    struct.pack_into("<4sII", image, 192 << 10, b"regi", 0, len(regions))
    for index, (name, place, length) in enumerate(regions):
        at = (192 << 10) + 16 + 32 * index
        struct.pack_into("<16sQII", image, at, UUID(name).bytes_le, place, length, 1)
    base = 3 * _MEGABYTE
    items = [
        ("caa16737-fa36-4d43-b3b6-33f0aa44e76b", struct.pack("<2I", _MEGABYTE, 2 * parent)),
        ("2fa54224-cd1b-4876-b211-5dbed83bf4b8", struct.pack("<Q", len(disk))),
        ("8141bf1d-a96f-4709-ba47-f233a8faab5f", struct.pack("<I", 512)),
    ]
    struct.pack_into("<8sHH", image, base, b"metadata", 0, len(items))
    for index, (name, value) in enumerate(items):
        place = 65536 + 64 * index
        at = base + 32 + 32 * index
        struct.pack_into("<16s2I", image, at, UUID(name).bytes_le, place, len(value))
        image[base + place : base + place + len(value)] = value
    ratio = (512 << 23) // _MEGABYTE
    for index, piece in enumerate(blocks):
        if any(piece):
            entry = (len(image) // _MEGABYTE) << 20 | 6
            struct.pack_into("<Q", image, 2 * _MEGABYTE + 8 * (index + index // ratio), entry)
            image += piece.ljust(_MEGABYTE, b"\x00")
    return bytes(image)
