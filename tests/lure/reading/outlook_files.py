"""Messages as Outlook saves them, written from scratch (MS-OXMSG, MS-OXTNEF, MS-OXRTFCP)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from lure.attachment.builders.compounds import compound

WIDE, BYTES, LONG, TIME = 0x001F, 0x0102, 0x0003, 0x0040


@dataclass
class Msg:
    """A message: `texts` and `blobs` by property identifier; `files` as (name, type, bytes)."""

    texts: dict[int, str] = field(default_factory=dict)
    blobs: dict[int, bytes] = field(default_factory=dict)
    numbers: dict[int, tuple[int, int]] = field(default_factory=dict)
    recipients: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    messages: list[Msg] = field(default_factory=list)

    def write(self) -> bytes:
        """The bytes of the .msg file."""
        return compound(self._streams("", 32))

    def _streams(self, path: str, head: int) -> dict[str, bytes]:
        streams = _stored(path, head, self.texts, self.blobs, self.numbers)
        for number, (name, address) in enumerate(self.recipients):
            where = f"{path}__recip_version1.0_#{number:08X}/"
            streams |= _stored(where, 8, {0x3001: name, 0x39FE: address}, {}, {})
        for number, (name, kind, data) in enumerate(self.files):
            where = f"{path}__attach_version1.0_#{number:08X}/"
            texts = {0x3707: name, 0x370E: kind}
            streams |= _stored(where, 8, texts, {0x3701: data}, {0x3705: (LONG, 1)})
        for number, message in enumerate(self.messages, start=len(self.files)):
            where = f"{path}__attach_version1.0_#{number:08X}/"
            streams |= _stored(where, 8, {}, {}, {0x3705: (LONG, 5)})
            streams |= message._streams(f"{where}__substg1.0_3701000D/", 24)
        return streams


def _stored(
    path: str,
    head: int,
    texts: dict[int, str],
    blobs: dict[int, bytes],
    numbers: dict[int, tuple[int, int]],
) -> dict[str, bytes]:
    streams = {
        f"{path}__substg1.0_{i:04X}001F": text.encode("utf-16-le") for i, text in texts.items()
    }
    streams |= {f"{path}__substg1.0_{i:04X}0102": data for i, data in blobs.items()}
    entries = [
        struct.pack("<IIQ", i << 16 | kind, 6, value) for i, (kind, value) in numbers.items()
    ]
    return {f"{path}__properties_version1.0": b"\0" * head + b"".join(entries)} | streams


def packed_rtf(rtf: bytes) -> bytes:
    """Rich text "compressed" with literals alone, ended as the specification asks."""
    body = bytearray()
    for at in range(0, len(rtf), 8):
        body += b"\0" + rtf[at : at + 8]
    end = (207 + len(rtf)) % 4096 << 4
    if len(rtf) % 8:
        # the run's control byte is the last one written: mark the reference after its literals
        body[-(len(rtf) % 8) - 1] = 1 << len(rtf) % 8
        body += struct.pack(">H", end)
    else:
        body += b"\1" + struct.pack(">H", end)
    return struct.pack("<IIII", len(body) + 12, len(rtf), 0x75465A4C, 0) + bytes(body)


def tnef(attributes: list[tuple[int, int, bytes]]) -> bytes:
    """A TNEF stream of (level, identifier, data)."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    for level, identifier, data in attributes:
        out += struct.pack("<BII", level, identifier, len(data)) + data
        out += struct.pack("<H", sum(data) & 0xFFFF)
    return out


def properties(values: list[tuple[int, int, bytes]]) -> bytes:
    """MAPI properties of (identifier, type, data) as TNEF holds them; strings and binaries."""
    out = struct.pack("<I", len(values))
    for identifier, kind, data in values:
        out += struct.pack("<HH", kind, identifier)
        if identifier >= 0x8000:
            out += b"\0" * 16 + struct.pack("<II", 0, 1)
        if kind == LONG:
            out += data
        else:
            out += struct.pack("<II", 1, len(data)) + data + b"\0" * (-len(data) % 4)
    return out
