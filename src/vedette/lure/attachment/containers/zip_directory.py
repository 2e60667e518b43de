"""The directory of a ZIP file, read so that whatever any other reader would see is seen too.

Source: APPNOTE.TXT 6.3.10, section 4.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.limits import Budget

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_COMMENT = 65535
_FULL = 0xFFFFFFFF

UTF8 = 1 << 11
ENCRYPTED = 1
DESCRIPTOR = 1 << 3
MASKED = 1 << 13


class Entry(msgspec.Struct, frozen=True):
    """One member. `start` is the byte where its packed data begin; `local_name` the name in front
    of them, which some readers go by."""

    name: str
    local_name: str
    flags: int
    method: int
    time: int
    crc: int
    packed: int
    size: int
    start: int
    link: bool
    extra: bytes


class Directory(msgspec.Struct):
    """`entries` in the order of the file. `prefix` counts the bytes before the archive;
    `damage` says what is wrong with it ("": nothing)."""

    entries: list[Entry]
    prefix: int = 0
    damage: str = ""


def directory(data: bytes, budget: Budget) -> Directory:
    """The members by the central directory; by their own headers where that is of no use.

    Raises Unreadable where there is no member at all, LimitReached.
    """
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - _COMMENT))
    if end < 0:
        damage = "damaged: the archive has no directory"
        return _nonempty(Directory(list(by_headers(data, budget)), 0, damage))
    try:
        return _by_directory(data, end, budget)
    except (struct.error, Unreadable) as error:
        damage = f"damaged: its directory can't be read ({error})"
        return _nonempty(Directory(list(by_headers(data, budget)), 0, damage))


def _nonempty(found: Directory) -> Directory:
    if not found.entries:
        raise Unreadable(found.damage)
    return found


def _by_directory(data: bytes, end: int, budget: Budget) -> Directory:
    _, _, _, _, count, size, offset, _ = _END.unpack_from(data, end)
    directory_end = end
    if data[end - 20 : end - 16] == b"PK\x06\x07":
        (end64,) = struct.unpack_from("<Q", data, end - 12)
        if data[end64 : end64 + 4] != b"PK\x06\x06":
            end64 = data.rfind(b"PK\x06\x06", 0, end)
        if end64 >= 0:
            _, _, _, _, _, _, _, count, size, offset = _END64.unpack_from(data, end64)
            directory_end = end64
    # What stands before the archive (a program, a picture, another archive) shifts all of it.
    prefix = directory_end - size - offset
    if prefix < 0 or data[prefix + offset : prefix + offset + 4] not in (b"PK\x01\x02", b""):
        prefix = 0
        if count and data[offset : offset + 4] != b"PK\x01\x02":
            raise Unreadable("it is not where the archive says")
    found = Directory([], prefix)
    at = prefix + offset
    while data[at : at + 4] == b"PK\x01\x02":
        budget.time()
        entry, at = _central(data, at, prefix)
        found.entries.append(entry)
    if len(found.entries) != count & 0xFFFF and len(found.entries) != count:
        found.damage = f"damaged: {len(found.entries)} members where the archive says {count}"
    return found


def _central(data: bytes, at: int, prefix: int) -> tuple[Entry, int]:
    fields = _CENTRAL.unpack_from(data, at)
    _, made_by, _, flags, method, time, _, crc, packed, size, name_size, extra_size = fields[:12]
    comment_size, _, _, attributes, offset = fields[12:]
    start = at + _CENTRAL.size
    raw = data[start : start + name_size]
    extra = data[start + name_size : start + name_size + extra_size]
    size, packed, offset = _wide(extra, size, packed, offset)
    link = made_by >> 8 in (3, 19) and (attributes >> 28) == 0xA
    name = _name(raw, flags)
    local_name, begin = _local_name(data, prefix + offset, name)
    entry = Entry(name, local_name, flags, method, time, crc, packed, size, begin, link, extra)
    return entry, start + name_size + extra_size + comment_size


def _local_name(data: bytes, at: int, name: str) -> tuple[str, int]:
    if data[at : at + 4] != b"PK\x03\x04":
        raise Unreadable(f"no member at byte {at}")
    fields = _LOCAL.unpack_from(data, at)
    flags, name_size, extra_size = fields[2], fields[9], fields[10]
    begin = at + _LOCAL.size
    # The strong-encryption feature blanks the name in front of the data on purpose.
    local = name if flags & MASKED else _name(data[begin : begin + name_size], flags)
    return local, begin + name_size + extra_size


def by_headers(data: bytes, budget: Budget) -> Iterator[Entry]:
    """The members by the headers in front of their data, one behind the other."""
    at = data.find(b"PK\x03\x04")
    while at >= 0:
        budget.time()
        try:
            fields = _LOCAL.unpack_from(data, at)
        except struct.error:
            return
        _, _, flags, method, time, _, crc, packed, size, name_size, extra_size = fields
        start = at + _LOCAL.size + name_size + extra_size
        name = _name(data[at + _LOCAL.size : at + _LOCAL.size + name_size], flags)
        extra = data[start - extra_size : start]
        size, packed, _ = _wide(extra, size, packed, 0)
        following = data.find(b"PK\x03\x04", start + packed)
        if not packed and flags & DESCRIPTOR:
            # Its length stands behind it: all up to the next header is at most too much.
            packed = (following if following >= 0 else len(data)) - start
        yield Entry(name, name, flags, method, time, crc, packed, size, start, False, extra)
        at = following


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Sizes past 4 GB stand in an extra field (section 4.5.3), in this order where needed."""
    values = [size, packed, offset]
    if _FULL not in values:
        return size, packed, offset
    field = field_of(extra, 1)
    at = 0
    for index, value in enumerate(values):
        if value == _FULL and len(field) >= at + 8:
            (values[index],) = struct.unpack_from("<Q", field, at)
            at += 8
    return values[0], values[1], values[2]


def field_of(extra: bytes, kind: int) -> bytes:
    """An extra field's content; empty where there is none."""
    at = 0
    while at + 4 <= len(extra):
        found, size = struct.unpack_from("<2H", extra, at)
        if found == kind:
            return extra[at + 4 : at + 4 + size]
        at += 4 + size
    return b""


def _name(raw: bytes, flags: int) -> str:
    if flags & UTF8:
        return raw.decode("utf-8", "surrogateescape")
    try:
        # Many writers put UTF-8 there without saying so; other code pages rarely read as such.
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")
