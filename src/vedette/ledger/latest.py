"""The newest entry of a kind, without reading all that came before it."""

from __future__ import annotations

import mmap
from pathlib import Path

from vedette.ledger.entry import Entry
from vedette.ledger.reading import entries, shape


def latest(folder: Path, kind: str) -> Entry | None:
    """The newest acknowledged entry of this kind, None where there is none.

    Looked for from the end; what is found is checked as `entries` does it. Raises
    LedgerDamagedError, UnreadableError.
    """
    found = shape(folder)
    size = found.head.size if found.head is not None else 0
    for first, path in reversed(found.segments):
        if first < size and (index := _last(path, kind, size)) is not None:
            return next(entries(folder, index, index + 1))
    return None


def _last(path: Path, kind: str, size: int) -> int | None:
    """The index of the last entry of the kind in a segment, below `size`."""
    # Canonical JSON has no space between its parts and none of its strings a bare quote: what
    # begins so is an entry, nothing within one.
    begins = b' {"kind":"%b",' % kind.encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.rfind(begins)
        while at >= 0:
            start = data.rfind(b"\n", 0, at) + 1
            number = data[start:at].partition(b" ")[0]
            if number.isdigit() and int(number) < size:
                return int(number)
            at = data.rfind(begins, 0, at)
    return None
