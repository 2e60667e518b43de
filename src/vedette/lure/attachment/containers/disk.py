"""A disk as bytes at places, and files as places on it: what all readers of volumes share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from vedette.lure.attachment.containers.content import CHUNK, take
from vedette.lure.attachment.context import Context, Unreadable


class Disk(Protocol):
    """Bytes at places. What lies past the end, or was never written, reads as nothing or zeros."""

    size: int

    def read(self, at: int, size: int) -> bytes:
        """Up to `size` bytes from `at` on; fewer past the end."""


class Raw:
    """A disk that lies before us byte for byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, at: int, size: int) -> bytes:
        return self._data[at : at + size] if at >= 0 else b""


class Slice:
    """A part of a disk: a partition."""

    def __init__(self, disk: Disk, start: int, size: int) -> None:
        self._disk = disk
        self._start = start
        self.size = max(0, min(size, disk.size - start))

    def read(self, at: int, size: int) -> bytes:
        if at < 0 or at >= self.size:
            return b""
        return self._disk.read(self._start + at, min(size, self.size - at))


class File(msgspec.Struct, frozen=True):
    """A file on a volume: its path, its size, its extents (place, bytes; -1: a hole) or, where it
    is small, its content itself. `why` tells why it can't be read ("": it can)."""

    name: str
    size: int
    extents: tuple[tuple[int, int], ...] = ()
    content: bytes | None = None
    hidden: bool = False
    why: str = ""


def take_files(disk: Disk, files: Iterable[File], context: Context) -> None:
    """Inspect the files of a volume. Raises LimitReached."""
    for file in files:
        if file.why:
            context.listed(file.name, file.size, file.why)
            continue
        packed = file.size
        if file.content is None:
            # Extents that overlap or are holes give more bytes than the disk has.
            packed = min(packed, sum(size for at, size in file.extents if at >= 0), disk.size)
        member = take(context, file.name, _chunks(disk, file), packed=packed, declared=file.size)
        if file.hidden:
            member.facts["hidden"] = "yes"


def _chunks(disk: Disk, file: File) -> Iterator[bytes]:
    if file.content is not None:
        yield file.content[: file.size]
        return
    left = file.size
    for place, length in file.extents:
        end = place + length
        at = place
        while at < end and left > 0:
            size = min(CHUNK, end - at, left)
            chunk = bytes(size) if place < 0 else disk.read(at, size)
            if not chunk:
                raise Unreadable("damaged: its content lies past the end of the image")
            left -= len(chunk)
            at += len(chunk)
            yield chunk
    if left > 0:
        raise Unreadable("damaged: its content is cut short")
