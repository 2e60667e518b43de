"""winmail.dat: what Outlook packs a message into for others (MS-OXTNEF)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from vedette.lure.message import Attachment
from vedette.lure.reading.bodies import Bodies
from vedette.lure.reading.charsets import decoded
from vedette.lure.reading.limits import Limits
from vedette.lure.reading.trouble import Trouble

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
MAX_ATTRIBUTES: Final = 20_000

_ATTRIBUTE: Final = struct.Struct("<BII")
_NEW_ATTACHMENT, _TITLE, _DATA = 0x00069002, 0x00018010, 0x0006800F
_ATTACHMENT, _PROPERTIES, _BODY, _CODEPAGE = 0x00069005, 0x00069003, 0x0002800C, 0x00069007
_FIXED: Final = {
    0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8,
    0x48: 16,
}  # fmt: skip
_VARIABLE: Final = frozenset((0x0D, 0x1E, 0x1F, 0x102))


class _File:
    def __init__(self) -> None:
        self.name = ""
        self.mime = ""
        self.data = b""


def read_tnef(
    data: bytes, part: str, bodies: Bodies, trouble: Trouble, limits: Limits
) -> list[Attachment]:
    """The attachments of a TNEF stream; its bodies go to `bodies`. Damage is told to `trouble`,
    what comes before it is read."""
    if not data.startswith(SIGNATURE):
        trouble.add(part, "not the TNEF data that it says it is")
        return []
    files: list[_File] = []
    charset = "cp1252"
    for count, (identifier, value) in enumerate(_attributes(data, part, trouble)):
        if count >= MAX_ATTRIBUTES or len(files) > limits.parts:
            trouble.add(part, "too many TNEF attributes, the rest is not read")
            break
        if identifier == _CODEPAGE and len(value) >= 4:
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif identifier == _NEW_ATTACHMENT:
            files.append(_File())
        elif identifier == _PROPERTIES:
            _message(value, part, bodies, charset)
        elif identifier == _BODY and not bodies.texts:
            text = decoded(value.rstrip(b"\0"), charset)[0].replace("\r\n", "\n")
            bodies.plain(f"{part}.body", text)
        elif files and identifier == _TITLE:
            files[-1].name = files[-1].name or decoded(value.rstrip(b"\0"), charset)[0]
        elif files and identifier == _DATA:
            files[-1].data = value
        elif files and identifier == _ATTACHMENT:
            _properties_of_file(value, files[-1], charset)
    return [
        Attachment(
            f"{part}.{number}", file.name, file.mime or "application/octet-stream", file.data
        )
        for number, file in enumerate(files, start=1)
    ]


def _attributes(data: bytes, part: str, trouble: Trouble) -> Iterator[tuple[int, bytes]]:
    at = 6
    while at + _ATTRIBUTE.size <= len(data):
        _, identifier, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if at + length > len(data):
            trouble.add(part, "the TNEF data is cut short")
            yield identifier, data[at:]
            return
        yield identifier, data[at : at + length]
        at += length + 2


def _message(value: bytes, part: str, bodies: Bodies, charset: str) -> None:
    for identifier, kind, data in _properties(value):
        if identifier == 0x1000 and kind in (0x1E, 0x1F):
            bodies.plain(f"{part}.body", _string(kind, data, charset).replace("\r\n", "\n"))
        elif identifier == 0x1013:
            bodies.html(f"{part}.html", data.rstrip(b"\0"), "" if kind == 0x102 else charset)
        elif identifier == 0x1009 and kind == 0x102:
            from vedette.lure.reading.rtf import rtf_text, unpacked

            text, is_html = rtf_text(unpacked(data))
            if is_html:
                bodies.html(f"{part}.html", text.encode("utf-8", "replace"), "utf-8")
            elif text.strip():
                bodies.plain(f"{part}.rtf", text)


def _properties_of_file(value: bytes, file: _File, charset: str) -> None:
    for identifier, kind, data in _properties(value):
        if identifier == 0x3707 or (identifier == 0x3704 and not file.name):
            file.name = _string(kind, data, charset)
        elif identifier == 0x370E:
            file.mime = _string(kind, data, charset).lower()
        elif identifier == 0x3701 and not file.data:
            file.data = data[16:] if kind == 0x0D else data  # an object begins with its class


def _string(kind: int, data: bytes, charset: str) -> str:
    if kind == 0x1F:
        return data.decode("utf-16-le", "replace").rstrip("\0")
    return decoded(data, charset)[0].rstrip("\0")


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Identifier, type and first value of each property; ends where the data makes no sense."""
    at = 4
    for _ in range(min(int.from_bytes(data[:4], "little"), MAX_ATTRIBUTES)):
        if at + 4 > len(data):
            return
        kind, identifier = struct.unpack_from("<HH", data, at)
        at += 4
        if identifier >= 0x8000:  # named: a GUID, then a number or a name
            by_name = int.from_bytes(data[at + 16 : at + 20], "little")
            at += 20
            length = int.from_bytes(data[at : at + 4], "little")
            at += 4 + (length + -length % 4 if by_name else 0)
        many, kind = bool(kind & 0x1000), kind & 0x0FFF
        values = 1
        if many or kind in _VARIABLE:
            values = int.from_bytes(data[at : at + 4], "little")
            at += 4
        first: bytes | None = None
        for _ in range(min(values, MAX_ATTRIBUTES)):
            if kind in _VARIABLE:
                length = int.from_bytes(data[at : at + 4], "little")
                at += 4
                padded = length + -length % 4
            elif kind in _FIXED:
                length = padded = _FIXED[kind]
            else:
                return
            if at + length > len(data):
                return
            first = data[at : at + length] if first is None else first
            at += padded
        if first is not None:
            yield identifier, kind, first
