"""Bytes on their way in: counted, looked ahead into, decompressed, made seekable."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol, cast

from vedette.model.errors import UnreadableError

if TYPE_CHECKING:
    from typing_extensions import Buffer  # typing only: not installed with the product

READ_BYTES = 512 << 10
"""Bytes asked for at once. What was read and split should still be in the cache when it is
looked at: 305 MB of NDJSON take 0.27 s with 256 or 512 KiB, 0.30 s with 1 MiB, 0.5 s with 4."""


class ByteStream(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, b"" only at the end. Raises UnreadableError where the source is
        damaged, after everything before the damage has been given out."""
        ...


class MeteredFile(io.FileIO):
    """A file on disk or a pipe, unbuffered, that knows how many bytes were taken from it.

    What the system refuses (a bad disk, say) is an UnreadableError.
    """

    taken: int = 0

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            data = super().read(-1 if size is None else size) or b""
        except OSError as error:
            raise UnreadableError(f"can't be read ({error.strerror}); check the medium") from error
        self.taken += len(data)
        return data

    def readinto(self, buffer: Buffer, /) -> int:
        count = super().readinto(buffer) or 0
        self.taken += count
        return count


class Peeked:
    """A stream whose first bytes can be seen before they are read."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._held = b""
        self._fault: UnreadableError | None = None

    def peek(self, size: int, *, line: bool = False) -> bytes:
        """The first `size` bytes, fewer where the stream is shorter or damaged; with `line`,
        what came with the first reads that hold a whole line (a live pipe must not be waited
        for). They stay to be read."""
        while len(self._held) < size and not (line and b"\n" in self._held):
            if self._fault is not None:
                break
            try:
                data = self._stream.read(size - len(self._held))
            except UnreadableError as error:
                self._fault = error
                continue
            if not data:
                break
            self._held += data
        return self._held[:size]

    def read(self, size: int, /) -> bytes:
        if self._held:
            data, self._held = self._held[:size], self._held[size:]
            return data
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault
        return self._stream.read(size)

    @property
    def source(self) -> ByteStream:
        """The stream underneath."""
        return self._stream


@contextlib.contextmanager
def seekable(stream: Peeked, in_memory: int) -> Iterator[tuple[BinaryIO, UnreadableError | None]]:
    """The stream as a seekable file at its start, and what cut it short (None: nothing did).

    A file on disk is used as it is; anything else is copied, up to `in_memory` bytes of it in
    memory and the rest in a temporary file that is gone afterwards.
    """
    source = stream.source
    if isinstance(source, MeteredFile) and source.seekable():
        source.seek(0)
        yield source, None
        return
    fault: UnreadableError | None = None
    with tempfile.SpooledTemporaryFile(max_size=in_memory) as spool:
        try:
            while data := stream.read(READ_BYTES):
                spool.write(data)
        except UnreadableError as error:
            fault = error
        spool.seek(0)
        yield cast(BinaryIO, cast(IO[bytes], spool)), fault
