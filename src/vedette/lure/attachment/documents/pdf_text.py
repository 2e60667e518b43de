"""The text of a PDF as far as its strings are plain letters; fonts' own codes are not undone.

Source: ISO 32000-2, 9.4.3 (text-showing operators).
"""

from __future__ import annotations

import re

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents.pdf_file import PdfFile
from vedette.lure.attachment.documents.pdf_objects import parse

TEXT = 64 * 1024
"""Characters read."""
STREAMS = 200
"""Content streams looked at."""
STREAM = 256 * 1024
"""Bytes unpacked of one content stream; what is drawn in more than that is a picture."""
UNPACKED = 1 << 20
"""Bytes unpacked of all of them."""

_OTHER = re.compile(
    rb"/(?:Image|XRef|ObjStm|EmbeddedFile|Metadata|Length[123]|FunctionType|Alternate|DCTDecode|"
    rb"JPXDecode|CCITTFaxDecode|JBIG2Decode|CMapName|ShadingType|PatternType|FontFile|Type1C|CIDFontType0C|OpenType)\b"
)
_SHOWN = re.compile(
    rb"\(((?:[^()\\]++|\\[\s\S]|\([^()\\]{0,500}\))*+)\)\s*(?:Tj|'|\")|"
    rb"\[([^\[\]]{0,20000})\]\s*TJ|(T\*|\bTd\b|\bTD\b|\bET\b)"
)
_LETTERS = re.sub(rb"[^A-Za-z0-9\s\xc0-\xff]", b"", bytes(range(256)))
_CONTROLS = re.sub(rb"[^\x00-\x08\x0e-\x1f]", b"", bytes(range(256)))
_PICTURE = re.compile(rb"\bID[\0\t\n\f\r ]")
_PICTURE_END = re.compile(rb"EI(?=[\0\t\n\f\r ]|$)")
_PIECE = re.compile(rb"\(((?:[^()\\]++|\\[\s\S])*+)\)|(-\d{3,})")


def text(file: PdfFile, context: Context) -> str:
    """At most 64 KB of text, "" where the strings are no letters."""
    pieces: list[bytes] = []
    size = unpacked = streams = 0
    for body in file.bodies:
        if not body.end or _OTHER.search(body.text):
            continue
        content = file.stream(body, STREAM)
        streams += 1
        unpacked += len(content)
        if b"BT" in content:
            shown = _shown(content, TEXT - size)
            size += len(shown)
            pieces.append(shown)
        if size >= TEXT or streams >= STREAMS or unpacked >= UNPACKED:
            break
    raw = re.sub(rb"\n{2,}", b"\n", b"\n".join(pieces))
    start = raw[:2000]
    # Fonts with codes of their own give control characters and odd letters: no text for a reader.
    letters = len(start) - len(start.translate(None, _LETTERS))
    controls = len(start) - len(start.translate(None, _CONTROLS))
    plain = letters * 3 > len(start) * 2 and controls * 20 < len(start)
    return raw.decode("cp1252", "replace").strip()[:TEXT] if plain else ""


def _without_pictures(content: bytes) -> bytes:
    """A content stream without its inline pictures, whose data may look like strings."""
    if b"BI" not in content:
        return content
    pieces: list[bytes] = []
    place = 0
    while found := _PICTURE.search(content, place):
        pieces.append(content[place : found.start()])
        end = _PICTURE_END.search(content, found.end())
        if end is None:
            return b"".join(pieces)
        place = end.end()
    return b"".join([*pieces, content[place:]])


def _shown(content: bytes, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for found in _SHOWN.finditer(_without_pictures(content)):
        literal, array, move = found.groups()
        if literal is not None:
            raw = literal
        elif array is not None:
            # A wide step back between strings is how many writers set a space.
            raw = b"".join(one if one or not step else b" " for one, step in _PIECE.findall(array))
        else:
            raw = b"\n" if move != b"Td" else b" "
        if b"\\" in raw:
            value = parse(b"(" + raw + b")")
            raw = value if isinstance(value, bytes) else b""
        pieces.append(raw)
        size += len(raw)
        if size > most:
            break
    return b"".join(pieces)
