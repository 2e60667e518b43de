"""Chunked bodies (RFC 9112 7.1), read strictly and piece by piece."""

from __future__ import annotations

import re
from typing import Final

from vedette.shield.proxy.http.limits import Limits

# A size in hex, without sign, blank or 0x; 15 digits stay within 64 bits signed. Extensions are
# refused: nobody sends them but those who look for a parser that ends the line elsewhere.
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})\r\n")
_TRAILERS: Final = re.compile(rb"(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n")
_MOST_LINE: Final = 17

LAST: Final = b"0\r\n\r\n"


class BadChunk(ValueError):
    """Not the chunked coding."""


class Chunks:
    """Takes the payload out of a chunked body. Trailers are read and dropped (RFC 9110 6.5.1)."""

    __slots__ = ("_left", "_limits", "_state", "done")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = 0
        self._state = _size
        self.done = False

    def feed(self, buffer: bytearray, most: int) -> bytes:
        """Up to `most` bytes of payload, taken off the front of `buffer` with what frames them.
        b"" where more has to come, or where it is `done`. Raises BadChunk."""
        out: list[bytes] = []
        got = 0
        start = 0
        while not self.done:
            if self._state is _data:
                if not (piece := bytes(buffer[start : start + min(self._left, most - got)])):
                    break
                out.append(piece)
                got += len(piece)
                start += len(piece)
                self._left -= len(piece)
                if not self._left:
                    self._state = _data_end
                continue
            moved = self._state(self, buffer, start)
            if moved == start:
                break
            start = moved
        del buffer[:start]
        return out[0] if len(out) == 1 else b"".join(out)


def _size(chunks: Chunks, buffer: bytearray, start: int) -> int:
    found = _SIZE.match(buffer, start)
    if found is None:
        rest = bytes(buffer[start : start + _MOST_LINE])
        if len(rest) == _MOST_LINE or b"\n" in rest or not _may_be_size(rest):
            raise BadChunk("chunk size")
        return start
    chunks._left = int(found[1], 16)
    chunks._state = _data if chunks._left else _trailers
    return found.end()


def _may_be_size(rest: bytes) -> bool:
    digits = rest.removesuffix(b"\r")
    return not rest or (0 < len(digits) < _MOST_LINE - 1 and not digits.strip(_HEX))


_HEX: Final = b"0123456789abcdefABCDEF"


def _data(chunks: Chunks, buffer: bytearray, start: int) -> int:
    raise AssertionError("payload is taken by feed")


def _data_end(chunks: Chunks, buffer: bytearray, start: int) -> int:
    end = bytes(buffer[start : start + 2])
    if not b"\r\n".startswith(end):
        raise BadChunk("end of a chunk")
    if len(end) < 2:
        return start
    chunks._state = _size
    return start + 2


def _trailers(chunks: Chunks, buffer: bytearray, start: int) -> int:
    if buffer.startswith(b"\r\n", start):
        end = start + 2
    else:
        stop = buffer.find(b"\r\n\r\n", start)
        if stop < 0:
            if len(buffer) - start > chunks._limits.trailers:
                raise BadChunk("trailers too long")
            return start
        end = stop + 4
        if end - start > chunks._limits.trailers or not _TRAILERS.fullmatch(buffer, start, end):
            raise BadChunk("trailers")
    chunks.done = True
    return end


def chunk(data: bytes) -> bytes:
    """One chunk that holds `data`, which is not empty."""
    return b"%x\r\n%b\r\n" % (len(data), data)
