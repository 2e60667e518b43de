"""UDF volumes as burned or made as images: every file of the tree.

Sources: ECMA-167, parts 3 and 4; OSTA UDF 2.60. Revisions 1.02 to 2.01 and the metadata partition
of 2.50 are read; virtual and sparable partitions of rewritable discs are read as plain ones.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from vedette.lure.attachment.containers.disk import Disk, File
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.limits import Budget

_ANCHOR, _PARTITION, _VOLUME, _END, _FILE_SET, _NAME = 2, 5, 6, 8, 256, 257
_FILE, _LARGE_FILE = 261, 266
_FOLDER_TYPE = 4
_FOLDERS = 2000
_FOLDER_SIZE = 1 << 20
_EXTENTS = 20_000
_HIDDEN, _IS_FOLDER, _DELETED, _PARENT = 1, 2, 4, 8
_METADATA = b"*UDF Metadata Partition"


class _Entry:
    """A file's entry: its type, size and where its content is."""

    def __init__(self, volume: Volume, block: int, partition: int) -> None:
        raw = volume.block(block, partition)
        tag = _tag(raw)
        if tag not in (_FILE, _LARGE_FILE):
            raise Unreadable("damaged: a file has no entry")
        self.folder = raw[27] == _FOLDER_TYPE
        (flags,) = struct.unpack_from("<H", raw, 34)
        (self.size,) = struct.unpack_from("<Q", raw, 56)
        head = 168 if tag == _FILE else 208
        attributes, length = struct.unpack_from("<2I", raw, head)
        descriptors = raw[head + 8 + attributes : head + 8 + attributes + length]
        self.content: bytes | None = None
        self.extents: tuple[tuple[int, int], ...] = ()
        if flags & 7 == 3:
            self.content = descriptors
        else:
            self.extents = tuple(volume.extents(descriptors, flags & 7, partition))


