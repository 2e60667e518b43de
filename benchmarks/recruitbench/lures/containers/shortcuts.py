"""Windows shortcuts (MS-SHLLINK) that point at nothing but a stub beside them."""

from __future__ import annotations

import struct
from typing import Final

_CLASS: Final = bytes.fromhex("0114020000000000c000000000000046")
_HAS_NAME, _HAS_PATH, _HAS_ARGUMENTS, _HAS_ICON, _UNICODE = 0x04, 0x08, 0x20, 0x40, 0x80


def shortcut(target: str, arguments: str, comment: str, icon: str) -> bytes:
    """A shortcut to the relative path `target`, shown with the icon of another program."""
    flags = _HAS_NAME | _HAS_PATH | _HAS_ARGUMENTS | _HAS_ICON | _UNICODE
    head = struct.pack("<I", 76) + _CLASS + struct.pack("<II", flags, 0x20) + bytes(24)
    head += struct.pack("<IiIHHII", 0, 11, 7, 0, 0, 0, 0)
    strings = (comment, target, arguments, icon)
    data = b"".join(struct.pack("<H", len(s)) + s.encode("utf-16-le") for s in strings)
    return head + data + bytes(4)
