"""Web access logs as text: Common, Combined, W3C extended, and those of load balancers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from vedette.sources.format import Chunk
from vedette.sources.formats.access_balancer import parse_balancer
from vedette.sources.formats.access_combined import AccessError, parse_combined
from vedette.sources.formats.access_request import Dates
from vedette.sources.formats.access_w3c import W3cHeader
from vedette.sources.formats.chunking import Gathering
from vedette.sources.formats.head import first_lines

MAX_ENTRY: Final = 256 << 10
"""Bytes of one entry; servers refuse requests of a tenth of that."""

_FIX: Final = "give the file's format with --format if this is no access log"
_FIRST_LINES: Final = 10
_DIRECTIVES: Final = (b"#Software:", b"#Version:", b"#Fields:", b"#Date:")
_W3C_FIELDS: Final = (b"c-ip", b"cs-method", b"cs-uri-stem", b"cs-uri")


class AccessReader:
    """Entries of an access log. The state is the W3C header in force, if there is one. Raises
    ValueError for a state that no reader of this kind gave."""

    def __init__(self, state: str = "") -> None:
        self._out = Gathering("access")
        self._w3c = _header(state)
        self._dates = Dates()

    def feed(self, lines: Sequence[bytes], first: int) -> list[Chunk]:
        for number, line in enumerate(lines, first):
            if line and not line.isspace():
                self._line(line, number)
        return self._out.take()

    def _line(self, line: bytes, number: int) -> None:
        if len(line) > MAX_ENTRY:
            what = f"an entry of {len(line):,} bytes, more than the limit of {MAX_ENTRY:,}"
            self._out.problem(number, what, size=len(line))
            return
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        try:
            if text.startswith("#"):
                self._w3c.take(text)
                return
            record = self._w3c.read(text) if self._w3c.ready else parse_entry(text, self._dates)
        except AccessError as error:
            self._out.problem(number, str(error), _FIX, error.column, len(line))
            return
        self._out.add(record, line, number)

    def close(self) -> list[Chunk]:
        return self._out.take()

    def held(self) -> int | None:
        return None

    def state(self) -> str:
        lines = self._w3c.lines
        return json.dumps(lines) if lines else ""


def parse_entry(text: str, dates: Dates) -> dict[str, Any]:
    """One entry of a log that has no header. Raises AccessError."""
    try:
        return parse_combined(text, dates)
    except AccessError as error:
        try:
            return parse_balancer(text)
        except AccessError:
            raise error from None


def _header(state: str) -> W3cHeader:
    if not state:
        return W3cHeader()
    try:
        lines: Any = json.loads(state)
        return W3cHeader(tuple(str(line) for line in lines))
    except (TypeError, ValueError) as error:
        raise ValueError(f"not the state of an access log's reader: {state[:80]!r}") from error


class AccessFormat:
    """Recognised by its first entry and four in five of the next, or by the fields that a W3C
    header names."""

    name = "access"

    def recognises(self, head: bytes) -> bool:
        lines = first_lines(head, _FIRST_LINES)
        if not lines:
            return False
        if lines[0].startswith(_DIRECTIVES):
            names = b" ".join(line for line in lines if line.startswith(b"#Fields:")).split()
            return any(field in names for field in _W3C_FIELDS)
        like = [_is_entry(line) for line in lines]
        return like[0] and sum(like) * 5 >= len(like) * 4

    def reader(self, state: str = "") -> AccessReader:
        return AccessReader(state)


def _is_entry(line: bytes) -> bool:
    try:
        parse_entry(line.decode("utf-8", "replace"), Dates())
    except AccessError:
        return False
    return True


FORMAT: Final = AccessFormat()
