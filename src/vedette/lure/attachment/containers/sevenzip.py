"""7z archives, also encrypted ones; methods without a reader of our own are left to libarchive.

Source: 7zFormat.txt of the LZMA SDK.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from vedette.lure.attachment.containers import libarchive
from vedette.lure.attachment.containers.content import take
from vedette.lure.attachment.containers.paths import leads_out
from vedette.lure.attachment.containers.sevenzip_coders import AES, NoReader, decoded, key_of
from vedette.lure.attachment.containers.sevenzip_header import (
    ENCODED,
    SIGNATURE_SIZE,
    File,
    Folder,
    Reader,
    folders,
    header,
)
from vedette.lure.attachment.context import Context, Unreadable

_HEADER = 16 << 20
"""Bytes of a header, unpacked."""
_ENCRYPTED = "encrypted: no word opens it"


class _Archive:
    def __init__(self, data: bytes, context: Context) -> None:
        self._data = data
        self._context = context
        self._keys: dict[tuple[str, bytes], bytes] = {}
        self.word: str | None = None
        self.encrypted = False

    def unpacked(self, folder: Folder) -> bytes:
        """All content of a folder. Raises NoReader, Unreadable, LimitReached."""
        if not folder.chain:
            raise NoReader("not inspected: packed in several streams")
        if not any(coder.method == AES for coder in folder.chain):
            return self._chain(folder, None)
        self.encrypted = True
        words = [self.word] if self.word is not None else self._context.words
        fault = Unreadable(_ENCRYPTED)
        for word in words:
            try:
                content = self._chain(folder, word)
            except NoReader:
                raise
            except Unreadable as error:
                if "rounds" in str(error):
                    fault = error
                continue
            self.word = word
            return content
        raise fault

    def _chain(self, folder: Folder, word: str | None) -> bytes:
        content = self._data[folder.start : folder.start + folder.length]
        budget = self._context.budget
        for coder, size in zip(folder.chain, folder.sizes, strict=True):
            key = b""
            if coder.method == AES and word is not None:
                place = (word, coder.properties)
                if place not in self._keys:
                    self._keys[place] = key_of(word, coder, budget)
                key = self._keys[place]
            content = decoded(coder, content, size, key, budget)
        if word is not None:
            self._verify(folder, content)
        return content

    @staticmethod
    def _verify(folder: Folder, content: bytes) -> None:
        if folder.crc is not None:
            if zlib.crc32(content) != folder.crc:
                raise Unreadable(_ENCRYPTED)
        elif folder.streams and folder.streams[0][1] is not None:
            size, crc = folder.streams[0]
            if zlib.crc32(content[:size]) != crc:
                raise Unreadable(_ENCRYPTED)


def inspect(data: bytes, context: Context) -> None:
    """Every file of a 7z archive. Raises Unreadable, LimitReached."""
    archive = _Archive(data, context)
    try:
        raw = _header(data, archive)
    except NoReader:
        libarchive.inspect(data, context)
        return
    except Unreadable as error:
        if archive.encrypted:
            context.encrypted = "closed"
            context.sign("archive_encrypted", names="hidden")
            raise Unreadable(f"{error}; even its names") from error
        raise
    found, files = header(raw) if raw else ([], [])
    if any(not folder.chain for folder in found) and not archive.encrypted:
        libarchive.inspect(data, context)
        return
    try:
        _take_all(archive, found, files, context)
    except NoReader as error:
        if archive.encrypted or context.findings.files[-1] is not context:
            raise
        # nothing was taken yet: another reader may know the method
        if libarchive.library() is None:
            raise NoReader(f"{error}; {libarchive.MISSING}") from error
        libarchive.inspect(data, context)


def _header(data: bytes, archive: _Archive) -> bytes:
    """The header itself, unpacked and decrypted where it was packed."""
    if len(data) < SIGNATURE_SIZE:
        raise Unreadable("damaged: the archive is cut short")
    place, size, crc = struct.unpack_from("<QQI", data, 12)
    raw = data[SIGNATURE_SIZE + place : SIGNATURE_SIZE + place + min(size, _HEADER)]
    if not size:
        return b""
    if len(raw) < size or zlib.crc32(raw) != crc:
        raise Unreadable("damaged: the archive's header is missing or altered")
    for _ in range(4):
        if raw[0] != ENCODED:
            return raw
        reader = Reader(raw)
        reader.byte()
        packed = folders(reader)
        if len(packed) != 1 or packed[0].sizes[-1] > _HEADER:
            raise Unreadable("damaged: the header's packing makes no sense")
        raw = archive.unpacked(packed[0])
        if not raw:
            raise Unreadable("damaged: an empty header")
    raise Unreadable("damaged: headers within headers")


def _take_all(archive: _Archive, found: list[Folder], files: list[File], context: Context) -> None:
    with_content = (file for file in files if file.stream)
    for folder in found:
        own = [
            (file, size, crc)
            for (size, crc), file in zip(folder.streams, with_content, strict=False)
        ]
        _folder(archive, folder, own, context)
    for file in files:
        if not file.stream and not file.folder and file.name:
            take(context, file.name, (), packed=0)


def _folder(
    archive: _Archive,
    folder: Folder,
    own: list[tuple[File, int, int | None]],
    context: Context,
) -> None:
    size = folder.sizes[-1] if folder.sizes else 0
    aes = any(coder.method == AES for coder in folder.chain)
    if aes:
        context.sign("archive_encrypted")
    why, content = "", b""
    if size > max(0, context.budget.unpacked):
        if size > folder.length * context.budget.limits.ratio:
            context.sign("container_bomb", why=f"{folder.length} bytes unpack to {size}")
        why = f"not inspected: {size >> 20} MB packed in one piece"
    else:
        try:
            content = archive.unpacked(folder)
        except NoReader:
            if not aes and context.findings.files[-1] is context:
                raise
            why = "not inspected: packed by a method without a reader"
        except Unreadable as error:
            why = str(error)
    closed = aes and bool(why)
    if aes:
        context.encrypted = "closed" if closed else context.encrypted or "opened"
        if not closed and archive.word is not None:
            context.sign("archive_password_in_thread", archive.word)
    at = 0
    for file, length, crc in own:
        if leads_out(file.name) or file.link:
            how = "a member that is a symbolic link" if file.link else "a name that leads out"
            context.sign("container_ambiguous", file.name, why=how)
        if why:
            context.listed(file.name, length, why, "closed" if closed else "")
        else:
            piece = content[at : at + length]
            mark = "opened" if aes else ""
            chunks = _checked(piece, crc)
            take(context, file.name, chunks, packed=length, declared=length, encrypted=mark)
        at += length


def _checked(piece: bytes, crc: int | None) -> Iterator[bytes]:
    yield piece
    if crc is not None and zlib.crc32(piece) != crc:
        raise Unreadable("damaged: the checksum differs")
