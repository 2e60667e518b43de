"""Checkpoints that a reading of the ledger has to agree with as it passes their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vedette.ledger.errors import ProofError
from vedette.ledger.frames import Chain
from vedette.ledger.note import PublicKey, checkpoint, unsigned_checkpoint

NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Due:
    """A signed note, and where it was found, for people."""

    size: int
    note: str
    where: str


class Dues:
    """In order of size. `next` is the size at which something is due."""

    def __init__(self) -> None:
        self._waiting: list[Due] = []
        self.agreed = 0
        self.last = 0
        """How many have agreed, and the size of the last that did."""

    def add(self, note: str, where: str) -> int:
        """Gives the size that it claims. Raises ProofError for what is no checkpoint."""
        found = unsigned_checkpoint(note)
        self._waiting.append(Due(found.size, note, where))
        self._waiting.sort(key=lambda due: -due.size)
        return found.size

    @property
    def next(self) -> int:
        return self._waiting[-1].size if self._waiting else NEVER

    def check(self, chain: Chain, keys: Sequence[PublicKey]) -> str:
        """Check what is due at the chain's size. Gives what is wrong, "" where nothing is."""
        root = chain.tree.root()
        while self.next == chain.index:
            due = self._waiting.pop()
            try:
                found = _opened(due.note, keys)
            except ProofError as error:
                return f"the checkpoint in {due.where} {error}"
            if found != root:
                return (
                    f"one of the entries {self.last} to {chain.index - 1} was replaced, and what "
                    f"follows from it rewritten: the checkpoint in {due.where} is of other entries"
                )
            self.agreed += 1
        self.last = chain.index
        return ""

    def left(self) -> Due | None:
        """The smallest that was never reached."""
        return self._waiting[-1] if self._waiting else None


def _opened(note: str, keys: Sequence[PublicKey]) -> bytes:
    for key in keys[:-1]:
        try:
            return checkpoint(note, key).root
        except ProofError:
            continue  # the last key's objection is told
    return checkpoint(note, keys[-1]).root
