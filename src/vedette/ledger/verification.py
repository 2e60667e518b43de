"""Reading a whole ledger to see whether anything was altered, moved or taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vedette.ledger import checkpoints
from vedette.ledger import head as heads
from vedette.ledger.dues import Dues
from vedette.ledger.errors import Fault, LedgerDamagedError, ProofError
from vedette.ledger.frames import FRAME, MISSING, Chain, Header
from vedette.ledger.note import Checkpoint, PublicKey
from vedette.ledger.reading import Shape, follow, read_header, shape
from vedette.ledger.rotation import certified

TOLD: Final = 1 << 14
"""Entries between two calls of `progress`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fault` is the first thing that is wrong, None where all is well. `size` is the number of
    sound entries from the start, `agreed` the number of checkpoints that agreed with them,
    `beyond` the bytes after the last acknowledged entry (a write under way, or cut short)."""

    size: int
    agreed: int
    head: Checkpoint | None
    keys: tuple[PublicKey, ...]
    fault: Fault | None
    beyond: int = 0


def verify(
    folder: Path,
    *,
    key: PublicKey | None = None,
    against: Sequence[tuple[str, str]] = (),
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Re-read everything. `key` must be one that the ledger was signed with. `against` are
    exported checkpoints, (where, note). Raises UnreadableError where there is no ledger."""
    kept = checkpoints.stored(folder)  # before the head, which a writer moves on
    reading = _Reading(folder, shape(folder), progress)
    try:
        return reading.run(kept, key, against)
    except LedgerDamagedError as error:
        return reading.verdict(error.fault)


class _Reading:
    def __init__(self, folder: Path, found: Shape, progress: Callable[[int], None] | None) -> None:
        self._folder = folder
        self._found = found
        self._progress = progress
        self._dues = Dues()
        self._chain = Chain()
        self._keys: list[PublicKey] = []
        self._entry = b""
        self._taken = 0

    def verdict(self, fault: Fault | None, beyond: int = 0) -> Verdict:
        return Verdict(
            self._chain.index, self._dues.agreed, self._found.head, tuple(self._keys), fault, beyond
        )  # fmt: skip

    def run(
        self,
        kept: list[tuple[int, str]],
        key: PublicKey | None,
        against: Sequence[tuple[str, str]],
    ) -> Verdict:
        head, parts = self._found.head, self._found.segments
        self._gather(kept, against)
        beyond = 0
        for number, (first, path) in enumerate(parts):
            last = number + 1 == len(parts)
            if head is not None and first > head.size:
                break
            self._begin(first, path)
            upto = parts[number + 1][0] if not last else _end(head)
            if head is not None:
                upto = min(upto, head.size)
            try:
                beyond = self._segment(path, upto, last)
            except LedgerDamagedError as error:
                if head is None and last and error.fault.what == MISSING:
                    break  # the entries just end, as they may without a head
                raise
        if head is None:
            raise self._wrong(heads.NAME, 1, "the head is missing or altered")
        if self._chain.index < head.size or (parts and parts[-1][0] > head.size):
            raise self._wrong(heads.NAME, 1, f"the head does not fit ({head.size} entries)")
        if left := self._dues.left():
            raise self._wrong(
                heads.NAME, 1,
                f"is missing: {left.where} shows that there were {left.size} entries, and the "
                f"ledger ends after {head.size}",
            )  # fmt: skip
        if key is not None and key not in self._keys:
            raise self._wrong(heads.NAME, 1, f"the ledger was never signed by {key}")
        return self.verdict(None, beyond)

    def _gather(self, kept: list[tuple[int, str]], against: Sequence[tuple[str, str]]) -> None:
        if self._found.head is not None:
            self._dues.add(self._found.head.note, heads.NAME)
        for line, note in kept:
            try:
                self._dues.add(note, f"{checkpoints.NAME}:{line}")
            except ProofError as error:
                raise self._wrong(checkpoints.NAME, line, f"a stored checkpoint {error}") from error
        for where, note in against:
            try:
                self._dues.add(note, where)
            except ProofError as error:
                raise ProofError(f"{where}: {error}; export the checkpoint again") from error

    def _begin(self, first: int, path: Path) -> None:
        found = read_header(first, path)
        before = self._keys[-1] if self._keys else found.key
        if Header(self._chain, found.key, found.note).line() != found.line():
            since = self._dues.last
            raise LedgerDamagedError(
                Fault(
                    since,
                    *self._place(since, path, 1),
                    f"one of the entries {since} to {first - 1} was replaced or taken out: the "
                    f"signed header of {path.name} is of other entries",
                )
            )
        if found.key != before and not certified(first - 1, self._entry, before, found.key):
            raise self._fault(path, 1, f"the key {found.key} was not certified by the one before")
        if found.key not in self._keys:
            self._keys.append(found.key)
        self._taken = len(found.line())
        self._agree(path, 1, (before, found.key))
        self._dues.last = first

    def _segment(self, path: Path, upto: int, last: bool) -> int:
        """Gives the bytes beyond the last acknowledged entry."""
        chain, dues, start = self._chain, self._dues, self._chain.index
        keys = (self._keys[-1],)
        due, told, entry = dues.next, self._progress, self._entry
        taken = self._taken
        for entry in follow(path, chain, upto):
            index = chain.index
            taken += len(entry)
            if index == due and (last or index < upto):
                self._agree(path, index - start + 1, keys)
                due = dues.next
            if told is not None and not index % TOLD:
                told(index)
        self._entry = entry
        taken += FRAME * (chain.index - start) + _digits(start, chain.index)
        beyond = max(0, path.stat().st_size - taken)
        if beyond and not last:
            raise self._fault(path, chain.index - start + 2, "more follows at the segment's end")
        return beyond

    def _agree(self, path: Path, line: int, keys: Sequence[PublicKey]) -> None:
        since = self._dues.last
        if self._dues.next == self._chain.index and (wrong := self._dues.check(self._chain, keys)):
            raise LedgerDamagedError(Fault(since, *self._place(since, path, line), wrong))

    def _place(self, index: int, path: Path, line: int) -> tuple[Path, int]:
        for first, one in reversed(self._found.segments):
            if first <= index:
                return one, index - first + 2
        return path, line

    def _fault(self, path: Path, line: int, what: str) -> LedgerDamagedError:
        return LedgerDamagedError(Fault(self._chain.index, path, line, what))

    def _wrong(self, name: str, line: int, what: str) -> LedgerDamagedError:
        return self._fault(self._folder / name, line, what)


def _end(head: Checkpoint | None) -> int:
    return head.size if head is not None else 1 << 62


def _digits(start: int, end: int) -> int:
    """How many digits the numbers from `start` to `end` (not included) have together."""
    total, low, width = 0, 0, 1
    while low < end:
        high = 10**width
        total += width * max(0, min(end, high) - max(start, low))
        low, width = high, width + 1
    return total
