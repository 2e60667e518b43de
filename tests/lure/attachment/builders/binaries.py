"""Binary Office documents: the few records that their checks read."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from lure.attachment.builders.compounds import compound

_PAIRS = 34


def doc(
    text: str = "Position: Systems Engineer\r",
    *,
    template: str = "",
    encrypted: bool = False,
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """A Word document: information block, piece table, associated strings."""
    raw = text.encode("utf-16-le")
    associated = b"\xff\xff" + struct.pack("<HH", 18, 0)
    for index in range(18):
        value = template if index == 1 else ""
        associated += struct.pack("<H", len(value)) + value.encode("utf-16-le")
    where = 1024
    plc = struct.pack("<2I", 0, len(text)) + struct.pack("<HIH", 0, where, 0)
    clx = b"\2" + struct.pack("<I", len(plc)) + plc
    table = associated + clx
    flags = 0x0200 | (0x0100 if encrypted else 0)
    head = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x409, 0, flags).ljust(32, b"\0")
    head += struct.pack("<H", 14) + b"\0" * 28 + struct.pack("<H", 22) + b"\0" * 88
    pairs = [(0, 0)] * _PAIRS
    pairs[32] = (0, len(associated))
    pairs[33] = (len(associated), len(clx))
    head += struct.pack("<H", _PAIRS) + b"".join(struct.pack("<2I", *pair) for pair in pairs)
    main = head.ljust(where, b"\0") + raw
    return compound(
        {
            "WordDocument": main.ljust(4096, b"\0"),
            "1Table": table.ljust(4096, b"\0"),
            **(more or {}),
        }
    )


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def macro_sheet(name: str, hidden: int = 2) -> bytes:
    """A BoundSheet8 record of an Excel 4.0 macro sheet."""
    return sheet(name, hidden, kind=1)


def sheet(name: str, hidden: int = 0, kind: int = 0) -> bytes:
    """A BoundSheet8 record."""
    raw = name.encode("latin-1")
    return _record(0x85, struct.pack("<IBBBB", 0, hidden, kind, len(raw), 0) + raw)


def built_in_name(code: int) -> bytes:
    """A defined name with a built-in code (1: Auto_Open)."""
    return _record(
        0x18, struct.pack("<HBBHHHBBBB", 0x20, 0, 1, 0, 0, 0, 0, 0, 0, 0) + bytes((0, code))
    )


def supporting(path: str) -> bytes:
    """A SupBook record of an external book or a DDE conversation (service, 0x03, topic)."""
    return _record(0x1AE, struct.pack("<HHB", 0, len(path), 0) + path.encode("latin-1"))


def file_pass() -> bytes:
    """The record that says that all that follows is encrypted."""
    return _record(0x2F, struct.pack("<HHH", 1, 1, 1) + b"\0" * 48)


def strings(*texts: str) -> bytes:
    """A shared string table."""
    body = struct.pack("<II", len(texts), len(texts))
    for text in texts:
        body += struct.pack("<HB", len(text), 0) + text.encode("latin-1")
    return _record(0xFC, body)


def xls(*records: bytes, more: Mapping[str, bytes] | None = None) -> bytes:
    """A workbook with those records in its globals."""
    data = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + b"".join(records)
    data += _record(0x0A, b"")
    return compound({"Workbook": data.ljust(4096, b"\0"), **(more or {})})


def ppt_text(text: str) -> bytes:
    """A text atom."""
    return struct.pack("<HHI", 0, 0x0FA0, len(text) * 2) + text.encode("utf-16-le")


def ppt_object(data: bytes) -> bytes:
    """A compressed embedded storage."""
    body = struct.pack("<I", len(data)) + zlib.compress(data)
    return struct.pack("<HHI", 0x10, 0x1011, len(body)) + body


def ppt_runs_program(path: str) -> bytes:
    """An action that runs a program."""
    body = struct.pack("<IIB", 0, 0, 2) + b"\0" * 7
    name = path.encode("utf-16-le")
    return (
        struct.pack("<HHI", 0, 0x0FF3, len(body))
        + body
        + struct.pack("<HHI", 0, 0x0FBA, len(name))
        + name
    )


def ppt(*records: bytes, more: Mapping[str, bytes] | None = None) -> bytes:
    """A presentation with those records in its document container."""
    inner = b"".join(records)
    data = struct.pack("<HHI", 0xF, 0x03E8, len(inner)) + inner
    return compound({"PowerPoint Document": data.ljust(4096, b"\0"), **(more or {})})
