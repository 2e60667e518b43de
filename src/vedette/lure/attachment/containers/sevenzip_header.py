"""The headers of 7z archives: folders of packed streams, and the files in them.

Source: 7zFormat.txt of the LZMA SDK.
"""

from __future__ import annotations

import struct

import msgspec

from vedette.lure.attachment.context import Unreadable

SIGNATURE_SIZE = 32
ENCODED, PLAIN = 0x17, 0x01

_END, _PROPERTIES, _ADDITIONAL, _STREAMS, _FILES = 0, 2, 3, 4, 5
_PACK, _UNPACK, _SUBSTREAMS, _SIZES, _DIGESTS, _FOLDER = 6, 7, 8, 9, 10, 11
_UNPACK_SIZES, _COUNTS, _EMPTY, _NAMES, _ATTRIBUTES = 12, 13, 14, 17, 21
_MOST = 100_000
_CODERS = 8


class Coder(msgspec.Struct, frozen=True):
    """A method and its properties; `plain`: one stream in, one out."""

    method: bytes
    properties: bytes
    plain: bool


class Folder(msgspec.Struct):
    """Streams packed together. `chain` are the coders in the order of unpacking (empty where they
    form no chain), `sizes` what each gives; `streams` the sizes and checksums of the files."""

    chain: list[Coder]
    packed: list[int]
    sizes: list[int]
    crc: int | None = None
    start: int = 0
    length: int = 0
    streams: list[tuple[int, int | None]] = msgspec.field(default_factory=list)


class File(msgspec.Struct, frozen=True):
    """A file by name; `stream` tells whether it has content in a folder."""

    name: str
    stream: bool
    folder: bool = False
    link: bool = False


