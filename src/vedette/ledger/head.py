"""The head of a ledger: the checkpoint of everything that was acknowledged.

It is kept twice in one file, a page each. A new head goes into one page and is synced; only then
are its entries acknowledged, and the other page follows without haste, to be overwritten first
the next time. Power that fails tears at most the page being written, never the one that holds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Self

from vedette.ledger.errors import ProofError
from vedette.ledger.note import Checkpoint, PublicKey, checkpoint, unsigned_checkpoint
from vedette.model.durable import write_all, write_new

NAME: Final = "head"
_PAGE: Final = 4096


class Head:
    """The writing side."""

    def __init__(self, folder: Path, holding: int) -> None:
        """`holding` is the page that must not be touched first."""
        self._descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CLOEXEC)
        self._page = 1 - holding

    @classmethod
    def created(cls, folder: Path, first: Checkpoint) -> Self:
        """The head of a new ledger."""
        write_new(folder / NAME, _page(first) * 2)
        return cls(folder, 0)

    @property
    def number(self) -> int:
        """Of the file that is written."""
        return os.fstat(self._descriptor).st_ino

    def write(self, now: Checkpoint) -> None:
        """Make it the head. Raises OSError, after which nobody knows which of the two it is."""
        page = _page(now)
        write_all(self._descriptor, page, self._page * _PAGE)
        os.fdatasync(self._descriptor)
        self._page = 1 - self._page
        write_all(self._descriptor, page, self._page * _PAGE)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1


def pages(folder: Path) -> list[str]:
    """The notes in the two pages, whether or not they are sound. Raises FileNotFoundError."""
    with (folder / NAME).open("rb") as file:
        data = file.read(2 * _PAGE)
    texts = (data[:_PAGE], data[_PAGE:])
    return [text.decode("utf-8", "replace").rstrip("\n") + "\n" for text in texts]


def newest(notes: Sequence[str], keys: Iterable[PublicKey]) -> tuple[int, Checkpoint] | None:
    """Which of the notes is the head, and its checkpoint; None where neither is signed by one of
    the keys."""
    signers = list(keys)
    best: tuple[int, Checkpoint] | None = None
    for number, note in enumerate(notes):
        for key in signers:
            try:
                found = checkpoint(note, key)
            except ProofError:
                continue  # torn, or of another key: the other page holds
            if best is None or found.size > best[1].size:
                best = number, found
    return best


def _page(now: Checkpoint) -> bytes:
    unsigned_checkpoint(now.note)
    return now.note.encode().ljust(_PAGE, b"\n")
