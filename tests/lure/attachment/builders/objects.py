"""OLE objects: packages, OLE 1.0 objects, links, equations."""

from __future__ import annotations

import struct

STUB = b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0" + b"\0" * 60
"""A program's marks without a program."""


def native(label: str, data: bytes) -> bytes:
    """An Ole10Native stream with a packaged file."""
    name = label.encode("cp1252") + b"\0"
    path = b"C:\\temp\\" + name
    body = b"\2\0" + name + path + struct.pack("<HHI", 3, 0, len(path)) + path
    body += struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(body)) + body


def ole1(object_class: str, data: bytes, *, kind: int = 2) -> bytes:
    """An OLE 1.0 object as rich text holds it."""
    out = struct.pack("<II", 0x501, kind)
    for text in (object_class, "", ""):
        raw = text.encode("cp1252") + b"\0" if text else b""
        out += struct.pack("<I", len(raw)) + raw
    return out + struct.pack("<I", len(data)) + data


def ole_link(url: str) -> bytes:
    """An OLE stream (`\\x01Ole`) of a linked object with a moniker of that address."""
    wide = url.encode("utf-16-le") + b"\0\0"
    return struct.pack("<IIIII", 0x02000001, 1, 0, 0, len(wide)) + b"\xe0\xc9\xea\x79" + wide


def equation(name: bytes) -> bytes:
    """An equation's native data with a FONT record of that name."""
    header = struct.pack("<HIHIIIII", 28, 0x20000, 0xC1C1, 0, 0, 0, 0, 0)[:28]
    return header.replace(b"\3\1\1\3", b"") + b"\3\1\1\3\x0a" + b"\x08\1\0" + name + b"\0\0"