class Reader:
    """Numbers and flags from a header. Raises Unreadable past its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        return self.take(1)[0]

    def take(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if size < 0 or len(found) < size:
            raise Unreadable("damaged: the header is cut short")
        self._at += size
        return found

    def number(self) -> int:
        """A number whose first byte tells how many follow."""
        first = self.byte()
        mask, value = 0x80, 0
        for index in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << 8 * index
            value |= self.byte() << 8 * index
            mask >>= 1
        return value

    def count(self) -> int:
        value = self.number()
        if value > _MOST:
            raise Unreadable(f"damaged: a header with {value} entries")
        return value

    def bits(self, count: int) -> list[bool]:
        raw = self.take((count + 7) // 8)
        return [bool(raw[index >> 3] & (0x80 >> (index & 7))) for index in range(count)]

    def maybe_bits(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)

    def digests(self, count: int) -> list[int | None]:
        defined = self.maybe_bits(count)
        return [struct.unpack("<I", self.take(4))[0] if there else None for there in defined]


def folders(reader: Reader) -> list[Folder]:
    """The description of packed streams (StreamsInfo). Raises Unreadable."""
    found: list[Folder] = []
    position, sizes = 0, list[int]()
    while (kind := reader.byte()) != _END:
        if kind == _PACK:
            position, sizes = _packed(reader)
        elif kind == _UNPACK:
            found = _unpacked(reader)
        elif kind == _SUBSTREAMS:
            _substreams(reader, found)
        else:
            raise Unreadable(f"damaged: an unknown part of the header ({kind})")
    place, index = SIGNATURE_SIZE + position, 0
    for folder in found:
        own = sizes[index : index + len(folder.packed)]
        folder.start, folder.length = place, sum(own)
        place += sum(own)
        index += len(folder.packed)
        if not folder.streams and folder.sizes:
            folder.streams = [(folder.sizes[-1], folder.crc)]
    return found


def _packed(reader: Reader) -> tuple[int, list[int]]:
    position, count = reader.number(), reader.count()
    sizes: list[int] = []
    while (kind := reader.byte()) != _END:
        if kind == _SIZES:
            sizes = [reader.number() for _ in range(count)]
        elif kind == _DIGESTS:
            reader.digests(count)
        else:
            raise Unreadable("damaged: the packed streams are not described")
    return position, sizes


def _unpacked(reader: Reader) -> list[Folder]:
    if reader.byte() != _FOLDER:
        raise Unreadable("damaged: the folders are not described")
    count = reader.count()
    if reader.byte():
        raise Unreadable("not inspected: a header in another stream")
    orders: list[list[int]] = []
    found: list[Folder] = []
    for _ in range(count):
        folder, order = _folder(reader)
        found.append(folder)
        orders.append(order)
    if reader.byte() != _UNPACK_SIZES:
        raise Unreadable("damaged: the sizes are not described")
    for folder, order in zip(found, orders, strict=True):
        sizes = [reader.number() for _ in folder.sizes]
        # in the order of unpacking, so that the last is what comes out
        folder.sizes = [sizes[index] for index in order] if order else sizes[:1]
    while (kind := reader.byte()) != _END:
        if kind != _DIGESTS:
            raise Unreadable("damaged: the folders are not described")
        for folder, crc in zip(found, reader.digests(count), strict=True):
            folder.crc = crc
    return found


def _folder(reader: Reader) -> tuple[Folder, list[int]]:
    count = reader.count()
    if not 1 <= count <= _CODERS:
        raise Unreadable(f"damaged: a folder with {count} coders")
    coders: list[Coder] = []
    inputs = outputs = 0
    for _ in range(count):
        flags = reader.byte()
        method = reader.take(flags & 15)
        taken, given = (reader.count(), reader.count()) if flags & 0x10 else (1, 1)
        properties = reader.take(reader.count()) if flags & 0x20 else b""
        coders.append(Coder(method, properties, taken == 1 and given == 1))
        inputs += taken
        outputs += given
    if outputs < 1 or outputs > 4 * _CODERS or inputs < outputs - 1 or inputs > 4 * _CODERS:
        raise Unreadable("damaged: a folder whose streams do not fit")
    bound = {reader.count(): reader.count() for _ in range(outputs - 1)}
    packed = inputs - len(bound)
    streams = [reader.count() for _ in range(packed)] if packed > 1 else [0]
    folder = Folder([], streams, [0] * outputs)
    if not all(coder.plain for coder in coders) or packed != 1:
        return folder, []
    # Each coder's input is bound to the output of another, up to the one that reads the file.
    order = [next(index for index in range(count) if index not in bound.values())]
    while order[-1] in bound and len(order) < count:
        order.append(bound[order[-1]])
    if len(set(order)) != count or max(order) >= count:
        raise Unreadable("damaged: a folder whose coders do not fit")
    order.reverse()
    folder.chain = [coders[index] for index in order]
    return folder, order


def _substreams(reader: Reader, found: list[Folder]) -> None:
    counts = [1] * len(found)
    kind = reader.byte()
    if kind == _COUNTS:
        counts = [reader.count() for _ in found]
        kind = reader.byte()
    for folder, count in zip(found, counts, strict=True):
        sizes = [reader.number() for _ in range(count - 1)] if kind == _SIZES else []
        if count:
            sizes.append(max(0, folder.sizes[-1] - sum(sizes)))
        folder.streams = [(size, folder.crc if count == 1 else None) for size in sizes[:count]]
    if kind == _SIZES:
        kind = reader.byte()
    if kind == _DIGESTS:
        unknown = [
            (folder, index)
            for folder in found
            for index, (_, crc) in enumerate(folder.streams)
            if crc is None or len(folder.streams) > 1
        ]
        digests = reader.digests(len(unknown))
        for (folder, index), crc in zip(unknown, digests, strict=True):
            folder.streams[index] = (folder.streams[index][0], crc)
        kind = reader.byte()
    if kind != _END:
        raise Unreadable("damaged: the files' sizes are not described")


def header(data: bytes) -> tuple[list[Folder], list[File]]:
    """The folders and files of a plain header. Raises Unreadable."""
    reader = Reader(data)
    if reader.byte() != PLAIN:
        raise Unreadable("damaged: the header begins with something else")
    found: list[Folder] = []
    files: list[File] = []
    while (kind := reader.byte()) != _END:
        if kind == _PROPERTIES:
            while reader.byte() != _END:
                reader.take(reader.count())
        elif kind == _ADDITIONAL:
            folders(reader)
        elif kind == _STREAMS:
            found = folders(reader)
        elif kind == _FILES:
            files = _files(reader)
        else:
            raise Unreadable(f"damaged: an unknown part of the header ({kind})")
    return found, files


def _files(reader: Reader) -> list[File]:
    count = reader.count()
    names = [""] * count
    empty = [False] * count
    attributes = [0] * count
    while (kind := reader.byte()) != _END:
        part = Reader(reader.take(reader.number()))
        if kind == _EMPTY:
            empty = part.bits(count)
        elif kind == _NAMES:
            part.byte()
            names = [_name(part) for _ in range(count)]
        elif kind == _ATTRIBUTES:
            defined = part.maybe_bits(count)
            part.byte()
            attributes = [
                int.from_bytes(part.take(4), "little") if there else 0 for there in defined
            ]
    return [
        File(name, not hollow, bool(mark & 0x10), bool(mark & 0x8000) and mark >> 28 == 0xA)
        for name, hollow, mark in zip(names, empty, attributes, strict=True)
    ]


def _name(part: Reader) -> str:
    raw = bytearray()
    while (pair := part.take(2)) != b"\x00\x00":
        raw += pair
    return raw.decode("utf-16-le", "surrogatepass")