class Volume:
    """A logical volume: turns its block numbers into places on the disk."""

    def __init__(self, disk: Disk) -> None:
        """Raises Unreadable, struct.error."""
        self._disk = disk
        self.sector, anchor = _anchor(disk)
        length, start = struct.unpack_from("<2I", anchor, 16)
        starts: dict[int, int] = {}
        logical = b""
        for index in range(min(length // self.sector, 64)):
            descriptor = disk.read((start + index) * self.sector, self.sector)
            tag = _tag(descriptor)
            if tag == _PARTITION:
                number, first = struct.unpack_from("<H164xI", descriptor, 22)
                starts[number] = first * self.sector
            elif tag == _VOLUME:
                logical = descriptor
            elif tag == _END:
                break
        if not logical or not starts:
            raise Unreadable("damaged: the UDF volume is not described")
        self._block = int.from_bytes(logical[212:216], "little")
        if self._block not in (512, 1024, 2048, 4096):
            raise Unreadable("damaged: the UDF volume's blocks have no sensible size")
        self._partitions: list[int] = []
        self._metadata: dict[int, tuple[tuple[int, int], ...]] = {}
        self._map(logical, starts)
        _, block, partition = struct.unpack_from("<2IH", logical, 248)
        file_set = self.block(block, partition)
        if _tag(file_set) != _FILE_SET:
            raise Unreadable("damaged: the UDF volume has no file set")
        _, self.root_block, self.root_partition = struct.unpack_from("<2IH", file_set, 400)

    def _map(self, logical: bytes, starts: dict[int, int]) -> None:
        (count,) = struct.unpack_from("<I", logical, 268)
        at = 440
        for reference in range(min(count, 8)):
            kind, length = struct.unpack_from("<2B", logical, at)
            if kind == 1:
                (number,) = struct.unpack_from("<H", logical, at + 4)
            else:
                (number,) = struct.unpack_from("<H", logical, at + 38)
            self._partitions.append(starts.get(number, next(iter(starts.values()))))
            if kind == 2 and logical[at + 5 : at + 5 + len(_METADATA)] == _METADATA:
                (place,) = struct.unpack_from("<I", logical, at + 40)
                # The metadata file's own entry lies in the plain partition below it.
                plain = len(self._partitions) - 1
                self._metadata[reference] = _Entry(self, place, plain).extents
            at += max(length, 2)

    def place(self, block: int, partition: int) -> int:
        """The byte on the disk where a block begins."""
        if partition in self._metadata:
            offset = block * self._block
            for start, length in self._metadata[partition]:
                if offset < length:
                    return start + offset
                offset -= length
            raise Unreadable("damaged: a block past the metadata")
        if partition >= len(self._partitions):
            raise Unreadable("damaged: a partition that is not there")
        return self._partitions[partition] + block * self._block

    def block(self, block: int, partition: int) -> bytes:
        """One block's bytes."""
        return self._disk.read(self.place(block, partition), self._block)

    def extents(
        self, descriptors: bytes, form: int, partition: int, depth: int = 0
    ) -> Iterator[tuple[int, int]]:
        """Places and lengths of allocation descriptors (short: form 0, long: form 1)."""
        step = {0: 8, 1: 16}.get(form)
        if step is None:
            raise Unreadable("not inspected: a form of allocation without a reader")
        for at in range(0, min(len(descriptors), _EXTENTS * step) - step + 1, step):
            if step == 8:
                length, block = struct.unpack_from("<2I", descriptors, at)
                inside = partition
            else:
                length, block, inside = struct.unpack_from("<2IH", descriptors, at)
            kind, length = length >> 30, length & 0x3FFFFFFF
            if not length:
                return
            if kind == 3:
                # More descriptors lie in that block, behind a head of 24 bytes.
                if depth > 64:
                    raise Unreadable("damaged: allocation without end")
                more = self._disk.read(self.place(block, inside), min(length, 1 << 16))
                yield from self.extents(more[24:], form, partition, depth + 1)
                return
            yield (self.place(block, inside) if kind == 0 else -1, length)


def files(disk: Disk, budget: Budget) -> Iterator[File]:
    """All files of the volume. Raises Unreadable, LimitReached."""
    try:
        volume = Volume(disk)
        yield from _walk(disk, volume, budget)
    except struct.error as error:
        raise Unreadable(f"damaged: the UDF volume is cut short ({error})") from error


def _walk(disk: Disk, volume: Volume, budget: Budget) -> Iterator[File]:
    folders = [("", volume.root_block, volume.root_partition)]
    visited: set[tuple[int, int]] = set()
    while folders:
        path, block, partition = folders.pop()
        if (block, partition) in visited:
            continue
        visited.add((block, partition))
        if len(visited) > _FOLDERS:
            raise Unreadable(f"over {_FOLDERS} folders")
        for name, marks, where in _names(_content(disk, _Entry(volume, block, partition))):
            budget.time()
            if marks & _IS_FOLDER:
                folders.append((f"{path}{name}/", *where))
                continue
            try:
                entry = _Entry(volume, *where)
            except (Unreadable, struct.error) as error:
                yield File(path + name, 0, why=f"damaged: {error}")
                continue
            hidden = bool(marks & _HIDDEN)
            yield File(path + name, entry.size, entry.extents, entry.content, hidden)


def _content(disk: Disk, entry: _Entry) -> bytes:
    if entry.content is not None:
        return entry.content
    return b"".join(
        disk.read(start, min(length, _FOLDER_SIZE))
        for start, length in entry.extents[:64]
        if start >= 0
    )[: min(entry.size, _FOLDER_SIZE)]


def _names(folder: bytes) -> Iterator[tuple[str, int, tuple[int, int]]]:
    """Name, marks and entry of everything in a folder."""
    at = 0
    while at + 38 <= len(folder) and _tag(folder[at : at + 18]) == _NAME:
        marks, length = struct.unpack_from("<2B", folder, at + 18)
        block, partition = struct.unpack_from("<IH", folder, at + 24)
        (use,) = struct.unpack_from("<H", folder, at + 36)
        raw = folder[at + 38 + use : at + 38 + use + length]
        if not marks & (_DELETED | _PARENT) and raw:
            wide = raw[0] in (16, 255)
            name = raw[1:].decode("utf-16-be" if wide else "latin-1", "replace")
            yield name, marks, (block, partition)
        at += (38 + use + length + 3) & ~3


def _anchor(disk: Disk) -> tuple[int, bytes]:
    for sector in (2048, 512, 4096):
        last = disk.size // sector
        for number in (256, last - 257, last - 1, 512):
            anchor = disk.read(number * sector, 512) if number > 0 else b""
            if _tag(anchor) == _ANCHOR and struct.unpack_from("<I", anchor, 12)[0] == number:
                return sector, anchor
    raise Unreadable("damaged: the UDF volume has no anchor")


def _tag(descriptor: bytes) -> int:
    """The kind of a descriptor; 0 where its tag's checksum is wrong."""
    if len(descriptor) < 16:
        return 0
    checksum = (sum(descriptor[:4]) + sum(descriptor[5:16])) & 0xFF
    return int.from_bytes(descriptor[:2], "little") if checksum == descriptor[4] else 0
