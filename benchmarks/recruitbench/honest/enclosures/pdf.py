"""PDF files with text pages, links and, where a password is given, RC4 encryption (ISO 32000-1)."""

from __future__ import annotations

import hashlib
import struct

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_ALLOW = -44
_LINES = 46


def pdf(title: str, lines: list[str], link: str = "", password: bytes = b"") -> bytes:
    """A4 pages of Helvetica; letters outside windows-1252 become question marks."""
    key = owner = b""
    identity = hashlib.md5(title.encode()).digest()
    if password:
        owner = _rc4(hashlib.md5(_padded(password)).digest()[:5], _padded(password))
        seed = _padded(password) + owner + struct.pack("<i", _ALLOW) + identity
        key = hashlib.md5(seed).digest()[:5]
    pages = [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)] or [[]]
    first_page = 4
    kids = " ".join(f"{first_page + 2 * n} 0 R" for n in range(len(pages)))
    number_of_link = first_page + 2 * len(pages)
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        notes = f" /Annots [{number_of_link} 0 R]" if link and number == 0 else ""
        content_at = first_page + 2 * number + 1
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content_at} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >>{notes} >>".encode()
        )
        stream = _content(page, title if number == 0 else "")
        if key:
            stream = _rc4(_object_key(key, content_at), stream)
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
    if link:
        target = link.encode("ascii")
        shown = _rc4(_object_key(key, number_of_link), target) if key else target
        objects.append(
            b"<< /Type /Annot /Subtype /Link /Rect [56 780 400 800] /Border [0 0 0] "
            b"/A << /S /URI /URI <" + shown.hex().encode() + b"> >> >>"
        )
    trailer = b"/ID [<%s> <%s>]" % (identity.hex().encode(), identity.hex().encode())
    if key:
        user = _rc4(key, _PAD)
        objects.append(
            b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P %d /O <%s> /U <%s> >>"
            % (_ALLOW, owner.hex().encode(), user.hex().encode())
        )
        trailer += b" /Encrypt %d 0 R" % len(objects)
    return _file(objects, trailer)


def _file(objects: list[bytes], trailer: bytes) -> bytes:
    out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + item + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        trailer,
        start,
    )


def _content(lines: list[str], title: str) -> bytes:
    out = [b"BT /F1 10 Tf 56 786 Td 15 TL"]
    if title:
        out.append(b"/F1 15 Tf " + _shown(title) + b" Tj T* T* /F1 10 Tf")
    out.extend(_shown(line) + b" Tj T*" for line in lines)
    out.append(b"ET")
    return b"\n".join(out)


def _shown(text: str) -> bytes:
    data = text.encode("cp1252", "replace")
    return b"(" + data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def _padded(password: bytes) -> bytes:
    return (password + _PAD)[:32]


def _object_key(key: bytes, number: int) -> bytes:
    return hashlib.md5(key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10]


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    at = 0
    for number in range(256):
        at = (at + state[number] + key[number % len(key)]) & 0xFF
        state[number], state[at] = state[at], state[number]
    out = bytearray()
    left = right = 0
    for byte in data:
        left = (left + 1) & 0xFF
        right = (right + state[left]) & 0xFF
        state[left], state[right] = state[right], state[left]
        out.append(byte ^ state[(state[left] + state[right]) & 0xFF])
    return bytes(out)
