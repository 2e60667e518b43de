"""The ids that a sink has delivered lately, so that a second delivery adds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from vedette.model.finding import Finding

MOST: Final = 10_000
"""Ids remembered: a hundred deliveries of the most findings that come together."""


class Seen:
    """The last ids, at most `most`; the oldest are forgotten first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._ids: dict[str, None] = {}

    def add(self, ids: Iterable[str]) -> None:
        for one in ids:
            self._ids.pop(one, None)
            self._ids[one] = None
        while len(self._ids) > self._most:
            del self._ids[next(iter(self._ids))]

    def fresh(self, findings: Sequence[Finding]) -> list[Finding]:
        """Those that were not delivered yet, each once, in order."""
        return list(
            {finding.id: finding for finding in findings if finding.id not in self._ids}.values()
        )
