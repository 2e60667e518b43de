"""Which response bodies rules look into, and how much of them."""

from __future__ import annotations

from collections.abc import Collection


def response_type(content_type: bytes) -> bytes:
    """RESPONSE_CONTENT_TYPE: the Content-Type without its parameters."""
    return content_type.partition(b";")[0]


def is_inspected(content_type: bytes, types: Collection[str]) -> bool:
    """Whether a response of this Content-Type is among SecResponseBodyMimeType's `types`.

    Compared without case and blanks: ModSecurity 3 compares bytes, and so passes over
    `Text/HTML`. A response without a type is inspected where "null" is among them, as
    ModSecurity 2 has it.
    """
    mime = response_type(content_type).strip().lower()
    if not mime:
        return "null" in types
    return mime.decode("latin-1") in types


class Held:
    """The first `limit` bytes of a body that comes in pieces. Its charset does not matter here:
    rules look at bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self.over = False
        """More than `limit` bytes came: OUTBOUND_DATA_ERROR (for requests INBOUND_DATA_ERROR)."""

    def add(self, piece: bytes) -> None:
        """Take the next piece, or what there is room for."""
        room = self._limit - self._size
        if len(piece) > room:
            self.over = True
            piece = piece[:room]
        if piece:
            self._pieces.append(piece)
            self._size += len(piece)

    def content(self) -> bytes:
        """What was held."""
        if len(self._pieces) > 1:
            self._pieces = [b"".join(self._pieces)]
        return self._pieces[0] if self._pieces else b""
