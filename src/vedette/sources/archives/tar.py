"""Tar archives as a stream, in bounded memory.

The standard library's `tarfile` reads extended headers whole, whatever size they claim; here a
header that claims too much is damage. Formats: POSIX.1-2001 pax, ustar, GNU long names.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator

from vedette.model.errors import UnreadableError
from vedette.sources.stream import READ_BYTES, ByteStream

BLOCK = 512
MAX_HEADER = 1 << 20
"""Bytes of one extended header: long names and pax records are far below."""

MAX_NAME = 4096
_PAX, _PAX_GLOBAL = b"x", b"g"
_EXTENDED = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, _PAX, _PAX_GLOBAL)


def is_tar(head: bytes) -> bool:
    """True if these first bytes hold a tar header (by its magic and its checksum)."""
    return head[257:262] == b"ustar" and _header(head[:BLOCK]) is not None


class TarEntry:
    """One regular file of the archive. Read it before the next entry is asked for."""

    def __init__(self, stream: ByteStream, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self._stream = stream
        self._left = size

    def read(self, size: int, /) -> bytes:
        if not self._left:
            return b""
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        if not data:
            self._left = 0
            raise UnreadableError("the tar archive ends inside this member; it is cut short")
        return data

    def skip(self) -> None:
        """Read past what is left and the padding."""
        while self.read(READ_BYTES):
            pass
        _take(self._stream, -self.size % BLOCK)


def entries(stream: ByteStream) -> Iterator[TarEntry]:
    """The regular files of a tar archive in its order.

    Raises UnreadableError where the archive is damaged or cut short; tar has no directory by
    which to go on after that.
    """
    name = ""
    size: int | None = None
    while block := _take(stream, BLOCK):
        header = _header(block)
        if header is None:
            if not block.strip(b"\0"):
                return
            raise UnreadableError("damaged tar header; the rest of the archive is not read")
        if header.type in _EXTENDED:
            if not 0 <= header.size <= MAX_HEADER:
                raise UnreadableError(f"a tar header of {header.size} bytes; not read further")
            data = _take(stream, header.size + -header.size % BLOCK)[: header.size]
            if header.type == tarfile.GNUTYPE_LONGNAME:
                name = data.rstrip(b"\0").decode("utf-8", "surrogateescape")
            elif header.type == _PAX:
                records = _pax(data)
                name = records.get("path", name)
                size = int(records["size"]) if records.get("size", "").isdigit() else size
            continue
        length = header.size if size is None else size
        if length < 0:
            raise UnreadableError("a tar member of negative size; the rest is not read")
        if header.type in tarfile.REGULAR_TYPES and header.type != tarfile.GNUTYPE_SPARSE:
            entry = TarEntry(stream, (name or header.name)[:MAX_NAME], length)
            if not header.name.endswith("/"):  # how old archives mark a folder
                yield entry
            entry.skip()
        elif header.type == tarfile.GNUTYPE_SPARSE:
            raise UnreadableError("a sparse tar member; pack the archive without --sparse")
        name, size = "", None


def _header(block: bytes) -> tarfile.TarInfo | None:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return None


def _pax(data: bytes) -> dict[str, str]:
    """The records of a pax header: `LENGTH KEY=VALUE\\n`, the length counting itself."""
    records: dict[str, str] = {}
    while data:
        digits, _, _ = data.partition(b" ")
        if not digits.isdigit() or len(digits) > 7 or not int(digits):
            raise UnreadableError("damaged pax header; the rest of the archive is not read")
        record, data = data[len(digits) + 1 : int(digits)], data[int(digits) :]
        key, _, value = record.removesuffix(b"\n").partition(b"=")
        records[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
    return records


def _take(stream: ByteStream, size: int) -> bytes:
    """Exactly `size` bytes, b"" at the end of the stream. Raises UnreadableError in between."""
    pieces: list[bytes] = []
    left = size
    while left:
        data = stream.read(left)
        if not data:
            break
        pieces.append(data)
        left -= len(data)
    if left and pieces:
        raise UnreadableError("the tar archive is cut short")
    return b"".join(pieces)
