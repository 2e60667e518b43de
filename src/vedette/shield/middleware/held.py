"""Pieces of a body, held back until enough of it was seen."""

from __future__ import annotations

from vedette.shield.middleware.settings import MOST_PIECES


class Held:
    """The beginning of a body. Pieces keep their bounds, up to MOST_PIECES of them: a peer that
    sends single bytes must not cost an object for each."""

    __slots__ = ("_last", "pieces", "size", "wanted")

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.pieces: list[bytes] = []
        self.size = 0
        self._last: bytearray | None = None

    def add(self, piece: bytes) -> None:
        """Keep a piece."""
        self.size += len(piece)
        if len(self.pieces) < MOST_PIECES:
            self.pieces.append(piece)
        elif self._last is None:
            self._last = bytearray(piece)
        else:
            self._last += piece

    @property
    def enough(self) -> bool:
        """More than wanted has come: no more need be held to judge it."""
        return self.size > self.wanted

    def shown(self) -> tuple[bytes, bool]:
        """What to judge, and whether it is cut."""
        self.all()
        data = self.pieces[0] if len(self.pieces) == 1 else b"".join(self.pieces)
        return (data[: self.wanted], True) if self.enough else (data, False)

    def all(self) -> list[bytes]:
        """Every piece in order."""
        if self._last is not None:
            self.pieces.append(bytes(self._last))
            self._last = None
        return self.pieces
