"""Decompression as streams: gzip, zstd, xz, bzip2 and raw deflate, all bounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from vedette.model.errors import UnreadableError
from vedette.sources.limits import Budget
from vedette.sources.stream import ByteStream

IN_BYTES = 64 << 10
PIECE = 64 << 10
"""Bytes taken and given by one step of a decompressor (igzip: 2.3 GB/s of log, no less than with
larger steps). A step that fails takes its whole piece with it, so that pieces stay small."""

XZ_MEMORY = 256 << 20


class Decompressor(Protocol):
    """The interface that igzip_lib, zstd, lzma and bz2 share."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


Codec = Callable[[], Decompressor]


def gzip() -> Decompressor:
    """Checks header, length and CRC of one gzip member (RFC 1952)."""
    from isal import igzip_lib

    decompressor: Decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return decompressor


def deflate() -> Decompressor:
    """Raw deflate (RFC 1951); the caller checks the CRC."""
    from isal import igzip_lib

    decompressor: Decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)
    return decompressor


def zstd() -> Decompressor:
    """One zstd frame (RFC 8878); a window above 128 MiB is refused by the library."""
    import sys

    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdDecompressor
    else:
        from backports.zstd import ZstdDecompressor
    return ZstdDecompressor()


def xz() -> Decompressor:
    import lzma

    return lzma.LZMADecompressor(memlimit=XZ_MEMORY)


def bzip2() -> Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


MAGIC: Final[tuple[tuple[bytes, str, Codec], ...]] = (
    (b"\x1f\x8b\x08", "gzip", gzip),
    (b"\x28\xb5\x2f\xfd", "zstd", zstd),
    (b"\xfd7zXZ\x00", "xz", xz),
    (b"BZh", "bzip2", bzip2),
)
"""The first bytes of each compression, its name, and what undoes it."""

BZIP2_BLOCK = (b"1AY&SY", b"\x17rE8P\x90")
SKIPPABLE = tuple(bytes((0x50 + low, 0x2A, 0x4D, 0x18)) for low in range(16))
"""A zstd file may begin with a skippable frame (RFC 8878, 3.1.2)."""


def codec_of(head: bytes) -> tuple[str, Codec] | None:
    """Name and codec of what these first bytes are compressed with; None: with nothing."""
    for magic, name, codec in MAGIC:
        if head.startswith(magic):
            # "BZh" alone could be text
            if name == "bzip2" and head[4:10] not in BZIP2_BLOCK:
                return None
            return name, codec
    if head.startswith(SKIPPABLE):
        return "zstd", zstd
    return None


class Decoded:
    """A decompressed stream. Members or frames that follow one another are read as one.

    Raises UnreadableError (BombError where the budget is spent) from `read`, after all that
    could be decompressed has been given out.
    """

    def __init__(self, stream: ByteStream, name: str, codec: Codec, budget: Budget) -> None:
        self._stream = stream
        self._name = name
        self._codec = codec
        self._budget = budget
        self._engine = codec()
        self._fresh = True
        self._pending = b""
        self._offset = 0
        self._fault: UnreadableError | None = None

    def read(self, size: int, /) -> bytes:
        pieces: list[bytes] = []
        left = size
        while left > 0:
            try:
                piece = self._piece(min(left, PIECE))
            except UnreadableError as error:
                if not pieces:
                    raise
                self._fault = error
                break
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        if self._fault is not None:
            raise self._fault
        while True:
            engine = self._engine
            if engine.eof:
                if not self._next_member(engine):
                    return b""
                continue
            data = b""
            if engine.needs_input:
                data = self._input()
                if not data:
                    if self._fresh:
                        return b""
                    raise UnreadableError(f"{self._name} data ends early; the file is cut short")
                self._fresh = False
            try:
                out = engine.decompress(data, size)
            except MemoryError:
                raise
            except Exception as error:
                # each library raises its own error type; all of them mean damaged data
                raise UnreadableError(
                    f"damaged {self._name} data before compressed byte {self._offset} ({error})"
                ) from error
            if out:
                self._budget.spend(len(out))
                return out

    def _input(self) -> bytes:
        if self._pending:
            data, self._pending = self._pending, b""
            return data
        data = self._stream.read(IN_BYTES)
        self._offset += len(data)
        return data

    def _next_member(self, done: Decompressor) -> bool:
        """Go on with the member after the one that ended; False at the end of the stream."""
        rest = done.unused_data.lstrip(b"\0")  # padding, as tapes and `xz` have it
        while not rest:
            rest = self._input()
            if not rest:
                return False
            rest = rest.lstrip(b"\0")
        while len(rest) < 10 and (more := self._input()):
            rest += more
        found = codec_of(rest)
        if found is None or found[0] != self._name:
            raise UnreadableError(
                f"{len(rest)} or more bytes after the {self._name} data are none; not read"
            )
        self._engine = self._codec()
        self._fresh = True
        self._pending = rest
        return True
