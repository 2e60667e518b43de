"""Word's binary documents: text, fields, template, encryption.

Source: MS-DOC 2.5 (FIB), 2.9.38 (Clx), 2.9.177 (Pcd), 2.9.277 (SttbfAssoc).
"""

from __future__ import annotations

import re
import struct

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents import fields, outside
from vedette.lure.attachment.documents.compound import Compound
from vedette.lure.attachment.documents.targets import target

TEXT = 64 * 1024
"""Characters of text read."""
PIECES = 10_000
"""Pieces of text that are put together; each edit may make one."""

_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]+")
_FIELD = re.compile("\x13([^\x13\x14\x15]{1,4000})")
_CLX, _ASSOC = 66, 64
"""Places of the pairs fcClx and fcSttbfAssoc in FibRgFcLcb (33 and 32 pairs in)."""


def inspect(compound: Compound, context: Context) -> None:
    """Say the signs of a Word document that is open as `compound`, and give its text."""
    head = compound.read("WordDocument")
    if len(head) < 426:
        context.unseen("damaged: Word's information block is cut short")
        return
    flags = struct.unpack_from("<H", head, 10)[0]
    if flags & 0x0100:
        context.encrypted = context.encrypted or "closed"
        context.sign("archive_encrypted", context.name, kind="document")
        context.unseen("encrypted: the document opens with a password only")
        return
    table = compound.read("1Table" if flags & 0x0200 else "0Table")
    pairs = struct.unpack_from("<HH", head, 32)
    # csw 16-bit words and cslw 32-bit words stand between the base and the pairs.
    base = 32 + 2 + pairs[0] * 2
    (longs,) = struct.unpack_from("<H", head, base)
    base += 2 + longs * 4 + 2
    _template(head, table, base, context)
    text = _text(head, table, base)
    for found in _FIELD.finditer(text):
        fields.judge(found[1], "WordDocument", context)
    visible = _STRANGE.sub(" ", text.replace("\r", "\n").replace("\x07", "\t")).strip()
    if visible:
        context.text(visible[:TEXT])


def _template(head: bytes, table: bytes, base: int, context: Context) -> None:
    """The attached template: the second string of the table of associated strings."""
    start, size = struct.unpack_from("<2I", head, base + _ASSOC * 4)
    raw = table[start : start + min(size, 1 << 16)]
    place, wide = (6, True) if raw[:2] == b"\xff\xff" else (4, False)
    for index in range(2):
        if place + 2 > len(raw):
            return
        count = struct.unpack_from("<H", raw, place)[0] if wide else raw[place]
        place += 2 if wide else 1
        text = raw[place : place + count * (2 if wide else 1)]
        place += len(text)
        if index == 1 and text:
            url = text.decode("utf-16-le" if wide else "cp1252", "replace")
            where = target(url)
            if where.remote:
                context.url(url)
            outside.template(url, where, "SttbfAssoc", context)


def _text(head: bytes, table: bytes, base: int) -> str:
    """The document's text by its piece table; fields keep their marks (0x13 to 0x15)."""
    start, size = struct.unpack_from("<2I", head, base + _CLX * 4)
    clx = table[start : start + min(size, 1 << 20)]
    place = 0
    while place + 3 <= len(clx) and clx[place] == 1:
        place += 3 + struct.unpack_from("<H", clx, place + 1)[0]
    if place + 5 > len(clx) or clx[place] != 2:
        return ""
    plc = clx[place + 5 : place + 5 + struct.unpack_from("<I", clx, place + 1)[0]]
    count = min((len(plc) - 4) // 12, PIECES)
    if count < 1:
        return ""
    ends = struct.unpack_from(f"<{count + 1}I", plc, 0)
    pieces: list[str] = []
    size = 0
    for index in range(count):
        where = struct.unpack_from("<I", plc, (len(plc) - 4) // 12 * 4 + 4 + index * 8 + 2)[0]
        length = max(ends[index + 1] - ends[index], 0)
        at = where & 0x3FFFFFFF
        if where & 0x40000000:
            piece = head[at // 2 : at // 2 + length].decode("cp1252", "replace")
        else:
            piece = head[at : at + length * 2].decode("utf-16-le", "replace")
        pieces.append(piece)
        size += len(piece)
        if size > 4 * TEXT:
            break
    return "".join(pieces)
