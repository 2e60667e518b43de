"""Logins that failed, told to the ledger once a minute for each network, however many they are."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Final

from vedette.console.access.audit import Audit
from vedette.console.access.network import Origin
from vedette.engine.thwarting.asking import Accessed

EVERY: Final = 60_000_000
MOST_NETWORKS: Final = 20
"""Told of one by one in a minute; others are summed up."""
MOST_NAMES: Final = 10
OTHERS: Final = "others"
WHO: Final = "nobody"


class _Count:
    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self.names: dict[str, None] = {}
        self.unknown = 0


class Failures:
    """Any thread may call."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._counts: dict[str, _Count] = {}
        self._since = now()
        self._lock = threading.Lock()
        self.total = 0

    def count(self, reason: str, origin: Origin, name: str, *, exists: bool) -> None:
        """One more. A name that nobody has is not kept: it may be a password in the wrong field."""
        with self._lock:
            self.total += 1
            known = origin.wide in self._counts or len(self._counts) < MOST_NETWORKS
            found = self._counts.setdefault(origin.wide if known else OTHERS, _Count())
            found.reasons[reason] += 1
            if not exists:
                found.unknown += 1
            elif len(found.names) < MOST_NAMES:
                found.names[name] = None

    def due(self) -> list[Audit]:
        """What is to be told now; each thing once. Nothing before a minute has gone by."""
        now = self._now()
        with self._lock:
            if 0 <= now - self._since < EVERY:
                return []
            return self._taken(now)

    def rest(self) -> list[Audit]:
        """All that was not told yet, at the end."""
        with self._lock:
            return self._taken(self._now())

    def _taken(self, now: int) -> list[Audit]:
        counts, self._counts, self._since = self._counts, {}, now
        return [
            Audit(
                WHO,
                Accessed(
                    "failed-logins",
                    network,
                    {**one.reasons, "names": list(one.names), "unknown_names": one.unknown},
                ),
            )
            for network, one in counts.items()
        ]
