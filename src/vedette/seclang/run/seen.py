"""Request lines and headers that came before: what was read out of them, and what plans found.

Pages, pictures and scripts are asked for again and again, and a visitor's browser says the same of
itself every time. What rules see of a request line depends on its bytes alone, and so does what any
operation says of it; likewise for headers. Both are remembered, as many as there is room for.
"""

from __future__ import annotations

from typing import Final

from vedette.scan.memo import Memo
from vedette.seclang.ir import Settings
from vedette.seclang.request import Header, Request
from vedette.seclang.run.state import Entry
from vedette.seclang.uri import (
    auth_type,
    body_processor,
    broken_percent,
    combined_size,
    parse_arguments,
    remote_user,
    server_name,
    split_target,
)

LINES: Final = 8_192
HEADS: Final = 4_096
"""Request lines and sets of headers that are remembered."""
_LONGEST: Final = 512
_LONGEST_HEAD: Final = 2_048
"""Bytes of those that are."""
_BYTES: Final = 2 << 20

PHASES: Final = 6
Ops = tuple[int, ...]
Flags = list[Ops | None]
"""The operations that are flagged, by the number of the phase; None: not known yet."""


class Line:
    """What a request line says. Everything in it is shared and never changed, but for `flags`:
    those of a phase, and behind them (`PHASES` further on) those of a phase with all arguments,
    where there are none but the query's."""

    __slots__ = ("arguments", "error", "flags", "over", "size", "target")

    def __init__(self, request: Request, settings: Settings) -> None:
        self.target = split_target(request.target, request.protocol, request.method)
        separator = settings.argument_separator.encode() or b"&"
        query = self.target.query
        self.arguments, self.over = parse_arguments(query, separator, settings.arguments_limit)
        self.size = b"%d" % combined_size(self.arguments)
        self.error = b"1" if broken_percent(query) else b"0"
        self.flags: Flags = [None] * (2 * PHASES)


class Head:
    """What the headers but for cookies say: `entries` are these headers."""

    __slots__ = ("authorization", "entries", "flags", "processor", "server", "user")

    def __init__(self, entries: tuple[Header, ...]) -> None:
        self.entries: list[Entry] = list(entries)
        self.processor = ""
        self.server = self.authorization = self.user = b""
        for name, value in entries:
            lower = name.lower()
            if lower == b"content-type":
                # Of several, the last that names a processor, as in ModSecurity 3: one behind it
                # that says nothing hides no body.
                self.processor = body_processor(value) or self.processor
            elif lower == b"host":
                self.server = server_name(value)
            elif lower == b"authorization":
                self.authorization, self.user = auth_type(value), remote_user(value)
        self.flags: Flags = [None] * PHASES


class Seen:
    """Both, by their bytes. A flood of new ones throws the old out, and makes nothing larger."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lines: Memo[tuple[bytes, bytes, bytes], Line] = Memo(LINES, _BYTES)
        self._heads: Memo[tuple[Header, ...], Head] = Memo(HEADS, _BYTES)

    def line(self, request: Request) -> Line:
        """What the request line says."""
        key = (request.method, request.target, request.protocol)
        found = self._lines.get(key)
        if found is None:
            found = Line(request, self._settings)
            size = len(found.target.line)
            if size <= _LONGEST:
                self._lines.put(key, found, size)
        return found

    def head(self, entries: tuple[Header, ...]) -> Head:
        """What these headers say, of which none is a cookie."""
        found = self._heads.get(entries)
        if found is None:
            found = Head(entries)
            size = sum(len(name) + len(value) for name, value in entries)
            if size <= _LONGEST_HEAD:
                self._heads.put(entries, found, size)
        return found
