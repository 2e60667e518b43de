"""What becomes of Vedette itself, for the record: its start, its rules."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from vedette.model.errors import VedetteError

if TYPE_CHECKING:
    from vedette.ledger.ledger import Ledger

STARTED: Final = "watch-started"
CHANGED: Final = "rules-changed"
REFUSED: Final = "rules-refused"
INSTALLED: Final = "rules-installed"
ROLLED_BACK: Final = "rules-rolled-back"
"""Kinds of ledger entries."""
WHO: Final = "vedette"
MOST: Final = 1000
"""Notes that wait for a disk with room."""

Note = Callable[[str, Mapping[str, Any]], None]
"""Records one entry, of a kind and what it says; now, or as soon as it can be."""

_log = logging.getLogger(__name__)


class Notes:
    """Entries that must not hold up what they tell of: what can't be recorded now waits, in order.
    Any thread may call."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: deque[tuple[str, Mapping[str, Any]]] = deque()
        self._lock = Lock()

    def note(self, kind: str, what: Mapping[str, Any]) -> None:
        """On the disk when it returns, where that can be."""
        with self._lock:
            if len(self._waiting) >= MOST:
                _log.error("not recorded, too much waits for the ledger: %s %s", kind, what)
                return
            self._waiting.append((kind, what))
        try:
            self.settle()
        except (VedetteError, OSError) as error:
            _log.warning("%s is recorded as soon as it can be: %s", kind, error)

    def settle(self) -> None:
        """Record what waits. Raises what the ledger raises; the rest waits on. In a damaged ledger
        nothing can be recorded."""
        with self._lock:
            while self._waiting and self._ledger.fault is None:
                kind, what = self._waiting[0]
                self._ledger.append(kind, WHO, what)
                self._waiting.popleft()
