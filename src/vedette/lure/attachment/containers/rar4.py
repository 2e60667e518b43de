"""Headers of RAR archives before format 5. Source: RARLAB, technote.txt of RAR 4.20."""

from __future__ import annotations

import struct

from vedette.lure.attachment.containers.rar5 import Entry
from vedette.lure.attachment.context import Context, Unreadable

_MAIN, _FILE, _END = 0x73, 0x74, 0x7B
_LONG = 0x8000
_HEADERS_ENCRYPTED = 0x80
_ENCRYPTED, _LARGE, _UNICODE, _FOLDER = 0x04, 0x100, 0x200, 0xE0
_STORED = 0x30
_UNIX, _LINK, _KIND = 3, 0o120000, 0o170000
_REFUSED = "encrypted: no reader for the encryption of this format"


def entries(data: bytes, context: Context) -> list[Entry]:
    """Every file as the headers name it. Raises Unreadable, LimitReached."""
    found: list[Entry] = []
    at = 7
    while at + 7 <= len(data):
        context.budget.time()
        _, kind, flags, size = struct.unpack_from("<HBHH", data, at)
        if size < 7:
            raise Unreadable("damaged: a header of no length")
        if kind == _MAIN and flags & _HEADERS_ENCRYPTED:
            context.encrypted = "closed"
            context.sign("archive_encrypted", names="hidden")
            raise Unreadable(f"{_REFUSED}; even its names")
        if kind == _END:
            break
        more = 0
        if kind == _FILE or flags & _LONG:
            if at + 11 > len(data):
                break
            (more,) = struct.unpack_from("<I", data, at + 7)
        if kind == _FILE:
            entry, more = _entry(data, at, flags, size)
            if entry is not None:
                found.append(entry)
        at += size + more
    return found


def _entry(data: bytes, at: int, flags: int, size: int) -> tuple[Entry | None, int]:
    try:
        packed, unpacked, host, crc, _, _, method, name_size, attributes = struct.unpack_from(
            "<IIBIIBBHI", data, at + 7
        )
        place = at + 32
        if flags & _LARGE:
            high_packed, high_unpacked = struct.unpack_from("<2I", data, place)
            packed |= high_packed << 32
            unpacked |= high_unpacked << 32
            place += 8
    except struct.error as error:
        raise Unreadable("damaged: a header is cut short") from error
    if flags & _FOLDER == _FOLDER:
        return None, packed
    encrypted = bool(flags & _ENCRYPTED)
    name = _name(data[place : place + name_size], bool(flags & _UNICODE))
    content = data[at + size : at + size + packed]
    entry = Entry(
        name,
        unpacked,
        content,
        crc=crc,
        stored=method == _STORED,
        encrypted=encrypted,
        link=host == _UNIX and attributes & _KIND == _LINK,
        refused=_REFUSED if encrypted else "",
    )
    return entry, packed


def _name(raw: bytes, wide: bool) -> str:
    plain, zero, packed = raw.partition(b"\x00")
    if not wide or not zero:
        try:
            return plain.decode("utf-8" if wide else "ascii")
        except UnicodeDecodeError:
            return plain.decode("cp437" if not wide else "latin-1")
    return _widened(plain, packed) or plain.decode("latin-1")


def _widened(plain: bytes, packed: bytes) -> str:
    """The name as UTF-16, packed against its plain spelling: two bits tell for each letter whether
    it is one byte, one byte with a common upper half, two bytes, or a run of the plain one."""
    letters: list[int] = []
    high = packed[0] if packed else 0
    at, flags, left = 1, 0, 0
    while at < len(packed) and len(letters) < 2048:
        if not left:
            flags, left = packed[at], 8
            at += 1
        how, flags, left = flags >> 6 & 3, flags << 2 & 0xFF, left - 2
        if at >= len(packed):
            break
        first = packed[at]
        second = packed[at + 1] if at + 1 < len(packed) else 0
        at += 1
        if how == 0:
            letters.append(first)
        elif how == 1:
            letters.append(first | high << 8)
        elif how == 2:
            letters.append(first | second << 8)
            at += 1
        else:
            run = (first & 0x7F) + 2
            start = len(letters)
            if first & 0x80:
                at += 1
            for index in range(start, min(start + run, len(plain))):
                letter = plain[index]
                letters.append((letter + second & 0xFF) | high << 8 if first & 0x80 else letter)
    return struct.pack(f"<{len(letters)}H", *letters).decode("utf-16-le", "surrogatepass")
