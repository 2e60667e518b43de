"""What can go wrong with a ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vedette.model.errors import VedetteError


class LedgerError(VedetteError):
    """The ledger can't do what was asked of it."""


class EntryError(LedgerError, ValueError):
    """An entry that is not recorded: too large, too deep, or nothing that JSON can say."""


class LedgerFullError(LedgerError, OSError):
    """The disk is full. Nothing of what was to be recorded is, all that was acknowledged stays."""


class ProofError(LedgerError, ValueError):
    """A proof, checkpoint or key that does not show what it claims."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong with a ledger: the index of the entry, the file, its line
    (from 1) and what is wrong there."""

    index: int
    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: entry {self.index}: {self.what}"


class LedgerDamagedError(LedgerError):
    """The ledger is not what was once written; it can only be read. `fault` says where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(
            f"{fault}; nothing more is recorded here: find out who changed it, take back what "
            f"stands (vedette actions undo --all), keep {fault.path.parent} and the actions.db "
            "beside it somewhere else, as evidence, and start again: a new ledger begins"
        )
        self.fault = fault
