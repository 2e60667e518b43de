"""Content transfer encodings (RFC 2045 section 6), damaged or whole."""

from __future__ import annotations

import binascii
import re
from typing import Final

_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_UU_BEGIN: Final = re.compile(rb"(?m)^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?$")

IDENTITY: Final = frozenset(("", "7bit", "8bit", "binary", "8-bit", "7-bit"))


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The content, and what was wrong with its encoding ("": nothing). Never raises."""
    encoding = encoding.partition(";")[0].strip().strip("\"'").lower()
    if encoding in IDENTITY:
        return data, ""
    if encoding == "base64":
        return from_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), ""
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        found = uuencoded(data)
        if found is None:
            return data, "no uuencoded data found in it"
        return found[1], ""
    return data, f"unknown transfer encoding {encoding[:40]!r}; read as it is"


def from_base64(data: bytes) -> tuple[bytes, str]:
    """Lenient base64: strange bytes are skipped, missing padding is added, and data after a
    padding (blocks that were joined) is read too, as mail programs do."""
    body = data.rstrip(b"\r\n \t\0")
    core = body.rstrip(b"=")
    if b"=" not in core:
        try:
            return binascii.a2b_base64(body), ""
        except binascii.Error:
            return _block(core)
    pieces = [_block(piece) for piece in core.split(b"=") if piece]
    return b"".join(piece for piece, _ in pieces), "base64 goes on after its padding"


def _block(data: bytes) -> tuple[bytes, str]:
    digits = _NOT_BASE64.sub(b"", data)
    over = len(digits) % 4
    what = "" if over != 1 else "damaged base64: a digit too many"
    if over == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4)), what


def uuencoded(data: bytes, start: int = 0) -> tuple[str, bytes, int, int] | None:
    """The first uuencoded file from `start` on: its name, its content and the bytes that it takes
    up. None where there is none."""
    begin = _UU_BEGIN.search(data, start)
    if begin is None:
        return None
    name = begin[1].decode("utf-8", "replace").strip()
    at = begin.end() + 1
    pieces: list[bytes] = []
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        line = data[at:end].rstrip(b"\r")
        at = end + 1
        if line in (b"end", b"===="):
            break
        try:
            pieces.append(binascii.a2b_uu(line) if line else b"")
        except binascii.Error:
            try:  # some encoders pad lines wrongly: the count in the first byte says what counts
                pieces.append(binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3]))
            except binascii.Error:
                break
    return name, b"".join(pieces), begin.start(), min(at, len(data))
