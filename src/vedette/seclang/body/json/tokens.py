"""The tokens of JSON as yajl 2 reads them, and its words for what is none."""

from __future__ import annotations

import re

# Possessive quantifiers stand on single characters only: on groups they are broken in Python
# 3.11.0 to 3.11.4.
TOKEN = re.compile(
    rb'[ \t\n\v\f\r]*+(?:([{}\[\],:])|"([\x20\x21\x23-\x5b\x5d-\x7f]*+)"?'
    rb"|(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)|(true|false|null)"
    rb"|(\Z))"
)
"""Groups: 1 punctuation, 2 the plain ASCII characters that a string begins with (the match ends
with its closing quote, or the string goes on), 3 a number, 4 a word, 5 the end. To be matched
against the text with a blank after it, as yajl does at the end."""

PUNCTUATION, STRING, NUMBER, WORD, END = 1, 2, 3, 4, 5

_START = re.compile(rb"[ \t\n\v\f\r]*+")
# What strings consist of, so many at once as keep the matcher's memory small. yajl's UTF-8 check
# knows the shape of sequences, but neither overlong ones nor surrogates nor the end of Unicode.
_CHARACTERS = re.compile(
    rb'(?:[\x20\x21\x23-\x5b\x5d-\x7f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})|[\xc0-\xdf][\x80-\xbf]'
    rb"|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3}){1,1000}"
)
_INTEGER = re.compile(rb"-?(?:0|[1-9][0-9]*+)")
_ESCAPE = re.compile(rb'\\(?:(["\\/bfnrt])|u([0-9A-Fa-f]{4}))')
_SHORT = {
    b'"': b'"',
    b"\\": b"\\",
    b"/": b"/",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
}


def broken_number(text: bytes, start: int, end: int) -> str:
    """What yajl says of the number at `text[start:end]` because of what follows it, else ""."""
    number, after = text[start:end], text[end : end + 1]
    if after == b"." and _INTEGER.fullmatch(number):
        return "malformed number, a digit is required after the decimal point."
    if after in (b"e", b"E") and b"e" not in number and b"E" not in number:
        return "malformed number, a digit is required after the exponent."
    return ""


def fault(text: bytes, position: int) -> str:
    """Why there is no token at `position`: yajl's lexical error."""
    start = _START.match(text, position)
    assert start is not None  # it matches nothing, too
    position = start.end()
    byte = text[position : position + 1]
    if byte == b"-":
        return "malformed number, a digit is required after the minus sign."
    if byte == b"/":
        return "probable comment found in input text, comments are not enabled."
    if byte in (b"t", b"f", b"n"):
        return "invalid string in json text."
    return "invalid char in json text."


def string_end(text: bytes, position: int) -> int:
    """Where the string that goes on at `position` has its closing quote, or whatever else can't
    stand within a string."""
    while (match := _CHARACTERS.match(text, position)) is not None:
        position = match.end()
    return position


def string_fault(text: bytes, position: int) -> str:
    """Why a string can't go on at `position`: yajl's error, "" where the text ends."""
    byte = text[position : position + 1]
    if not byte:
        return ""
    if byte == b"\\":
        if text[position + 1 : position + 2] == b"u":
            return "invalid (non-hex) character occurs after '\\u' inside string."
        return "inside a string, '\\' occurs before a character which it may not."
    if byte < b" ":
        return "invalid character inside string."
    return "invalid bytes in UTF8 string."


def unescaped(value: bytes) -> bytes:
    """What stands between the quotes of a string, as the application will see it. A lone high
    surrogate is "?", as in yajl; yajl swallows the byte after it as well, which would hide it from
    rules, and takes whatever `\\u` follows for its other half."""
    if b"\\" not in value:
        return value
    out = []
    position = 0
    high = 0
    for match in _ESCAPE.finditer(value):
        if high and match.start() != position:
            out.append(b"?")
            high = 0
        out.append(value[position : match.start()])
        position = match.end()
        code = int(match[2], 16) if match[2] else 0
        if high:
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
                out.append(chr(code).encode())
                high = 0
                continue
            out.append(b"?")
            high = 0
        if match[1]:
            out.append(_SHORT[match[1]])
        elif 0xD800 <= code < 0xDC00:
            high = code
        else:
            out.append(chr(code).encode("utf-8", "surrogatepass"))
    if high:
        out.append(b"?")
    out.append(value[position:])
    return b"".join(out)
