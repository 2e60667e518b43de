"""The parts of an OPC or ODF package (a ZIP file), read by name straight from memory.

Faster than zipfile because nothing is built for the parts that nobody asks for, and more tolerant:
Office repairs a package whose central directory is damaged, so this reads the local headers then.
Source: APPNOTE.TXT 6.3.10, sections 4.3 and 4.4; ECMA-376 part 2.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.documents.inflate import inflate

PARTS = 10_000
"""Parts listed; a real document of a thousand slides has fewer."""

SAME_NAME = 3
"""Further parts of one name that are kept; of more than that, the last."""

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1


class Package:
    """A package opened for reading. `names` maps a lower-case part name (no leading slash) to the
    name as written."""

    def __init__(self, data: bytes, context: Context) -> None:
        """Raises: Unreadable: `data` has no part at all."""
        self._data = data
        self._context = context
        self._entries: dict[str, tuple[int, int, int, int, int]] = {}
        self.names: dict[str, str] = {}
        try:
            self._read_directory()
        except (struct.error, Unreadable):
            self._entries.clear()
            self.names.clear()
        if not self._entries:
            self._scan_local_headers()
            if not self._entries:
                raise Unreadable("damaged: the package has no readable part")
            context.unseen("damaged: no central directory; its parts were found by their headers")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def having(self, *ends: str) -> Iterable[str]:
        """Lower-case names that end with one of `ends`, in the order of the package."""
        return [name for name in self._entries if name.endswith(ends)]

    def size(self, name: str) -> int:
        """Declared unpacked bytes of a part."""
        return self._entries[name.lower()][3]

    def read(self, name: str, most: int = 0) -> bytes:
        """The part's bytes, at most `most` of them (0: as many as the budget allows).

        A part that is not there is empty; one that can't be read is noted as unseen and empty.

        Raises:
            LimitReached: the message's budget is used up.
        """
        entry = self._entries.get(name.lower())
        if entry is None:
            return b""
        flags, method, packed, _, offset = entry
        room = self._context.budget.room()
        limit = min(most, room) if most else room
        if flags & _ENCRYPTED:
            self._context.unseen(f"{self.names[name.lower()]} is encrypted")
            return b""
        if offset + _LOCAL.size > len(self._data):
            self._context.unseen(f"damaged: {self.names[name.lower()]} lies past the end")
            return b""
        head = _LOCAL.unpack_from(self._data, offset)
        start = offset + _LOCAL.size + head[9] + head[10]
        raw = self._data[start : start + packed]
        if method == _STORED:
            content, whole = raw[:limit], len(raw) <= limit
        elif method == _DEFLATED:
            try:
                content, whole = inflate(raw, limit)
            except Unreadable:
                self._context.unseen(f"damaged: {self.names[name.lower()]} does not unpack")
                return b""
        else:
            self._context.unseen(f"{self.names[name.lower()]}: compression {method} is not known")
            return b""
        self._context.budget.take(len(content))
        if not most and not whole:
            why = "is larger than what is read" if len(content) == limit else "is cut short"
            self._context.unseen(f"{self.names[name.lower()]} {why}")
        return content

    def _read_directory(self) -> None:
        data = self._data
        end = data.rfind(b"PK\5\6", max(0, len(data) - 66_000))
        if end < 0:
            raise Unreadable("no end of central directory")
        _, _, _, _, count, size, offset, _ = _END.unpack_from(data, end)
        # What stands before the first local header (a stub, a mail header) shifts all offsets.
        shift = max(0, end - size - offset) if size != 0xFFFFFFFF else 0
        place = offset + shift
        for _ in range(min(count, PARTS)):
            head = _CENTRAL.unpack_from(data, place)
            if head[0] != b"PK\1\2":
                raise Unreadable("bad central directory")
            name = data[place + 46 : place + 46 + head[10]]
            self._keep(name, (head[3], head[4], head[8], head[9], head[16] + shift))
            place += 46 + head[10] + head[11] + head[12]
        if count > PARTS:
            self._context.unseen(f"over {PARTS} parts; the rest were left out")

    def _scan_local_headers(self) -> None:
        data = self._data
        for found in re.finditer(re.escape(b"PK\3\4"), data):
            if len(self._entries) >= PARTS or found.start() + _LOCAL.size > len(data):
                break
            head = _LOCAL.unpack_from(data, found.start())
            name_at = found.start() + _LOCAL.size
            # A size of 0 with flag 3 stands after the data: the stream's own end marks it.
            packed = head[7] or len(data)
            self._keep(
                data[name_at : name_at + head[9]],
                (head[2], head[3], packed, head[8], found.start()),
            )

    def _keep(self, raw: bytes, entry: tuple[int, int, int, int, int]) -> None:
        name = raw.decode("utf-8" if entry[0] & 0x800 else "cp437", "replace")
        key = name.replace("\\", "/").lstrip("/").lower()
        if key and not key.endswith("/"):
            # Readers differ in which of two parts with the same name they take: look at both.
            while key in self._entries and key.count("\0") < SAME_NAME:
                key += "\0"
            self._entries[key] = entry
            self.names[key] = name
