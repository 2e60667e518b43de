"""A VBA project (MS-OVBA) in a compound file (MS-CFB) whose only macro shows a word."""

from __future__ import annotations

import struct
from typing import Final

_SOURCE: Final = (
    'Attribute VB_Name = "Sheet1"\r\nSub Auto_Open()\r\n'
    '    MsgBox "inert synthetic sample"\r\nEnd Sub\r\n'
)
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_MINI: Final = 64


def macro_project() -> bytes:
    """The bytes of vbaProject.bin."""
    project = (
        'ID="{00000000-0000-0000-0000-000000000000}"\r\nModule=Sheet1\r\nName="VBAProject"\r\n'
    )
    streams = {
        "PROJECT": project.encode(),
        "VBA/Sheet1": _compressed(_SOURCE.encode()),
        "VBA/_VBA_PROJECT": bytes.fromhex("cc61ffff000000"),
        "VBA/dir": _compressed(_directory()),
    }
    return _compound(streams)


def _compressed(data: bytes) -> bytes:
    """The compression of MS-OVBA 2.4.1 with literal tokens alone; `data` below 3,600 bytes."""
    tokens = b"".join(b"\0" + data[at : at + 8] for at in range(0, len(data), 8))
    return b"\x01" + struct.pack("<H", 0xB000 | len(tokens) - 1) + tokens


def _directory() -> bytes:
    def sized(kind: int, data: bytes) -> bytes:
        return struct.pack("<HI", kind, len(data)) + data

    name, wide = b"Sheet1", "Sheet1".encode("utf-16-le")
    out = sized(0x01, struct.pack("<I", 1)) + sized(0x02, struct.pack("<I", 0x409))
    out += sized(0x14, struct.pack("<I", 0x409)) + sized(0x03, struct.pack("<H", 1252))
    out += sized(0x04, b"VBAProject") + sized(0x05, b"") + sized(0x40, b"")
    out += sized(0x06, b"") + sized(0x3D, b"") + sized(0x07, bytes(4)) + sized(0x08, bytes(4))
    out += struct.pack("<HIIH", 0x09, 4, 1, 1) + sized(0x0C, b"") + sized(0x3C, b"")
    out += sized(0x0F, struct.pack("<H", 1)) + sized(0x13, struct.pack("<H", 0xFFFF))
    out += sized(0x19, name) + sized(0x47, wide) + sized(0x1A, name) + sized(0x32, wide)
    out += sized(0x1C, b"") + sized(0x48, b"") + sized(0x31, bytes(4)) + sized(0x1E, bytes(4))
    return out + sized(0x2C, b"\xff\xff") + sized(0x21, b"") + sized(0x2B, b"") + sized(0x10, b"")


def _compound(streams: dict[str, bytes]) -> bytes:
    """A version 3 compound file; all streams are small, so they lie in the mini stream."""
    names = ["Root Entry", "PROJECT", "VBA", "Sheet1", "_VBA_PROJECT", "dir"]
    mini = b""
    links: list[int] = []
    starts: dict[str, tuple[int, int]] = {}
    for path, data in streams.items():
        starts[path.rpartition("/")[2]] = len(links), len(data)
        count = -(-len(data) // _MINI)
        links += [*range(len(links) + 1, len(links) + count), _END]
        mini += data.ljust(count * _MINI, b"\0")
    sectors = -(-len(mini) // 512)
    # sector 0 FAT, 1 and 2 directory, 3 mini FAT, from 4 on the mini stream
    fat = [_FAT, 2, _END, _END, *range(5, 4 + sectors), _END]
    tree = {  # left, right, child: "VBA" is shorter than "PROJECT", "dir" than "Sheet1"
        "Root Entry": (_FREE, _FREE, 1),
        "PROJECT": (2, _FREE, _FREE),
        "VBA": (_FREE, _FREE, 3),
        "Sheet1": (5, 4, _FREE),
        "_VBA_PROJECT": (_FREE,) * 3,
        "dir": (_FREE,) * 3,
    }
    entries = b""
    for name in names:
        kind = {"Root Entry": 5, "VBA": 1}.get(name, 2)
        start, size = starts.get(name, (0, 0))
        if name == "Root Entry":
            start, size = 4, len(mini)
        raw = name.encode("utf-16-le")
        entries += raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
        entries += struct.pack("<III", *tree[name]) + bytes(36) + struct.pack("<IQ", start, size)
    for _ in range(2):
        entries += bytes(68) + struct.pack("<III", _FREE, _FREE, _FREE) + bytes(48)
    head = (
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    )
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 3, 1, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    return head + _table(fat) + entries + _table(links) + mini.ljust(sectors * 512, b"\0")


def _table(values: list[int]) -> bytes:
    return struct.pack("<128I", *values, *[_FREE] * (128 - len(values)))
