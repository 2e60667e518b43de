"""Mailboxes in one file: mboxo, mboxrd and mboxcl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Protocol

_SEPARATOR: Final = re.compile(rb"From [^\r\n]*?\d{1,2}:\d\d[^\r\n]*\r?\n|From \S+[ \t]*\r?\n")
_QUOTED: Final = re.compile(rb"(?m)^>(>*From )")
_EMPTY_END: Final = re.compile(rb"(\n)\r?\n\Z")
_LENGTH: Final = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,12})[ \t]*\r?$")


class Bytes(Protocol):
    """What a mailbox lies in: bytes or a memory map."""

    def find(self, sub: bytes, start: int = ..., end: int = ..., /) -> int: ...
    def __getitem__(self, index: slice, /) -> bytes: ...
    def __len__(self) -> int: ...


def is_mbox(head: bytes) -> bool:
    """True if a mailbox begins with these bytes."""
    return _SEPARATOR.match(head.lstrip(b"\r\n")) is not None


def messages(data: Bytes) -> Iterator[bytes]:
    """The messages of a mailbox in order, as they were before they were put there.

    A message begins after a `From ` line that has a time or an address alone, at the beginning or
    after an empty line. A Content-Length that leads to the next such line or the end is believed
    (mboxcl2); else one `>` is taken from quoted `>From ` lines (mboxrd; mboxo's own writing can't
    be told from it).
    """
    size = len(data)
    at = 0
    while at < size and data[at : at + 1] in (b"\r", b"\n"):
        at += 1
    while at < size:
        line_end = data.find(b"\n", at, at + 4096)
        start = line_end + 1 if line_end >= 0 else at
        stop = _by_length(data, start, size)
        exact = stop is not None
        if stop is None:
            stop = _next_separator(data, start, size)
        raw = data[start:stop]
        if not exact and b">From " in raw:
            raw = _QUOTED.sub(rb"\1", raw)
        at = stop
        while at < size and data[at : at + 1] in (b"\r", b"\n"):
            at += 1
        if not exact:  # the empty line after a message is the mailbox's
            raw = _EMPTY_END.sub(rb"\1", raw)
        if raw.strip():
            yield raw


def _next_separator(data: Bytes, start: int, size: int) -> int:
    at = start
    while True:
        at = data.find(b"\nFrom ", at, size)
        if at < 0:
            return size
        before = data[max(at - 2, 0) : at]
        if before.endswith((b"\n", b"\n\r")) and _SEPARATOR.match(data[at + 1 : at + 1025]):
            return at + 1
        at += 1


def _by_length(data: Bytes, start: int, size: int) -> int | None:
    """Where the message ends by its Content-Length, if that leads to an end."""
    head = data[start : start + 65536]
    crlf, lf = head.find(b"\r\n\r\n"), head.find(b"\n\n")
    ends = [end for end in (crlf + 4 if crlf >= 0 else 0, lf + 2 if lf >= 0 else 0) if end]
    if not ends:
        return None
    body = min(ends)
    match = _LENGTH.search(head, 0, body)
    if match is None:
        return None
    stop = start + body + int(match[1])
    if stop > size:
        return None
    rest = data[stop : stop + 1024].lstrip(b"\r\n")
    if (not rest and stop + 1024 >= size) or _SEPARATOR.match(rest):
        return stop
    return None
