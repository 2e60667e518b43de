"""Transformations of what is escaped in CSS, JavaScript, C and HTML.

Behaviour: ModSecurity 3 (reference manual, "Transformation functions").
"""

from __future__ import annotations

import re

from vedette.seclang.transform.percent import narrow

_HEX = rb"[0-9A-Fa-f]"

_CSS = re.compile(rb"\\(?:(" + _HEX + rb"{1,6})[\t-\r ]?|\n|([\x00-\xff])|\Z)")
_JS = re.compile(
    rb"\\(?:u(" + _HEX + rb"{4})|x(" + _HEX + rb"{2})|([0-3][0-7]{0,2}|[4-7][0-7]?)|([\x00-\xff]))"
)
_C = re.compile(rb"\\(?:[xX](" + _HEX + rb"{2})|([0-7]{1,3})|([\x00-\xff]))")
_ENTITY = re.compile(
    rb"&(?:#(?:[xX](" + _HEX + rb"+)|([0-9]+))|(?i:(quot)|(amp)|(lt)|(gt)|(nbsp))[0-9A-Za-z]*);?"
)

_JS_NAMED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_JS_NAMED[b"v"] = b"\v"

_NAMED_ENTITIES = (b'"', b"&", b"<", b">", b"\xa0")

# C's strtol stops at the greatest long: its lowest byte.
_LONGEST = (1 << 63) - 1
_TOO_LARGE = b"\xff"


def css_decode(value: bytes) -> bytes:
    """A backslash with one to six hexadecimal digits, and one blank behind them, is the byte of
    the last two digits (of a full-width character the ASCII one); with a line feed it is nothing,
    with another character that one, and nothing at the end."""
    return _CSS.sub(_css, value) if b"\\" in value else value


def _css(match: re.Match[bytes]) -> bytes:
    digits = match[1]
    if digits is None:
        return match[2] or b""
    byte = int(digits[-2:], 16)
    if len(digits) >= 4 and not digits[:-4].strip(b"0"):
        byte = narrow(int(digits[-4:], 16))
    return bytes([byte])


def js_decode(value: bytes) -> bytes:
    r"""`\uHHHH` is the lower byte (of a full-width character the ASCII one), `\xHH` and up to
    three octal digits the byte, `\n` and its like what they mean; else the backslash is left out
    but at the end."""
    return _JS.sub(_js, value) if b"\\" in value else value


def _js(match: re.Match[bytes]) -> bytes:
    kind = match.lastindex
    digits = match[kind or 0]
    if kind == 4:
        return _JS_NAMED.get(digits, digits)
    if kind == 1:
        return bytes([narrow(int(digits, 16))])
    return bytes([int(digits, 16 if kind == 2 else 8)])


def escape_seq_decode(value: bytes) -> bytes:
    r"""The escapes of C: `\n` and its like, `\xHH`, one to three octal digits (the lower byte);
    else the backslash is left out but at the end."""
    return _C.sub(_c, value) if b"\\" in value else value


def _c(match: re.Match[bytes]) -> bytes:
    kind = match.lastindex
    digits = match[kind or 0]
    if kind == 3:
        return _JS_NAMED.get(digits, digits)
    return bytes([int(digits, 16 if kind == 1 else 8) & 0xFF])


def html_entity_decode(value: bytes) -> bytes:
    """Numeric character references (the lower byte) and `quot`, `amp`, `lt`, `gt`, `nbsp`, whatever
    their case, with or without a semicolon. As in ModSecurity letters and digits that follow the
    name are taken for a part of it."""
    return _ENTITY.sub(_entity, value) if b"&" in value and _ENTITY.search(value) else value


def _entity(match: re.Match[bytes]) -> bytes:
    kind = match.lastindex or 0
    if kind > 2:
        return _NAMED_ENTITIES[kind - 3]
    digits = match[kind].lstrip(b"0")
    if len(digits) > 19:
        return _TOO_LARGE
    number = int(digits or b"0", 16 if kind == 1 else 10)
    return bytes([number & 0xFF]) if number <= _LONGEST else _TOO_LARGE
