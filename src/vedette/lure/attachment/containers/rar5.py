"""Headers and encryption of RAR archives in format 5.

What a word of the thread opens is given as an archive without encryption, which any reader of the
format can unpack. Source: RARLAB, RAR 5.0 archive format.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator

import msgspec

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.limits import Budget

_MARK = b"Rar!\x1a\x07\x01\x00"
_MAIN, _FILE, _ENCRYPTION, _END = 1, 2, 4, 5
_EXTRA, _DATA = 1, 2
_FOLDER, _TIME, _CRC = 1, 2, 4
_RECORD_ENCRYPTION, _RECORD_LINK = 1, 5
_CHECKED, _TWEAKED = 1, 2
_ROUNDS = 20
"""Rounds of the key derivation as a power of two; RAR uses 15 and allows 24."""
_HEADER = 2 << 20


class Entry(msgspec.Struct):
    """A file in an archive. `content` is packed unless `stored`, and decrypted where `word` is the
    password; `refused` tells why no word was tried."""

    name: str
    size: int
    content: bytes
    crc: int | None = None
    stored: bool = False
    encrypted: bool = False
    link: bool = False
    word: str | None = None
    refused: str = ""


class Archive(msgspec.Struct):
    """`clear`: the archive without its encryption."""

    entries: list[Entry]
    clear: bytes


class _Lock(msgspec.Struct):
    """How something is encrypted."""

    flags: int
    rounds: int
    salt: bytes
    check: bytes

    def opened(self, words: tuple[str, ...], budget: Budget) -> tuple[str, bytes] | None:
        """The word that is the password and the key that it makes; None where none is.

        Raises Unreadable where the lock can't be tried, LimitReached.
        """
        if self.rounds > _ROUNDS:
            raise Unreadable(f"encrypted: a key of 2^{self.rounds} rounds is not tried")
        if not self.flags & _CHECKED:
            raise Unreadable("encrypted: nothing tells whether a word is the password")
        count = 1 << self.rounds
        for word in words:
            budget.time()
            secret = word.encode("utf-8", "replace")
            # The check is what 32 further rounds make, folded to 8 bytes.
            long = hashlib.pbkdf2_hmac("sha256", secret, self.salt, count + 32)
            folded = bytes(
                long[index] ^ long[index + 8] ^ long[index + 16] ^ long[index + 24]
                for index in range(8)
            )
            if folded == self.check[:8]:
                return word, hashlib.pbkdf2_hmac("sha256", secret, self.salt, count)
        return None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        found = self.data[self.at : self.at + size]
        if size < 0 or len(found) < size:
            raise Unreadable("damaged: a header is cut short")
        self.at += size
        return found

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value
            if shift > 63:
                raise Unreadable("damaged: a number without end")


class _Block(msgspec.Struct):
    kind: int
    flags: int
    body: bytes
    extra: bytes
    data: bytes


def read(data: bytes, context: Context) -> Archive:
    """All files, decrypted where a word fits. Raises Unreadable, LimitReached."""
    found: list[Entry] = []
    clear = [_MARK]
    locks: dict[bytes, tuple[str, bytes] | None] = {}
    for block in _blocks(data, context):
        if block.kind == _FILE:
            entry, plain = _entry(block, context, locks)
            if entry is not None:
                found.append(entry)
                clear.append(plain)
        elif block.kind in (_MAIN, _END):
            clear.append(_packed(block.kind, block.flags & ~(_EXTRA | _DATA), block.body, b"", b""))
    return Archive(found, b"".join(clear))


def _blocks(data: bytes, context: Context) -> Iterator[_Block]:
    at = len(_MARK)
    key = b""
    while at + 7 <= len(data):
        context.budget.time()
        if key:
            vector, start = data[at : at + 16], at + 16
            first = _decrypted(key, vector, data[start : start + 16])
            size = _Reader(first[4:])
            length = size.number()
            whole = 4 + size.at + length
            # an encrypted header is padded to blocks of the cipher
            end = start + (whole + 15 & ~15)
            raw = _decrypted(key, vector, data[start : min(end, start + _HEADER)])[:whole]
        else:
            size = _Reader(data[at + 4 : at + 16])
            length = size.number()
            end = at + 4 + size.at + length
            raw = data[at : min(end, at + _HEADER)]
        if zlib.crc32(raw[4:]) != struct.unpack("<I", raw[:4])[0]:
            raise Unreadable("damaged: a header's checksum differs")
        block, packed = _block(raw[4 + size.at :])
        block.data = data[end : end + packed]
        if block.kind == _ENCRYPTION:
            key = _header_key(block, context)
        yield block
        if block.kind == _END:
            return
        at = end + packed


def _block(raw: bytes) -> tuple[_Block, int]:
    reader = _Reader(raw)
    kind, flags = reader.number(), reader.number()
    extra = reader.number() if flags & _EXTRA else 0
    packed = reader.number() if flags & _DATA else 0
    end = max(reader.at, len(raw) - extra)
    return _Block(kind, flags, raw[reader.at : end], raw[end:], b""), packed


def _header_key(block: _Block, context: Context) -> bytes:
    reader = _Reader(block.body)
    reader.number()
    flags = reader.number()
    lock = _Lock(flags, reader.take(1)[0], reader.take(16), b"")
    if flags & _CHECKED:
        lock.check = reader.take(12)
    context.sign("archive_encrypted", names="hidden")
    context.encrypted = "closed"
    found = lock.opened(context.words, context.budget)
    if found is None:
        raise Unreadable(f"encrypted: none of {len(context.words)} words opens it; even its names")
    context.encrypted = "opened"
    context.sign("archive_password_in_thread", found[0])
    return found[1]


def _entry(
    block: _Block, context: Context, locks: dict[bytes, tuple[str, bytes] | None]
) -> tuple[Entry | None, bytes]:
    reader = _Reader(block.body)
    flags, size, attributes = reader.number(), reader.number(), reader.number()
    time = reader.take(4) if flags & _TIME else b""
    crc = struct.unpack("<I", reader.take(4))[0] if flags & _CRC else None
    start = reader.at
    compression, _ = reader.number(), reader.number()
    name = reader.take(reader.number()).decode("utf-8", "surrogateescape")
    if flags & _FOLDER:
        return None, b""
    records = dict(_records(block.extra))
    stored = compression >> 7 & 7 == 0
    entry = Entry(name, size, block.data, crc, stored, link=_RECORD_LINK in records)
    record = records.get(_RECORD_ENCRYPTION)
    if record is None:
        return entry, _packed(block.kind, block.flags, block.body, block.extra, block.data)
    entry.encrypted = True
    _decrypt(entry, record, context, locks)
    if entry.word is None:
        return entry, b""
    # The checksums of encrypted files depend on the key; without them the rest is as it was.
    body = _number(flags & ~_CRC) + _number(size) + _number(attributes) + time + reader.data[start:]
    return entry, _packed(block.kind, block.flags & ~_EXTRA, body, b"", entry.content)


def _decrypt(
    entry: Entry,
    record: bytes,
    context: Context,
    locks: dict[bytes, tuple[str, bytes] | None],
) -> None:
    reader = _Reader(record)
    reader.number()
    flags = reader.number()
    lock = _Lock(flags, reader.take(1)[0], reader.take(16), b"")
    vector = reader.take(16)
    if flags & _CHECKED:
        lock.check = reader.take(12)
    place = lock.salt + lock.check + bytes([lock.rounds])
    try:
        if place not in locks:
            locks[place] = lock.opened(context.words, context.budget)
    except Unreadable as error:
        entry.refused = str(error)
        return
    found = locks[place]
    if found is not None:
        entry.word = found[0]
        entry.content = _decrypted(found[1], vector, entry.content)
        if flags & _TWEAKED:
            entry.crc = None


def _records(extra: bytes) -> Iterator[tuple[int, bytes]]:
    reader = _Reader(extra)
    while reader.at < len(extra):
        record = _Reader(reader.take(reader.number()))
        if record.data:
            kind = record.number()
            yield kind, record.data[record.at :]


def _packed(kind: int, flags: int, body: bytes, extra: bytes, data: bytes) -> bytes:
    """A block without encryption."""
    head = _number(kind) + _number(flags)
    if flags & _EXTRA:
        head += _number(len(extra))
    if flags & _DATA:
        head += _number(len(data))
    raw = head + body + (extra if flags & _EXTRA else b"")
    raw = _number(len(raw)) + raw
    return struct.pack("<I", zlib.crc32(raw)) + raw + (data if flags & _DATA else b"")


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _decrypted(key: bytes, vector: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    if len(vector) < 16:
        raise Unreadable("damaged: a header is cut short")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return decryptor.update(data[: len(data) & ~15])
