"""A bounded memory of answers, in two generations.

A flood of new keys throws the old ones out a generation at a time: it can make us slower, never
larger and never blind.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ENTRIES: Final = 65_536
CHARS: Final = 16 << 20
LONGEST: Final = 16_384
"""Text keys longer than this are not remembered."""


class Memo(Generic[K, V]):
    """`young` may be read directly (`young.get`): it stays the same dictionary for ever."""

    __slots__ = ("_chars", "_max_chars", "_max_entries", "evictions", "old", "young")

    def __init__(self, entries: int = ENTRIES, chars: int = CHARS) -> None:
        self.young: dict[K, V] = {}
        self.old: dict[K, V] = {}
        self.evictions = 0
        self._chars = 0
        self._max_entries = max(1, entries // 2)
        self._max_chars = max(1, chars // 2)

    def __len__(self) -> int:
        return len(self.young) + len(self.old)

    def get(self, key: K) -> V | None:
        """The remembered answer; one from the old generation becomes young again."""
        found = self.young.get(key)
        if found is None and (found := self.old.get(key)) is not None:
            self.put(key, found, len(key) if isinstance(key, str) else 0)
        return found

    def put(self, key: K, value: V, chars: int = 0) -> None:
        """Remember; `chars` is the size of the key's text."""
        if chars > LONGEST:
            return
        if len(self.young) >= self._max_entries or self._chars + chars > self._max_chars:
            self.evictions += len(self.old)
            self.old = dict(self.young)
            self.young.clear()
            self._chars = 0
        self.young[key] = value
        self._chars += chars

    def clear(self) -> None:
        self.young.clear()
        self.old = {}
        self._chars = 0
