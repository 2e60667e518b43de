"""Windows shortcuts (MS-SHLLINK) with a target, arguments and an icon."""

from __future__ import annotations

import struct

_CLASS = bytes.fromhex("0114020000000000c000000000000046")
_FLAGS = {"name": 2, "relative": 3, "working": 4, "arguments": 5, "icon": 6}


def lnk(
    target: str = "",
    arguments: str = "",
    icon: str = "",
    *,
    relative: str = "",
    shown: int = 1,
    environment: str = "",
    appended: bytes = b"",
) -> bytes:
    """A shortcut. `environment` gives the target in an environment block instead."""
    flags = 1 << 7
    strings = {"relative": relative, "arguments": arguments, "icon": icon}
    body = b""
    if target:
        flags |= 1 << 1
        path = target.encode("cp1252") + b"\0"
        volume = struct.pack("<4I", 17, 3, 0, 16) + b"\0"
        info = struct.pack("<6I", 28, 1, 28, 28 + len(volume), 0, 28 + len(volume) + len(path))
        info += volume + path + b"\0"
        body += struct.pack("<I", len(info) + 4) + info
    for name, text in strings.items():
        if text:
            flags |= 1 << _FLAGS[name]
            body += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    if environment:
        flags |= 1 << 9
        raw = environment.encode("cp1252").ljust(260, b"\0")
        raw += environment.encode("utf-16-le").ljust(520, b"\0")
        body += struct.pack("<II", 0x314, 0xA0000001) + raw
    head = struct.pack("<I16sII24xIiIH10x", 0x4C, _CLASS, flags, 0x20, 0, 0, shown, 0)
    return head + body + struct.pack("<I", 0) + appended
