"""Notes for the record, when the disk is full and when there is room again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vedette.engine.thwarting.noting import Notes
from vedette.ledger.errors import Fault, LedgerFullError
from vedette.ledger.ledger import Ledger
from vedette.ledger.reading import entries


class SmallLedger(Ledger):
    """One whose disk can be full."""

    full = False

    def append(self, kind: str, who: str, what: Any) -> int:
        if self.full:
            raise LedgerFullError("no room")
        return super().append(kind, who, what)


def test_what_finds_no_room_waits_in_order(tmp_path: Path) -> None:
    with SmallLedger(tmp_path / "ledger", tmp_path / "key", lambda: 0) as ledger:
        notes = Notes(ledger)
        notes.note("a", {"n": 1})
        ledger.full = True
        notes.note("b", {"n": 2})
        with pytest.raises(LedgerFullError):
            notes.settle()
        ledger.full = False
        notes.note("c", {"n": 3})
        notes.settle()
        assert [entry.kind for entry in entries(tmp_path / "ledger")] == ["a", "b", "c"]
        ledger.alarm(Fault(0, tmp_path, 1, "altered"))
        notes.note("d", {})  # said elsewhere, and never more than so many
