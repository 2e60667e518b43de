"""PDF's objects read from bytes: names with their escapes, strings, arrays, dictionaries.

Source: ISO 32000-2, 7.2 and 7.3. Nothing is refused: what does not parse ends the object.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEPTH = 40
"""Arrays and dictionaries within each other."""
ITEMS = 50_000
"""Objects read of one body."""

_SKIP = re.compile(rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*)*")
_NAME = re.compile(rb"/([^\0\t\n\f\r ()<>\[\]{}/%]*)")
_NUMBER = re.compile(rb"[+-]?(?:\d{1,18}(?:\.\d*)?|\.\d+)")
_REFERENCE = re.compile(rb"(\d{1,9})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![A-Za-z])")
_HEX = re.compile(rb"<([^>]*)>?")
_WORD = re.compile(rb"[A-Za-z']+")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
_PARENS = re.compile(rb"[()\\]")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Reference(NamedTuple):
    """`12 0 R`."""

    number: int
    generation: int


class Name(str):
    """A name without its slash, escapes resolved: `/JavaScr#69pt` is "JavaScript"."""

    __slots__ = ()


Object = Name | bytes | int | float | bool | Reference | list["Object"] | dict[str, "Object"] | None


def unescape_name(raw: bytes) -> bytes:
    """A name's bytes with `#xx` resolved."""
    if b"#" not in raw:
        return raw
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes((int(found[1], 16),)), raw)


def parse(data: bytes, place: int = 0) -> Object:
    """The object that begins at `place`; None where there is none."""
    return _Parser(data).value(place, 0)[0]


def text_of(value: Object) -> str:
    """A text string: UTF-16 or UTF-8 by its mark, else one byte a letter (7.9.2.2)."""
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else ""
    if value[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return value.decode("utf-16", "replace")
    if value[:3] == b"\xef\xbb\xbf":
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")


class _Parser:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = ITEMS

    def value(self, place: int, depth: int) -> tuple[Object, int]:
        """The object at `place` and the place behind it; the same place where there is none."""
        data = self._data
        place = self._skip(place)
        self._left -= 1
        if place >= len(data) or depth > DEPTH or self._left < 0:
            return None, len(data)
        first = data[place : place + 1]
        if first == b"/":
            found = _NAME.match(data, place)
            assert found is not None
            return Name(unescape_name(found[1]).decode("latin-1")), found.end()
        if first == b"(":
            return self._literal(place)
        if data.startswith(b"<<", place):
            return self._dictionary(place + 2, depth)
        if first == b"<":
            return self._hexadecimal(place)
        if first == b"[":
            return self._array(place + 1, depth)
        if first.isdigit() and (reference := _REFERENCE.match(data, place)):
            return Reference(int(reference[1]), int(reference[2])), reference.end()
        if number := _NUMBER.match(data, place):
            text = number.group()
            return (float(text) if b"." in text else int(text)), number.end()
        if word := _WORD.match(data, place):
            return {b"true": True, b"false": False}.get(word.group()), word.end()
        return None, place

    def _skip(self, place: int) -> int:
        found = _SKIP.match(self._data, place)
        return found.end() if found else place

    def _dictionary(self, place: int, depth: int) -> tuple[Object, int]:
        found: dict[str, Object] = {}
        while self._left > 0:
            place = self._skip(place)
            if self._data.startswith(b">>", place) or place >= len(self._data):
                return found, min(place + 2, len(self._data))
            key, after = self.value(place, depth + 1)
            if not isinstance(key, Name):
                # Rubbish between entries: a forgiving reader goes on behind it.
                place = max(after, place + 1)
                continue
            place = self._skip(after)
            if self._data.startswith(b">>", place):
                continue
            value, place = self.value(place, depth + 1)
            found[str(key)] = value
        return found, len(self._data)

    def _array(self, place: int, depth: int) -> tuple[Object, int]:
        found: list[Object] = []
        while self._left > 0:
            place = self._skip(place)
            if self._data.startswith(b"]", place) or place >= len(self._data):
                return found, place + 1
            value, after = self.value(place, depth + 1)
            if after == place:
                place += 1
                continue
            found.append(value)
            place = after
        return found, len(self._data)

    def _literal(self, place: int) -> tuple[Object, int]:
        data, depth, at = self._data, 0, place
        escaped = False
        while found := _PARENS.search(data, at):
            at = found.end()
            mark = found.group()
            if mark == b"\\":
                escaped = True
                at += 1
            elif mark == b"(":
                depth += 1
            else:
                depth -= 1
                if depth == 0:
                    raw = data[place + 1 : at - 1]
                    return (_ESCAPE.sub(_escaped, raw) if escaped else raw), at
        return data[place + 1 :], len(data)

    def _hexadecimal(self, place: int) -> tuple[Object, int]:
        found = _HEX.match(self._data, place)
        assert found is not None
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", found[1])
        if len(digits) % 2:
            digits += b"0"
        return bytes.fromhex(digits.decode("ascii")), found.end()


def _escaped(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return bytes((int(found[1], 8) & 0xFF,))
    if found[2] in (b"\n", b"\r", b"\r\n"):
        return b""
    return _LETTERS.get(found[2], found[2])
