"""Transformations to and from base64 and hexadecimal digits, digests, parity and length.

Behaviour: ModSecurity 3 (reference manual, "Transformation functions") and the base64 decoder of
Mbed TLS that it uses.
"""

from __future__ import annotations

import binascii
import hashlib
import re

_BASE64 = re.compile(rb"[+/0-9A-Za-z]*={0,2}")
_DIGITS = b"+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NO_DIGITS = bytes(sorted(set(range(256)) - set(_DIGITS)))
_LAST_PAD = re.compile(rb"=(?!=)")

_HEX_PAIRS = re.compile(rb"(?:[0-9A-Fa-f]{2})*[\x00-\xff]?")
_SQL_HEX = re.compile(rb"0[xX]((?:[0-9A-Fa-f]{2})+)")

_SEVEN = bytes(byte & 0x7F for byte in range(256))
_EVEN = bytes(byte & 0x7F | byte.bit_count() % 2 << 7 for byte in range(256))
_ODD = bytes(byte & 0x7F | (byte.bit_count() + 1) % 2 << 7 for byte in range(256))

UNCHANGED_BY_EVEN = bytes(byte for byte in range(256) if _EVEN[byte] == byte)
UNCHANGED_BY_ODD = bytes(byte for byte in range(256) if _ODD[byte] == byte)


def base64_decode(value: bytes) -> bytes:
    """Base64 (RFC 4648, section 4) up to the first NUL, with line ends and the spaces before them;
    left as it is where it is not whole and sound."""
    text = value if b"\0" not in value else value[: value.index(b"\0")]
    if b"\n" in text or text[-1:] == b" ":
        *lines, last = text.split(b"\n")
        text = b"".join(line.removesuffix(b"\r").rstrip(b" ") for line in lines) + last.rstrip(b" ")
    if len(text) % 4 or not _BASE64.fullmatch(text):
        return value
    return binascii.a2b_base64(text)


def base64_decode_ext(value: bytes) -> bytes:
    """Base64 (RFC 4648, section 4); what is no digit is passed over, as is an unfinished end. As in
    ModSecurity nothing is left where padding stands behind the first digit of a group (or where
    that digit is the last, and a 9)."""
    digits = value.translate(None, _NO_DIGITS)
    if b"=" in value:
        read = at = 0
        for pad in _LAST_PAD.finditer(value):
            read += len(value[at : pad.start()].translate(None, _NO_DIGITS))
            at = pad.start()
            if read % 4 == 1:
                return b""
    if len(digits) % 4 == 1:
        if value[-1:] == b"9":
            return b""
        digits = digits[:-1]
    count = len(digits) * 3 // 4
    return binascii.a2b_base64(digits + b"A" * (-len(digits) % 4))[:count]


def base64_encode(value: bytes) -> bytes:
    """Base64 (RFC 4648, section 4)."""
    return binascii.b2a_base64(value, newline=False)


def hex_decode(value: bytes) -> bytes:
    """Each two digits become a byte, one left over is dropped. No digit is refused: as in
    ModSecurity any byte is reckoned as if it were one."""
    if _HEX_PAIRS.fullmatch(value):
        return binascii.a2b_hex(value[: len(value) // 2 * 2])
    halves = [_digit(byte) for byte in value]
    pairs = zip(halves[::2], halves[1::2], strict=False)
    return bytes((high * 16 + low) & 0xFF for high, low in pairs)


def _digit(byte: int) -> int:
    return (byte & 0xDF) - 0x41 + 10 if byte >= 0x41 else byte - 0x30


def hex_encode(value: bytes) -> bytes:
    """Each byte as two small hexadecimal digits."""
    return binascii.b2a_hex(value)


def sql_hex_decode(value: bytes) -> bytes:
    """`0x` and pairs of hexadecimal digits become the bytes."""
    return _SQL_HEX.sub(_bytes, value) if _SQL_HEX.search(value) else value


def _bytes(match: re.Match[bytes]) -> bytes:
    return binascii.a2b_hex(match[1])


def md5(value: bytes) -> bytes:
    """The 16 bytes of its MD5."""
    return hashlib.md5(value, usedforsecurity=False).digest()


def sha1(value: bytes) -> bytes:
    """The 20 bytes of its SHA-1."""
    return hashlib.sha1(value, usedforsecurity=False).digest()


def length(value: bytes) -> bytes:
    """The number of its bytes, in decimal digits."""
    return b"%d" % len(value)


def parity_zero(value: bytes) -> bytes:
    """`parityZero7bit`: the highest bits are 0."""
    return value if value.isascii() else value.translate(_SEVEN)


def parity_even(value: bytes) -> bytes:
    """`parityEven7bit`: the highest bits make the number of ones even (of all eight bits)."""
    made = value.translate(_EVEN)
    return value if made == value else made


def parity_odd(value: bytes) -> bytes:
    """`parityOdd7bit`: the highest bits make the number of ones odd (of all eight bits)."""
    made = value.translate(_ODD)
    return value if made == value else made
