"""RAR archives of both formats: what their headers say, and their content.

Members that are merely stored are read here; packed ones are left to libarchive, those of format 5
after they were decrypted where a word of the thread is the password.

Sources: RARLAB, RAR 5.0 archive format and technote.txt of RAR 4.
"""

from __future__ import annotations

import zlib

from vedette.lure.attachment.containers import libarchive, rar4, rar5
from vedette.lure.attachment.containers.content import take
from vedette.lure.attachment.containers.paths import leads_out
from vedette.lure.attachment.containers.rar5 import Entry
from vedette.lure.attachment.context import Context, Unreadable

MARK4, MARK5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"


def inspect(data: bytes, context: Context) -> None:
    """Every file of a RAR archive. Raises Unreadable, LimitReached."""
    if data.startswith(MARK5):
        archive = rar5.read(data, context)
        entries, clear = archive.entries, archive.clear
    elif data.startswith(MARK4):
        entries, clear = rar4.entries(data, context), data
    else:
        raise Unreadable("damaged: an unknown version of the format")
    encrypted = any(entry.encrypted for entry in entries)
    if encrypted:
        context.sign("archive_encrypted")
        opened = all(entry.word is not None for entry in entries if entry.encrypted)
        context.encrypted = "opened" if opened else "closed"
        for word in dict.fromkeys(entry.word for entry in entries if entry.word):
            context.sign("archive_password_in_thread", word)
    for entry in entries:
        if leads_out(entry.name) or entry.link:
            how = "a member that is a symbolic link" if entry.link else "a name that leads out"
            context.sign("container_ambiguous", entry.name, why=how)
    readable = [entry for entry in entries if not entry.encrypted or entry.word is not None]
    for entry in entries:
        if entry not in readable:
            why = f"encrypted: none of {len(context.words)} words opens it"
            if entry.refused:
                why = entry.refused
            context.listed(entry.name, entry.size, why, "closed")
    if all(entry.stored for entry in readable):
        for entry in readable:
            _stored(entry, context)
    elif libarchive.library() is None:
        for entry in readable:
            if entry.stored:
                _stored(entry, context)
            else:
                context.listed(entry.name, entry.size, libarchive.MISSING)
    else:
        mark = "opened" if encrypted else ""
        libarchive.take_all(clear, context, encrypted=mark, closed_too=not encrypted)


def _stored(entry: Entry, context: Context) -> None:
    chunks = [entry.content[: entry.size]]
    mark = "opened" if entry.encrypted else ""
    packed = len(entry.content)
    member = take(context, entry.name, chunks, packed=packed, declared=entry.size, encrypted=mark)
    if packed < entry.size:
        member.unseen("damaged: its content is cut short")
    elif entry.crc is not None and member.sha256 and zlib.crc32(chunks[0]) != entry.crc:
        member.unseen("damaged: the checksum differs")
