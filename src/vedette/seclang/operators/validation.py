"""@validateByteRange, @validateUrlEncoding, @validateUtf8Encoding: they hold where it is wrong."""

from __future__ import annotations

import re
from typing import Final

from vedette.seclang.operators.match import Match

_BAD_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NUMBER: Final = re.compile(r"\s*\+?(\d+)")
_BEYOND: Final = re.compile(rb"\xf4[\x90-\xbf][\x80-\xbf]{2}")
"""U+110000 to U+13FFFF: no characters, but libmodsecurity lets them pass."""


class ByteRange:
    """A byte is outside of the ranges."""

    macros = False

    def __init__(self, argument: str) -> None:
        """Ranges parted by commas: `9,10,13,32-126`. Raises ValueError."""
        allowed = bytearray()
        for each in argument.split(","):
            first, dash, last = each.partition("-")
            low = _byte(first, argument)
            high = _byte(last, argument) if dash else low
            if low > high:
                raise ValueError(f"the range {each.strip()} is empty; write the smaller byte first")
            allowed += bytes(range(low, high + 1))
        self.allowed = bytes(allowed)
        self._table = bytes(byte in self.allowed for byte in range(256))

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        wrong = value.translate(None, self.allowed)
        if not wrong:
            return None
        at = value.translate(self._table).index(b"\0")
        return Match((), at, at + 1)


def _byte(text: str, argument: str) -> int:
    found = _NUMBER.match(text)
    if found is None or int(found[1][:9]) > 255:
        raise ValueError(f"{argument!r} is no list of bytes; write 9,10,13,32-126")
    return int(found[1])


class UrlEncoding:
    """A % is not followed by two hexadecimal digits."""

    macros = False

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        if b"%" not in value:
            return None
        found = _BAD_PERCENT.search(value)
        return None if found is None else Match((), found.start(), len(value))


class Utf8Encoding:
    """The value is not UTF-8."""

    macros = False

    def holds(self, value: bytes, argument: bytes = b"") -> Match | None:
        if value.isascii():
            return None
        try:
            value.decode()
        except UnicodeDecodeError as error:
            if _BEYOND.match(value, error.start) is None:
                return Match((), error.start, len(value))
            try:
                _BEYOND.sub(b"....", value).decode()
            except UnicodeDecodeError as second:
                return Match((), second.start, len(value))
        return None
