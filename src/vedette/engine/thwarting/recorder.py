"""Every finding into the ledger: what people were shown can't be taken out of the record later."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from vedette.ledger.ledger import Ledger

KIND: Final = "findings"
TOGETHER: Final = 200
"""Findings in one entry: some 40 kB."""
MOST_ENTRIES: Final = 50


class Recorder:
    """Follows the findings as they are stored. Used by one thread.

    An entry names findings by id, rule, level and the SHA-256 of what is stored of them, and the
    number of the last (`through`), from which a restart goes on.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._through = 0
        self._last: str | None = None

    def restore(self, what: Mapping[str, Any]) -> None:
        """Go on after the newest of its entries that is in the ledger already."""
        self._through = int(what["through"])
        self._last = str(what["findings"][-1]["id"])

    def record(self, state: sqlite3.Connection) -> int:
        """Record what was stored since the last call; how many findings. Raises what the ledger
        raises: they are recorded with the next call then."""
        done = 0
        self._settle(state)
        for _ in range(MOST_ENTRIES):
            rows = state.execute(
                "SELECT rowid, id, rule_id, level, json FROM findings WHERE rowid > ? "
                "ORDER BY rowid LIMIT ?",
                (self._through, TOGETHER),
            ).fetchall()
            if not rows:
                break
            said = [
                {"id": name, "rule": rule, "level": level, "sha256": _digest(text)}
                for _, name, rule, level, text in rows
            ]
            through = int(rows[-1][0])
            self._ledger.append(KIND, "vedette", {"findings": said, "through": through})
            self._through = through
            done += len(rows)
        return done

    def _settle(self, state: sqlite3.Connection) -> None:
        """Where the database was made anew, its numbers are others: twice is better than never."""
        if self._last is None:
            return
        row = state.execute("SELECT id FROM findings WHERE rowid = ?", (self._through,)).fetchone()
        if row is None or row[0] != self._last:
            self._through = 0
        self._last = None


def _digest(text: bytes | str) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
