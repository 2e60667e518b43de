"""Percent-decoding as ModSecurity 3 does it: a `%` without two hexadecimal digits stays."""

from __future__ import annotations

import re

_DIGITS = b"0123456789abcdefABCDEF"
_BYTES = {
    bytes((high, low)): bytes.fromhex(chr(high) + chr(low)) for high in _DIGITS for low in _DIGITS
}
_BROKEN = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def decode_path(value: bytes) -> bytes:
    """`value` with `%XX` decoded once; `+` stays (libmodsecurity's `uri_decode`). The same object
    where there is nothing to decode."""
    return _decoded(value) if b"%" in value else value


def decode_argument(value: bytes) -> bytes:
    """`value` of a query or form: `+` is a blank, `%XX` is decoded once (libmodsecurity's
    `urldecode_nonstrict_inplace`). The same object where there is nothing to decode."""
    if b"+" in value:
        value = value.replace(b"+", b" ")
    return _decoded(value) if b"%" in value else value


def broken_percent(value: bytes) -> bool:
    """Whether a `%` without two hexadecimal digits stands anywhere in an encoded query or form:
    URLENCODED_ERROR.

    ModSecurity 3.0.15 looks at values only (a name's count is overwritten by its value's); names
    count here too.
    """
    return b"%" in value and _BROKEN.search(value) is not None


def _decoded(value: bytes) -> bytes:
    head, *pieces = value.split(b"%")
    out = [head]
    for piece in pieces:
        byte = _BYTES.get(piece[:2])
        if byte is None:
            out += (b"%", piece)
        else:
            out += (byte, piece[2:])
    return b"".join(out)
