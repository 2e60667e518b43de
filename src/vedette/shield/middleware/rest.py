"""A WSGI input whose beginning was read already."""

from __future__ import annotations

import io
from typing import Any


class Rest(io.RawIOBase):
    """The beginning, then what is left of the server's stream. `left` bytes of it belong to the
    request (None: it ends by itself); PEP 3333 forbids to read on."""

    def __init__(self, beginning: bytes, stream: Any, left: int | None) -> None:
        super().__init__()
        self._beginning = memoryview(beginning)
        self._stream = stream
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        if self._beginning:
            count = min(len(view), len(self._beginning))
            view[:count] = self._beginning[:count]
            self._beginning = self._beginning[count:]
            return count
        size = len(view) if self._left is None else min(len(view), self._left)
        if size <= 0:
            return 0
        data = self._stream.read(size)
        if self._left is not None:
            self._left = self._left - len(data) if data else 0
        view[: len(data)] = data
        return len(data)


def after(beginning: bytes, stream: Any, left: int | None) -> io.BufferedIOBase:
    """What an application reads in place of the server's stream."""
    if left == 0:
        return io.BytesIO(beginning)
    return io.BufferedReader(Rest(beginning, stream, left))
