"""The checkpoints that were signed as a ledger grew: notes in a file, an empty line after each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from vedette.ledger.note import Checkpoint
from vedette.model.durable import write_all

NAME: Final = "checkpoints"
_LINES: Final = 6  # origin, size, root, an empty line, the signature, an empty line


def store(folder: Path, checkpoint: Checkpoint) -> None:
    """Add one, on the disk when this returns. Raises OSError with the file as it was."""
    descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        end = whole(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
        os.ftruncate(descriptor, end)  # what a crash left half written
        try:
            write_all(descriptor, f"{checkpoint.note}\n".encode(), end)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, end)
            raise
    finally:
        os.close(descriptor)


def stored(folder: Path) -> list[tuple[int, str]]:
    """The notes, each with the number of its first line, without one that was half written."""
    try:
        data = (folder / NAME).read_bytes()
    except FileNotFoundError:
        return []
    lines = data[: whole(data)].decode("utf-8", "replace").split("\n")
    return [
        (start + 1, "\n".join(lines[start : start + _LINES - 1]) + "\n")
        for start in range(0, len(lines) - 1, _LINES)
    ]


def whole(data: bytes) -> int:
    """The length of the part that is made of whole notes."""
    ends = data.count(b"\n")
    if data.endswith(b"\n") and ends % _LINES == 0:
        return len(data)
    keep = ends - ends % _LINES
    at = 0
    for _ in range(keep):
        at = data.index(b"\n", at) + 1
    return at
