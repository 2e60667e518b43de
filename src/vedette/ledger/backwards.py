"""The newest entries first, for people who look: read from the end of the files, unproven.

What is proven (`verification`) is read from the start; who only wants to see the last hundred of
ten million entries does not wait for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from vedette.ledger.entry import Entry, parsed
from vedette.ledger.errors import EntryError, Fault, LedgerDamagedError
from vedette.ledger.frames import MAX_LINE
from vedette.ledger.head import NAME
from vedette.ledger.reading import shape

BLOCK: Final = 1 << 16
_LINK: Final = 33
"""Characters of a link and the space behind it."""


def newest(folder: Path, before: int | None = None) -> Iterator[Entry]:
    """The acknowledged entries with an index below `before`, the last first.

    Raises UnreadableError where there is no ledger, LedgerDamagedError at a line that is none.
    """
    found = shape(folder)
    if found.head is None:
        raise LedgerDamagedError(Fault(0, folder / NAME, 1, "the head is missing or altered"))
    end = found.head.size if before is None else min(before, found.head.size)
    for first, path in reversed(found.segments):
        if first >= end:
            continue
        with path.open("rb") as file:
            for line in _backwards(file):
                number, _, rest = line.partition(b" ")
                if not number.isdigit():
                    raise LedgerDamagedError(Fault(first, path, 1, "a line of it has no number"))
                index = int(number)
                if index >= end:
                    continue  # a write under way, or what the caller has seen
                try:
                    yield parsed(index, rest[_LINK:])
                except EntryError as error:
                    raise LedgerDamagedError(Fault(index, path, 1, str(error))) from error


def _backwards(file: BinaryIO) -> Iterator[bytes]:
    """The whole lines of a segment but its header, the last first."""
    file.seek(0)
    begin = len(file.readline(MAX_LINE))
    at = file.seek(0, 2)
    left = b""
    last = True
    while at > begin:
        size = min(BLOCK, at - begin)
        at -= size
        file.seek(at)
        block = file.read(size) + left
        lines = block.split(b"\n")
        left = lines[0]
        if last and len(lines) > 1:
            last = False
            lines[-1] = b""  # behind the last line's end: nothing, or a write under way
        for line in reversed(lines[1:]):
            if line:
                yield line
    if left and not last:
        yield left
