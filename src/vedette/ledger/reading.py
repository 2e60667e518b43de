"""Reading a ledger, also while another process writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vedette.ledger import head as heads
from vedette.ledger.entry import Entry, parsed
from vedette.ledger.errors import EntryError, Fault, LedgerDamagedError
from vedette.ledger.frames import MAX_LINE, Chain, Header, header, lines, segments
from vedette.ledger.note import Checkpoint, PublicKey
from vedette.model.errors import UnreadableError


@dataclass(frozen=True, slots=True)
class Shape:
    """What lies in a ledger's folder. `head` and `page` are None where no page is sound."""

    segments: list[tuple[int, Path]]
    keys: list[PublicKey]
    head: Checkpoint | None
    page: int | None


def shape(folder: Path) -> Shape:
    """Raises UnreadableError where there is no ledger."""
    try:
        notes = heads.pages(folder)
    except FileNotFoundError:
        notes = []
    except OSError as error:
        raise UnreadableError(f"{error.filename}: {error.strerror}") from error
    found = segments(folder)
    if not found and not notes:
        raise UnreadableError(f"{folder}: there is no ledger here; name the folder of one")
    newest = heads.newest(notes, keys := _keys(path for _, path in found))
    if newest is None:
        return Shape(found, keys, None, None)
    return Shape(found, keys, newest[1], newest[0])


def read_header(first: int, path: Path) -> Header:
    """The header of a segment. Raises LedgerDamagedError."""
    try:
        with path.open("rb") as file:
            found = header(file.readline(MAX_LINE))
        if found.chain.index != first:
            raise ValueError("the segment's name is not that of its first entry")
    except ValueError as error:
        raise LedgerDamagedError(Fault(first, path, 1, str(error))) from error
    return found


def follow(path: Path, chain: Chain, upto: int) -> Iterator[bytes]:
    """The stored bytes of a segment's entries, while `chain` goes from its start to entry `upto`
    (not included). Raises LedgerDamagedError at the first that is wrong."""
    number = 1
    take = chain.take
    with path.open("rb") as file:
        source = lines(file)
        next(source)
        while chain.index < upto:
            number += 1
            try:
                yield take(next(source))
            except ValueError as error:
                raise LedgerDamagedError(Fault(chain.index, path, number, str(error))) from error


def stored(folder: Path, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Index and stored bytes of the acknowledged entries from `start` to `end` (not included).
    Raises LedgerDamagedError at the first that is wrong, UnreadableError."""
    found = shape(folder)
    if found.head is None:
        raise LedgerDamagedError(Fault(0, folder / heads.NAME, 1, "the head is missing or altered"))
    end = found.head.size if end is None else min(end, found.head.size)
    nexts = [first for first, _ in found.segments[1:]] + [end]
    for (first, path), after in zip(found.segments, nexts, strict=False):
        if after <= start or first >= end:
            continue
        chain = read_header(first, path).chain
        for entry in follow(path, chain, min(after, end)):
            if chain.index > start:
                yield chain.index - 1, entry


def entries(folder: Path, start: int = 0, end: int | None = None) -> Iterator[Entry]:
    """The acknowledged entries; see `stored`."""
    for index, data in stored(folder, start, end):
        try:
            yield parsed(index, data)
        except EntryError as error:
            raise LedgerDamagedError(Fault(index, folder, 1, str(error))) from error


def _keys(paths: Iterable[Path]) -> list[PublicKey]:
    keys: list[PublicKey] = []
    for path in paths:
        try:
            key = read_header(int(path.name[:20]), path).key
        except LedgerDamagedError:
            continue  # named by whoever reads the segment
        if key not in keys:
            keys.append(key)
    return keys
