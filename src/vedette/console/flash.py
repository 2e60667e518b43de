"""What a person is told once, on the next page: kept by session, in memory."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

MOST: Final = 10_000
"""Sessions that something waits for."""


class Flash:
    """Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._said: OrderedDict[str, list[str]] = OrderedDict()

    def say(self, session: str, words: str) -> None:
        with self._lock:
            self._said.setdefault(session, []).append(words)
            while len(self._said) > MOST:
                self._said.popitem(last=False)

    def take(self, session: str) -> tuple[str, ...]:
        """What waits for this session; it waits no more."""
        with self._lock:
            return tuple(self._said.pop(session, ()))
