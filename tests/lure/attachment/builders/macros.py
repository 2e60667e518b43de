"""VBA projects (MS-OVBA): sources compressed with literal tokens only."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from lure.attachment.builders.compounds import compound


def compress(data: bytes) -> bytes:
    """A CompressedContainer without copy tokens."""
    out = bytearray(b"\1")
    for at in range(0, len(data), 3640):
        piece = data[at : at + 3640]
        tokens = bytearray()
        for start in range(0, len(piece), 8):
            tokens += b"\0" + piece[start : start + 8]
        out += struct.pack("<H", 0xB000 | (len(tokens) - 1)) + tokens
    return bytes(out)


def streams(modules: Mapping[str, str], folder: str = "VBA/") -> dict[str, bytes]:
    """The streams of a project's VBA storage."""
    directory = struct.pack("<HIHHIHH", 0x0001, 4, 1, 0, 0x0009, 4, 0)[:10]
    directory = struct.pack("<HII", 0x0001, 4, 1)
    directory += struct.pack("<HIIH", 0x0009, 4, 1, 2)
    found: dict[str, bytes] = {}
    for name, source in modules.items():
        text = f'Attribute VB_Name = "{name}"\r\n' + source.replace("\n", "\r\n")
        narrow, wide = name.encode("latin-1"), name.encode("utf-16-le")
        directory += struct.pack("<HI", 0x0019, len(narrow)) + narrow
        directory += struct.pack("<HI", 0x001A, len(narrow)) + narrow
        directory += struct.pack("<HI", 0x0032, len(wide)) + wide
        directory += struct.pack("<HII", 0x0031, 4, 16)
        directory += struct.pack("<HI", 0x002B, 0)
        found[f"{folder}{name}"] = b"\0" * 16 + compress(text.encode("latin-1"))
    found[f"{folder}dir"] = compress(directory + struct.pack("<HI", 0x0010, 0))
    found[f"{folder}_VBA_PROJECT"] = b"\xcc\x61\xff\xff\0\0\0"
    return found


def project(modules: Mapping[str, str]) -> bytes:
    """A vbaProject.bin."""
    return compound(streams(modules))


PLAIN = "Function Total(a, b)\n    Total = a + b\nEnd Function\n"
"""A harmless function that nothing starts."""


def starting(name: str, body: str = '    MsgBox "synthetic"\n') -> str:
    """A procedure of that name."""
    return f"Sub {name}()\n{body}End Sub\n"
