"""Incidents: the queue, and one incident as a story."""

from __future__ import annotations

from typing import Final

from vedette.console.table import Act, View

VIEWS: Final[tuple[View, ...]] = ()
ACTS: Final[tuple[Act, ...]] = ()
