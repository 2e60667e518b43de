"""ZIP files: every member, including those that only some readers would see."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Iterable, Iterator

from vedette.lure.attachment.containers import libarchive
from vedette.lure.attachment.containers.content import decompressed, take
from vedette.lure.attachment.containers.deflate import inflated
from vedette.lure.attachment.containers.paths import leads_out
from vedette.lure.attachment.containers.zip_directory import (
    ENCRYPTED,
    Entry,
    by_headers,
    directory,
)
from vedette.lure.attachment.containers.zip_keys import opened
from vedette.lure.attachment.context import Context, LimitReached, Unreadable


def inspect(data: bytes, context: Context) -> None:
    """Every member of a ZIP file; see `containers` and `Context`."""
    found = directory(data, context.budget)
    entries = found.entries
    if found.damage:
        context.unseen(found.damage)
        context.sign("container_damaged", why=found.damage)
    _overlaps(entries, context)
    seen: set[str] = set()
    for entry in entries:
        if entry.name.endswith("/") and not entry.size:
            continue
        _tricks(entry, seen, context)
        if not (_foreign(entry) and libarchive.library() is not None):
            _member(data, entry, context)
    hidden = list(_hidden(data, entries, found.prefix, context))
    if hidden:
        context.sign("container_ambiguous", hidden[0].name, why="members outside of the directory")
    for entry in hidden:
        _member(data, entry, context)
    others = {entry.name for entry in entries if _foreign(entry)}
    if others and libarchive.library() is not None:
        libarchive.take_all(data, context, only=others)


def _foreign(entry: Entry) -> bool:
    """Whether only libarchive reads the method (PPMd)."""
    return entry.method == 98 and not entry.flags & ENCRYPTED


def _overlaps(entries: Iterable[Entry], context: Context) -> None:
    """Members that share data unpack to more than any honest archive could hold."""
    end = 0
    for start, packed, name in sorted((one.start, one.packed, one.name) for one in entries):
        if start < end and packed:
            context.sign("container_bomb", name, why="members share the same data")
            return
        end = max(end, start + packed)


def _tricks(entry: Entry, seen: set[str], context: Context) -> None:
    if entry.local_name != entry.name:
        why = f"one name in the directory, another before the data: {entry.local_name}"
        context.sign("container_ambiguous", entry.name, why=why)
    folded = entry.name.lower()
    if folded in seen:
        context.sign("container_ambiguous", entry.name, why="two members of one name")
    seen.add(folded)
    if leads_out(entry.name):
        context.sign("container_ambiguous", entry.name, why="a name that leads out of the folder")
    if entry.link:
        context.sign("container_ambiguous", entry.name, why="a member that is a symbolic link")


def _hidden(data: bytes, entries: list[Entry], prefix: int, context: Context) -> Iterator[Entry]:
    """Members in front of what the directory speaks of: another archive, for another reader."""
    if not entries:
        return
    first = min(entry.start for entry in entries)
    known = {entry.start for entry in entries}
    head = data[: prefix or first]
    if b"PK\x03\x04" in head:
        for entry in by_headers(head, context.budget):
            if entry.start not in known and entry.start + entry.packed <= len(head):
                yield entry


def _member(data: bytes, entry: Entry, context: Context) -> None:
    packed = data[entry.start : entry.start + entry.packed]
    try:
        if entry.flags & ENCRYPTED:
            _encrypted(packed, entry, context)
        else:
            chunks = _unpacked(packed, entry.method, entry.size)
            take(
                context,
                entry.name,
                _checked(chunks, entry.crc),
                packed=entry.packed,
                declared=entry.size,
            )
    except Unreadable as error:
        # a method without a reader, or an encryption that is not described
        context.listed(entry.name, entry.size, str(error))


def _encrypted(packed: bytes, entry: Entry, context: Context) -> None:
    """Tried with the words of the thread."""
    context.sign("archive_encrypted")
    if entry.size > context.budget.room():
        take(context, entry.name, (), encrypted="closed", packed=entry.packed, declared=entry.size)
        return
    known, refused = context.facts.get("word"), int(context.facts.get("refused", "0"))
    # Members share a password as a rule, and trying all words on each of 200 takes too long.
    words = (known,) if known is not None else context.words if refused < _TRIED else ()
    for word, method, plain in opened(packed, entry, words, context.budget):
        try:
            content = b"".join(_bounded(_unpacked(plain, method, entry.size), context))
        except Unreadable:
            continue  # a wrong word that passed the check of one byte
        if entry.crc and zlib.crc32(content) != entry.crc:
            continue
        context.encrypted = "opened"
        context.facts["word"] = word
        context.sign("archive_password_in_thread", word)
        take(
            context,
            entry.name,
            [content],
            encrypted="opened",
            packed=entry.packed,
            declared=entry.size,
        )
        return
    context.encrypted = context.encrypted or "closed"
    context.facts["refused"] = str(refused + 1)
    tried = f"encrypted: none of {len(context.words)} words opens it"
    context.listed(entry.name, entry.size, tried, "closed")


def _bounded(chunks: Iterable[bytes], context: Context) -> Iterator[bytes]:
    room = context.budget.room()
    for chunk in chunks:
        context.budget.time()
        room -= len(chunk)
        if room < 0:
            raise LimitReached("a member unpacks to more than it says")
        yield chunk


def _unpacked(packed: bytes, method: int, size: int) -> Iterable[bytes]:
    if method == 0:
        return (packed,)
    if method == 8:
        return inflated(packed)
    if method == 12:
        return decompressed(bz2.BZ2Decompressor(), packed)
    if method == 14:
        return _lzma(packed, size)
    if method == 95:
        return decompressed(lzma.LZMADecompressor(memlimit=_LZMA_MEMORY), packed)
    if method == 93:
        from vedette.lure.attachment.containers.streams import zstandard

        return decompressed(zstandard(), packed)
    if method == 98:
        raise Unreadable(libarchive.MISSING)
    raise Unreadable(f"not inspected: packed by a method without a reader ({method})")


_TRIED = 4
"""Members on which all words are tried before the rest is taken for closed, too."""
_LZMA_MEMORY = 128 << 20
"""Bytes; a stream that asks for a larger dictionary is refused."""


def _lzma(packed: bytes, size: int) -> Iterator[bytes]:
    """Section 5.8: two bytes of version, two of length, then LZMA's own properties."""
    length = int.from_bytes(packed[2:4], "little")
    header = packed[4 : 4 + length]
    if length != 5 or len(header) != 5:
        raise Unreadable("damaged: the properties of LZMA")
    stream = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_MEMORY)
    return decompressed(stream, header + struct.pack("<Q", size) + packed[9:])


def _checked(chunks: Iterable[bytes], crc: int) -> Iterator[bytes]:
    """The same chunks; Unreadable at the end where the checksum is another."""
    found = 0
    for chunk in chunks:
        found = zlib.crc32(chunk, found)
        yield chunk
    if crc and found != crc:
        raise Unreadable("damaged: the checksum differs")
