"""The lines of a head, for requests and responses alike (RFC 9110 5.5, 5.6.2; RFC 9112 5)."""

from __future__ import annotations

import re
from typing import Final

from vedette.seclang.request import Header

_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
# Every line whole (no possessive repeats of groups: Python before 3.11.5 takes them wrongly,
# gh-106052): a name, a colon right behind it, a value without control characters.
_ALL: Final = re.compile(rb"(?:" + _TOKEN + rb"+:[\t\x20-\x7e\x80-\xff]*+\r\n)*")
_EACH: Final = re.compile(rb"([^:]+):[ \t]*([^\r]*)\r\n")
_TOKEN_ALONE: Final = re.compile(_TOKEN)
_STRAY: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n|\0")


def stray(data: bytes | bytearray, start: int, end: int) -> bool:
    """Whether a bare CR, a bare LF or a NUL stands in `data[start:end]`. The byte at `end` and the
    one before `start` are looked at for the other half of a line end."""
    return _STRAY.search(data, max(start - 1, 0), end) is not None


def is_token(data: bytes) -> bool:
    """Whether this is a token (RFC 9110 5.6.2): a name of a method or field."""
    return _TOKEN_ALONE.fullmatch(data) is not None


def split_fields(block: bytes, start: int, end: int) -> list[Header] | None:
    """The fields in `block[start:end]`, in order, the last one's CRLF included.
    None where a line is no field: a space before the colon, a folded line, a control character."""
    if _ALL.fullmatch(block, start, end) is None:
        return None
    return [
        (name, value) if value[-1:] not in (b" ", b"\t") else (name, value.rstrip(b" \t"))
        for name, value in _EACH.findall(block, start, end)
    ]


def listed(value: bytes) -> list[bytes]:
    """The members of a list field, lower case (RFC 9110 5.6.1)."""
    return [part for piece in value.lower().split(b",") if (part := piece.strip(b" \t"))]
