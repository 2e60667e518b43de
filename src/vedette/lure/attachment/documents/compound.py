"""OLE compound files: the streams of old Office documents, installers and embedded objects.

Source: MS-CFB 2 (header, sector chains, directory). Chains that loop or leave the file end there.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple, Protocol

from vedette.lure.attachment.limits import Unreadable

ENTRIES = 4096
"""Directory entries read; documents with embedded charts have some hundred."""

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<8s16x2H2s2H6x9I")
_FREE = 0xFFFFFFFA
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_NONE = 0xFFFFFFFF


class Entry(NamedTuple):
    """`path` as written ("Macros/VBA/dir"); `clsid` is "" where the storage names no class."""

    path: str
    kind: int
    start: int
    size: int
    clsid: str

    @property
    def is_storage(self) -> bool:
        """Whether it holds other entries."""
        return self.kind == _STORAGE


class Room(Protocol):
    """How many bytes may still be read."""

    def room(self) -> int: ...

    def take(self, size: int) -> None: ...


class Compound:
    """A compound file opened for reading. `entries` maps lower-case paths to entries."""

    def __init__(
        self, data: bytes, room: Room, cut: Callable[[str], None], entries: int = ENTRIES
    ) -> None:
        """`cut` is told of a stream that ends early.

        Raises: Unreadable: the header or the directory can't be read.
        """
        self._data = data
        self._room = room
        self._cut = cut
        self._most = entries
        if len(data) < 512 or data[:8] != MARK:
            raise Unreadable("damaged: no header of a compound file")
        head = _HEADER.unpack_from(data, 0)
        version, shift, mini = head[2], head[4], head[5]
        if shift not in (9, 12) or mini not in (4, 6, 7, 8, 9):
            raise Unreadable(f"damaged: sectors of 2^{shift} bytes (version {version})")
        self._sector, self._mini_sector = 1 << shift, 1 << mini
        fat_count, directory, cutoff = head[7], head[8], head[10]
        mini_fat, difat, difat_count = head[11], head[13], head[14]
        self._cutoff = cutoff if cutoff <= 1 << 20 else 4096
        self._fat = self._allocation(fat_count, difat, difat_count)
        raw = self._chain(directory, entries * 128)
        self.root_clsid = ""
        self.entries: dict[str, Entry] = {}
        self._mini_stream = b""
        self._mini_fat = _numbers(self._chain(mini_fat, len(data)))
        self._tree(raw)

    def __contains__(self, path: str) -> bool:
        return path.lower() in self.entries

    def read(self, path: str, most: int = 0) -> bytes:
        """A stream's bytes, at most `most` (0: what the budget allows); empty without a stream.

        Raises:
            LimitReached: the message's budget is used up.
        """
        entry = self.entries.get(path.lower())
        if entry is None or entry.kind != _STREAM:
            return b""
        room = self._room.room()
        limit = min(entry.size, most or room, room)
        if entry.size < self._cutoff:
            content = self._mini_chain(entry.start, limit)
        else:
            content = self._chain(entry.start, limit)
        self._room.take(len(content))
        if len(content) < limit:
            self._cut(f"damaged: the stream {entry.path!r} is cut short")
        return content

    def streams(self) -> list[Entry]:
        """All streams, in the order of the directory's tree."""
        return [entry for entry in self.entries.values() if entry.kind == _STREAM]

    def _allocation(self, count: int, difat: int, difat_count: int) -> list[int]:
        data = self._data
        sectors = len(data) // self._sector + 1
        places = [place for place in struct.unpack_from("<109I", data, 76) if place < _FREE]
        for _ in range(min(difat_count, sectors)):
            if difat >= _FREE:
                break
            numbers = _numbers(self._at(difat))
            if not numbers:
                break
            places += [place for place in numbers[:-1] if place < _FREE]
            difat = numbers[-1]
        fat: list[int] = []
        for place in places[: min(count, sectors) or sectors]:
            fat += _numbers(self._at(place))
        return fat

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        return self._data[start : start + self._sector]

    def _chain(self, start: int, size: int) -> bytes:
        pieces: list[bytes] = []
        got, seen = 0, 0
        while start < len(self._fat) and got < size and seen <= len(self._fat):
            # Runs of neighbouring sectors, which most chains are, become one slice.
            first = start
            while (
                self._fat[start] == start + 1
                and (start + 1 - first) * self._sector < size - got
                and start + 1 < len(self._fat)
            ):
                start += 1
            begin = (first + 1) * self._sector
            piece = self._data[begin : (start + 2) * self._sector]
            seen += start + 1 - first
            start = self._fat[start]
            if not piece:
                break
            pieces.append(piece)
            got += len(piece)
        return b"".join(pieces)[:size]

    def _mini_chain(self, start: int, size: int) -> bytes:
        pieces: list[bytes] = []
        step, seen = self._mini_sector, 0
        while start < len(self._mini_fat) and seen * step < size and seen <= len(self._mini_fat):
            pieces.append(self._mini_stream[start * step : (start + 1) * step])
            start = self._mini_fat[start]
            seen += 1
        return b"".join(pieces)[:size]

    def _tree(self, raw: bytes) -> None:
        count = min(len(raw) // 128, self._most)
        if count == 0:
            raise Unreadable("damaged: no directory in the compound file")
        root = _entry(raw, 0)
        self.root_clsid = root.clsid
        self._mini_stream = self._chain(root.start, min(root.size, len(self._data)))
        waiting: list[tuple[int, str]] = [(_child(raw, 0), "")]
        seen = {0}
        while waiting:
            number, folder = waiting.pop()
            if number >= count or number in seen:
                continue
            seen.add(number)
            entry = _entry(raw, number)
            path = f"{folder}{entry.path}"
            left, right = struct.unpack_from("<2I", raw, number * 128 + 68)
            waiting += [(right, folder), (left, folder)]
            if entry.kind == _STORAGE:
                waiting.append((_child(raw, number), f"{path}/"))
            if entry.kind in (_STORAGE, _STREAM):
                self.entries[path.lower()] = entry._replace(path=path)
        # Orphans: entries that the tree was cut from but that a forgiving reader may still find.
        for number in range(count):
            if number not in seen:
                entry = _entry(raw, number)
                if entry.kind == _STREAM and entry.path.lower() not in self.entries:
                    self.entries[entry.path.lower()] = entry


def _entry(raw: bytes, number: int) -> Entry:
    place = number * 128
    length, kind = struct.unpack_from("<HB", raw, place + 64)
    name = raw[place : place + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
    clsid = raw[place + 80 : place + 96]
    start, size = struct.unpack_from("<IQ", raw, place + 116)
    # Writers of version 3 leave rubbish in the upper half of the size.
    return Entry(name, kind, start, size & 0xFFFFFFFF, _guid(clsid) if any(clsid) else "")


def _child(raw: bytes, number: int) -> int:
    child: int = struct.unpack_from("<I", raw, number * 128 + 76)[0]
    return child


def _guid(raw: bytes) -> str:
    first, second, third = struct.unpack_from("<IHH", raw)
    tail = raw[8:16].hex()
    return f"{first:08x}-{second:04x}-{third:04x}-{tail[:4]}-{tail[4:]}"


def _numbers(raw: bytes) -> list[int]:
    count = len(raw) // 4
    return list(struct.unpack(f"<{count}I", raw[: count * 4]))
