"""Writes small EVTX files, so that tests need no recording: binary XML without templates.

Layout: the libevtx format specification (Windows XML Event Log), sections 3 to 5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

CHUNK = 65536


@dataclass
class Element:
    """An XML element with attributes, and either text or children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    children: Sequence[Element] = ()


def event(number: int, channel: str, event_id: int, data: dict[str, str | None]) -> Element:
    """An event as the System and EventData of one record; a key "" makes unnamed data."""
    values = [
        Element("Data", {"Name": name} if name else {}, text=value) for name, value in data.items()
    ]
    return Element(
        "Event",
        children=(_system(number, channel, event_id), Element("EventData", children=values)),
    )


def user_event(number: int, channel: str, event_id: int, payload: Element) -> Element:
    """An event whose payload is UserData."""
    return Element(
        "Event",
        children=(_system(number, channel, event_id), Element("UserData", children=(payload,))),
    )


def _system(number: int, channel: str, event_id: int) -> Element:
    return Element(
        "System",
        children=(
            Element("Provider", {"Name": "Synthetic-Provider"}),
            Element("EventID", {"Qualifiers": "7"}, str(event_id)),
            Element("TimeCreated", {"SystemTime": "2026-11-21T08:15:30.123456Z"}),
            Element("EventRecordID", text=str(number)),
            Element("Channel", text=channel),
            Element("Computer", text="host.example"),
        ),
    )


def evtx_file(chunks: Sequence[Sequence[Element]]) -> bytes:
    """A file with these events in its chunks."""
    head = struct.pack(
        "<8sQQQIHHHH", b"ElfFile\0", 0, len(chunks) - 1, 1, 128, 1, 3, 4096, len(chunks)
    )
    head += bytes(80)
    parts = [(head + struct.pack("<I", zlib.crc32(head[:120]))).ljust(4096, b"\0")]
    number = 1
    for events in chunks:
        parts.append(_chunk(events, number))
        number += len(events)
    return b"".join(parts)


def _chunk(events: Sequence[Element], number: int) -> bytes:
    body = b""
    last = 512
    for offset, element in enumerate(events):
        last = 512 + len(body)
        body += _record(element, number + offset, last)
    end = 512 + len(body)
    first, final = number, number + len(events) - 1
    head = struct.pack(
        "<8sQQQQIIII", b"ElfChnk\0", first, final, first, final, 128, last, end, zlib.crc32(body)
    )
    head = head.ljust(512, b"\0")
    head = head[:124] + struct.pack("<I", zlib.crc32(head[:120] + head[128:512])) + head[128:]
    assert end <= CHUNK
    return (head + body).ljust(CHUNK, b"\0")


def _record(element: Element, number: int, at: int) -> bytes:
    xml = b"\x0f\x01\x01\x00" + _element(element, at + 24 + 4) + b"\0"
    xml += bytes(-len(xml) % 8)
    size = 24 + len(xml) + 4
    return (
        struct.pack("<4sIQQ", b"**\0\0", size, number, 132_000_000_000_000_000)
        + xml
        + struct.pack("<I", size)
    )


def _element(element: Element, at: int) -> bytes:
    head_size = 1 + 4
    name = _name(element.name, at + head_size)
    attributes = b""
    if element.attributes:
        start = at + head_size + len(name) + 4
        items = list(element.attributes.items())
        for index, (key, value) in enumerate(items):
            token = b"\x46" if index < len(items) - 1 else b"\x06"
            attributes += token + _name(key, start + len(attributes) + 1) + _text(value)
        attributes = struct.pack("<I", len(attributes)) + attributes
    content = b"\x02"
    inner = at + head_size + len(name) + len(attributes) + 1
    if element.text is not None:
        content += _text(element.text)
    for child in element.children:
        content += _element(child, inner + len(content) - 1)
    content += b"\x04"
    token = b"\x41" if element.attributes else b"\x01"
    size = len(name) + len(attributes) + len(content)
    return token + struct.pack("<I", size) + name + attributes + content


def _name(name: str, at: int) -> bytes:
    value = 0
    for char in name:
        value = (value * 65599 + ord(char)) & 0xFFFFFFFF
    text = name.encode("utf-16-le")
    return struct.pack("<IIHH", at + 4, 0, value & 0xFFFF, len(name)) + text + b"\0\0"


def _text(text: str) -> bytes:
    return struct.pack("<BBH", 5, 1, len(text)) + text.encode("utf-16-le")
