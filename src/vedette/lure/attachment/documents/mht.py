"""Web archives (MHT): the parts of a saved page, each inspected as what it is.

Source: RFC 2557. Word and Excel save documents this way too, macros in a part of their own
(`editdata.mso`).
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.documents.inflate import ZLIB, inflate

PARTS = 100
"""Parts read of one archive."""

_BOUNDARY = re.compile(rb"boundary\s*=\s*\"?([^\"\r\n;]{1,200})", re.I)
_FIELD = re.compile(rb"^(content-[\w-]+):[ \t]*((?:.|\r?\n[ \t])*?)\r?$", re.I | re.M)
_ACTIVE_MIME = b"ActiveMime"
_MIME_DATA = 0x32
"""Byte at which the compressed stream of an ActiveMime file begins (MS-OFFMACRO's editdata)."""


def inspect(data: bytes, context: Context) -> None:
    """Hand back the parts of the archive.

    Raises:
        Unreadable: no boundary is named.
        LimitReached: the message's budget is used up.
    """
    found = _BOUNDARY.search(data, 0, 8192)
    if found is None:
        raise Unreadable("damaged: the web archive names no boundary")
    parts = data.split(b"--" + found[1].rstrip())[1:]
    if len(parts) > PARTS:
        context.unseen(f"over {PARTS} parts; the rest were not read")
    for number, part in enumerate(parts[:PARTS], 1):
        context.budget.time()
        if part[:2] == b"--":
            break
        head, _, body = part.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")
        fields = {name.lower(): value for name, value in _FIELD.findall(head)}
        content = _decoded(body, fields.get(b"content-transfer-encoding", b"").strip().lower())
        if content[:10] == _ACTIVE_MIME:
            content = _project(content, context)
        if content.strip():
            context.member(_name(fields, number), content)


def _decoded(body: bytes, encoding: bytes) -> bytes:
    if encoding == b"base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    if encoding == b"quoted-printable":
        return quopri.decodestring(body)
    return body


def _project(content: bytes, context: Context) -> bytes:
    """The compound file in an ActiveMime part."""
    place = content.find(b"\x78\x9c", _MIME_DATA - 8)
    if place < 0:
        place = _MIME_DATA
    try:
        return inflate(content[place:], context.budget.room(), ZLIB).data
    except (Unreadable, binascii.Error) as error:
        context.unseen(f"editdata.mso: {error}")
        return b""


def _name(fields: dict[bytes, bytes], number: int) -> str:
    where = fields.get(b"content-location", b"").decode("utf-8", "replace").strip()
    last = re.split(r"[\\/]", where.partition("?")[0])[-1]
    return last[:200] or f"part{number}"
