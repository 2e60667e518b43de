"""PowerPoint's binary presentations: embedded objects and projects, actions, text.

Source: MS-PPT 2.3.1 (record header), 2.10.34 (ExOleObjStgCompressedAtom), 2.8.7
(InteractiveInfoAtom), 2.9.42 and 2.9.44 (text atoms).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.documents.compound import Compound
from vedette.lure.attachment.documents.inflate import ZLIB, inflate

RECORDS = 200_000
"""Records read of a presentation."""
TEXT = 64 * 1024
"""Characters of text read."""

_STORAGE, _INTERACTIVE, _STRING, _WIDE, _NARROW = 0x1011, 0x0FF3, 0x0FBA, 0x0FA0, 0x0FA8
_CRYPT, _RUN_PROGRAM = 0x2F14, 2


def inspect(compound: Compound, context: Context) -> None:
    """Say the signs of a presentation that is open as `compound`, and give its text."""
    data = compound.read("PowerPoint Document")
    texts: list[str] = []
    size = number = 0
    program = False
    for instance, kind, body in _records(data):
        context.budget.time()
        if kind == _STORAGE:
            number += 1
            _object(body, instance, f"object{number}.bin", context)
        elif kind == _INTERACTIVE and len(body) > 8 and body[8] == _RUN_PROGRAM:
            program = True
        elif kind == _STRING and program:
            name = body.decode("utf-16-le", "replace")
            context.sign("external_link", name, type="run program action")
            program = False
        elif kind in (_WIDE, _NARROW) and size < TEXT:
            text = body.decode("utf-16-le" if kind == _WIDE else "latin-1", "replace")
            texts.append(text.replace("\r", "\n").replace("\x0b", "\n"))
            size += len(text)
        elif kind == _CRYPT:
            context.encrypted = context.encrypted or "closed"
            context.sign("archive_encrypted", context.name, kind="document")
            context.unseen("encrypted: the presentation opens with a password only")
    if program:
        context.sign("external_link", "run program", type="run program action")
    if size:
        context.text("\n".join(texts)[:TEXT])


def _object(body: bytes, instance: int, name: str, context: Context) -> None:
    if instance == 0:
        context.member(name, body)
        return
    try:
        content, whole = inflate(body[4:], context.budget.room(), ZLIB)
    except Unreadable as error:
        context.unseen(f"{name}: {error}")
        return
    context.member(name, content)
    if not whole:
        context.unseen(f"{name} is cut short or larger than what is read")


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Instance, type and body of each atom; containers are entered."""
    place = 0
    for _ in range(RECORDS):
        if place + 8 > len(data):
            return
        head, kind, size = struct.unpack_from("<HHI", data, place)
        place += 8
        if head & 0xF != 0xF:
            yield head >> 4, kind, data[place : place + size]
            place += size
