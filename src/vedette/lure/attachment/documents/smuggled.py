"""Files written into a page in letters: base64, hexadecimal, number lists, however split up."""

from __future__ import annotations

import binascii
import re

from vedette.lure.attachment import kinds
from vedette.lure.attachment.context import Context
from vedette.lure.attachment.linear import linear

FILES = 10
"""Files taken out of one page."""
LITERALS = 2_000
"""Literals looked at."""
LETTERS = 48
"""Bytes that a file in hexadecimal or numbers has at least."""

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{64,}={0,2}")
_LONG = linear(rb"[A-Za-z0-9+/=_%\\,-]{512}|[0-9, x]{512}")
_PICTURE_URL = re.compile(rb"data:(?:image|font|audio|video|text/css)[\w.+/;=-]{0,100},$", re.I)
_HEXADECIMAL = re.compile(rb"[\"'`]((?:[0-9A-Fa-f]{2}){48,})[\"'`]")
_ESCAPED = re.compile(rb"(?:\\x[0-9A-Fa-f]{2}){48,}")
_NUMBERS = re.compile(
    rb"\[\s*((?:(?:0x[0-9A-Fa-f]{1,2}|\d{1,3})\s*,\s*){48,}(?:0x[0-9A-Fa-f]{1,2}|\d{1,3}))\s*,?\s*\]"
)
_JOINED = re.compile(rb"[\"'`]\s*(?:\+|,)\s*[\"'`]|[\"'`]\s*;\s*\w{1,40}\s*\+=\s*[\"'`]")

_CARRIED = (
    kinds.CONTAINERS | kinds.PROGRAMS | kinds.SCRIPTS | kinds.SHORTCUTS | kinds.DOCUMENTS | {"html"}
)


def files(page: bytes, context: Context) -> list[tuple[str, bytes, int]]:
    """Name, bytes and place of each file in `page` that is an archive, a program, a script or a
    document. Pictures and fonts are how pages are made and are left alone."""
    found: list[tuple[str, bytes, int]] = []
    joined = _JOINED.sub(b"", page) if _JOINED.search(page) else page
    for content, start in _candidates(joined, context):
        for bytes_ in (content, content[::-1] if len(content) > 4 else b""):
            kind = kinds.kind_of(bytes_)
            if kind in _CARRIED and (kind not in kinds.SCRIPTS or _scripted(bytes_)):
                place = page.find(joined[start : start + 48])
                found.append((f"smuggled{len(found) + 1}.{kind}", bytes_, max(place, 0)))
                context.budget.time()
                break
        if len(found) >= FILES:
            context.unseen(f"over {FILES} files in one page; the rest were not opened")
            break
    return found


def packed_letters(page: bytes) -> bool:
    """Whether a literal of 512 letters is there that could be a file."""
    found = _LONG.search(page)
    return found is not None and not _PICTURE_URL.search(
        page[max(0, found.start() - 160) : found.start()]
    )


def _scripted(content: bytes) -> bool:
    # Letters that decode to a page's own script are a bundler's work; a command is not.
    return kinds.kind_of(content) in ("hta", "bat", "vbs", "wsf", "ps1")


def _candidates(page: bytes, context: Context) -> list[tuple[bytes, int]]:
    out: list[tuple[bytes, int]] = []
    for count, found in enumerate(_BASE64.finditer(page)):
        if count >= LITERALS:
            context.unseen(f"over {LITERALS} long literals; the rest were not read")
            break
        head = page[max(0, found.start() - 160) : found.start()]
        if _PICTURE_URL.search(head):
            continue
        letters = found.group()
        if _decodes(letters[:64]):
            out += [(content, found.start()) for content in _base64(letters)]
        if _decodes(letters.rstrip(b"=")[:-65:-1]):
            out += [(content, found.start()) for content in _base64(letters.rstrip(b"=")[::-1])]
    escaped = page.count(b"\\x") >= LETTERS
    for pattern in (_HEXADECIMAL, _ESCAPED) if escaped else (_HEXADECIMAL,):
        for found in pattern.finditer(page):
            digits = found[1] if pattern is _HEXADECIMAL else found.group().replace(b"\\x", b"")
            out.append((bytes.fromhex(digits.decode("ascii")), found.start()))
    for found in _NUMBERS.finditer(page):
        values = [
            int(word, 0) & 0xFF
            for word in re.findall(r"0x[0-9A-Fa-f]+|[1-9]\d*|0", found[1].decode())
        ]
        out.append((bytes(values), found.start()))
    for content, _ in out:
        context.budget.take(len(content))
    return out


def _decodes(letters: bytes) -> bool:
    """Whether the first letters give the head of a kind that matters."""
    for content in _base64(letters[:64]):
        if kinds.kind_of(content + b"\0" * 64) in _CARRIED or content[:2] in (b"MZ", b"PK"):
            return True
        # A second coat of base64, or text in 16-bit letters, is decided on the whole.
        if content[:1] in b"<TUSM" or b"\0" in content[:8] or content.isascii():
            return True
    return False


def _base64(letters: bytes) -> list[bytes]:
    plain = letters.translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    try:
        content = binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))
    except binascii.Error:
        return []
    if len(content) > 32 and re.fullmatch(rb"[A-Za-z0-9+/=\s]+", content):
        try:
            return [content, binascii.a2b_base64(content + b"=" * (-len(content) % 4))]
        except binascii.Error:
            return [content]
    return [content]
