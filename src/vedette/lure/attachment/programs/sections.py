"""A PE's sections: from addresses in memory to bytes of the file."""

from __future__ import annotations

import struct


class Sections:
    """`end` is the byte behind the last section's data."""

    def __init__(self, data: bytes, place: int, count: int) -> None:
        self._data = data
        self._all: list[tuple[int, int, int, int]] = []
        for index in range(count):
            raw = data[place + 40 * index : place + 40 * index + 40]
            if len(raw) < 40:
                break
            virtual, address, size, start = struct.unpack_from("<4I", raw, 8)
            self._all.append((address, max(virtual, size), start, size))
        self.end = max((start + size for _, _, start, size in self._all if size), default=0)

    def at(self, address: int, size: int) -> bytes:
        """`size` bytes at a relative virtual address, fewer where the file has fewer."""
        for begin, length, start, stored in self._all:
            if begin <= address < begin + length:
                offset = address - begin
                return self._data[start + offset : start + min(offset + size, stored)]
        # Headers are mapped as they lie.
        return self._data[address : address + size] if not self._all else b""
