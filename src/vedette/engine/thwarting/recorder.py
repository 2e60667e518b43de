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

    def restore(self, kind: str, what: Mapping[str, Any]) -> None:
        """Shown each entry that is in the ledger already (of the others it takes no notice)."""
        if kind == KIND:
            self._through = max(self._through, int(what["through"]))

    def record(self, state: sqlite3.Connection) -> int:
        """Record what was stored since the last call; how many findings. Raises what the ledger
        raises: they are recorded with the next call then."""
        done = 0
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


def _digest(text: bytes | str) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
