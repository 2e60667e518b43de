"""Clients that do what visitors do: how many unremarkable requests each has made lately."""

from __future__ import annotations

from typing import Final

MOST: Final = 32_768
"""Clients in each of two generations; the older goes when the younger is full."""
ENOUGH: Final = 255


class Acquainted:
    """Counts in this process alone, from its start. Used from one thread at a time."""

    def __init__(self) -> None:
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}

    def count(self, client: str) -> None:
        """One request of `client` in which nothing was found."""
        known = self.of(client)
        if known >= ENOUGH and client in self._young:
            return
        if len(self._young) >= MOST:
            self._old, self._young = self._young, {}
        self._young[client] = min(known + 1, ENOUGH)

    def of(self, client: str) -> int:
        """How many there were, at most ENOUGH."""
        known = self._young.get(client)
        return self._old.get(client, 0) if known is None else known
