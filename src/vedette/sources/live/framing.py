"""Where one syslog message ends in a stream (RFC 6587)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAX_DIGITS: Final = 9
"""Digits of an octet count: more is no message that anyone would take."""


@dataclass(slots=True)
class Deframer:
    """Cuts one connection's bytes into messages of at most `limit` bytes.

    Each message is either counted (`LENGTH SP MESSAGE`, section 3.4.1) or ended by LF (or NUL, as
    some senders do; section 3.4.2); which of the two shows at the first byte of each, so that a
    connection may even mix them. Counts begin with 1 to 9, messages with `<` or anything else.

    A message over the limit is cut to it and counted in `cut`; bytes that can't be framed are
    taken as a line.
    """

    limit: int
    cut: int = 0
    _held: bytearray = field(default_factory=bytearray)
    _skip: int = 0
    _skip_line: bool = False

    @property
    def held(self) -> int:
        """Bytes of a message that is not whole yet."""
        return len(self._held)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are complete now."""
        self._held += data
        at = 0
        while True:
            at = self._pass_over(at)
            if at >= len(self._held):
                break
            end, message = self._next(at)
            if end is None:
                break
            at = end
            if message:
                yield message
        del self._held[:at]

    def close(self) -> Iterator[bytes]:
        """The connection is over: what was not ended is a message as well (rsyslog, syslog-ng and
        others write no LF after the last one)."""
        if self._held and not self._skip and not self._skip_line:
            count, start = self._count(0)
            rest = bytes(self._held[start:]) if count else bytes(self._held)
            if count and len(rest) < count:
                self.cut += 1
            if rest.strip(b"\r\n\0"):
                yield rest.rstrip(b"\r\n\0")
        self._held.clear()

    def _pass_over(self, at: int) -> int:
        """The place after what is left of a message that was cut."""
        if self._skip:
            step = min(self._skip, len(self._held) - at)
            self._skip -= step
            at += step
        if self._skip_line:
            end = self._line_end(at)
            if end < 0:
                return len(self._held)
            self._skip_line = False
            at = end + 1
        return at

    def _next(self, at: int) -> tuple[int | None, bytes]:
        """Where the next message ends and what it is; None where it is not whole yet."""
        held = self._held
        count, start = self._count(at)
        if count < 0:
            return None, b""
        if count:
            size = min(count, self.limit)
            if len(held) - start < size:
                return None, b""
            if count > size:
                self.cut += 1
                self._skip = count - size
            return start + size, bytes(held[start : start + size]).rstrip(b"\r\n\0")
        end = self._line_end(at)
        if end < 0 and len(held) - at <= self.limit:
            return None, b""
        if end < 0 or end - at > self.limit:
            self.cut += 1
            self._skip_line = end < 0
            message = bytes(held[at : at + self.limit])
            return (at + self.limit if end < 0 else end + 1), message
        return end + 1, bytes(held[at:end]).rstrip(b"\r\0")

    def _count(self, at: int) -> tuple[int, int]:
        """The octet count at `at` and where its message begins; (0, at) where there is none,
        (-1, at) where more bytes must come to tell."""
        held = self._held
        if at >= len(held) or not 0x31 <= held[at] <= 0x39:
            return 0, at
        end = at
        while end < len(held) and 0x30 <= held[end] <= 0x39 and end - at <= MAX_DIGITS:
            end += 1
        if end - at > MAX_DIGITS:
            return 0, at
        if end == len(held):
            return -1, at
        return (int(held[at:end]), end + 1) if held[end] == 0x20 else (0, at)

    def _line_end(self, at: int) -> int:
        ends = [end for end in (self._held.find(b"\n", at), self._held.find(b"\0", at)) if end >= 0]
        return min(ends, default=-1)
