"""Transformations of percent-encoding: `urlDecode`, `urlDecodeUni`, `urlEncode`, `utf8toUnicode`.

Behaviour: ModSecurity 3 (reference manual, "Transformation functions"). What is not well-formed
stays as it is; `+` is a space.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_HEX = rb"[0-9A-Fa-f]"
_BYTE = re.compile(rb"%(?:" + _HEX + rb"{2})")
_BYTE_OR_UNIT = re.compile(rb"%(?:[uU](" + _HEX + rb"{4})|" + _HEX + rb"{2})")
_DECODED = {
    b"%" + (first + second).encode(): bytes([int(first + second, 16)])
    for first in "0123456789ABCDEFabcdef"
    for second in "0123456789ABCDEFabcdef"
}

_KEPT = frozenset(b"*0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_TO_ENCODE = re.compile(rb"[^*0-9A-Za-z]")
_ENCODED = {
    bytes([byte]): b"+" if byte == 0x20 else b"%%%02x" % byte
    for byte in range(256)
    if byte not in _KEPT
}

_LEADS = re.compile(
    rb"[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3}"
    rb"|[\xc0-\xf7]|\x00(?!\Z)"
)


def url_decode(value: bytes) -> bytes:
    """`%` and two hexadecimal digits are the byte, `+` a space."""
    if b"+" in value:
        value = value.replace(b"+", b" ")
    return _BYTE.sub(_decoded, value) if b"%" in value and _BYTE.search(value) else value


def _decoded(match: re.Match[bytes]) -> bytes:
    return _DECODED[match[0]]


def url_decode_uni(unicode_map: Mapping[int, int] | None = None) -> Callable[[bytes], bytes]:
    """`urlDecodeUni`: as `urlDecode`, and `%u` with four hexadecimal digits is the byte that
    `unicode_map` has for the character (SecUnicodeMapFile, read by `read_unicode_map`). Where the
    map has none, it is the lower byte; of a full-width character (FF01 to FF5E) the ASCII one."""
    units = dict(unicode_map or {})

    def replaced(match: re.Match[bytes]) -> bytes:
        digits = match[1]
        if digits is None:
            return _DECODED[match[0]]
        character = int(digits, 16)
        mapped = units.get(character)
        if mapped is not None:
            return bytes([mapped])
        return bytes([narrow(character)])

    def decode(value: bytes) -> bytes:
        if b"+" in value:
            value = value.replace(b"+", b" ")
        if b"%" in value and _BYTE_OR_UNIT.search(value):
            return _BYTE_OR_UNIT.sub(replaced, value)
        return value

    return decode


def narrow(character: int) -> int:
    """The byte that a 16-bit character becomes: its lower one, or what a full-width form shows."""
    low = character & 0xFF
    return low + 0x20 if character >> 8 == 0xFF and 0 < low < 0x5F else low


def url_encode(value: bytes) -> bytes:
    """All but letters, digits and `*` as `%` and two small hexadecimal digits; a space as `+`."""
    return _TO_ENCODE.sub(_encoded, value)


def _encoded(match: re.Match[bytes]) -> bytes:
    return _ENCODED[match[0]]


def utf8_to_unicode(value: bytes) -> bytes:
    """Each UTF-8 sequence of two to four bytes becomes `%u` and four (or more) small hexadecimal
    digits, as `urlDecodeUni` reads them. As in ModSecurity a first byte without the rest is left
    out, as is a NUL but at the end; behind a surrogate or an overlong form its first byte follows.
    """
    if value.isascii() and b"\0" not in value:
        return value
    made = _LEADS.sub(_unit, value)
    return value if made == value else made


def _unit(match: re.Match[bytes]) -> bytes:
    sequence = match[0]
    lead = sequence[:1]
    count = len(sequence)
    if count == 1:
        return lead if lead >= b"\xf5" else b""
    character = sequence[0] & (0xFF >> (count + 1))
    for byte in sequence[1:]:
        character = character << 6 | byte & 0x3F
    made = b"%%u%04x" % character
    if lead >= b"\xf5":
        made = lead + made
    if 0xD800 <= character <= 0xDFFF:
        made += lead
    if character < (0x80, 0x800, 0x10000)[count - 2]:
        made += lead
    return made
