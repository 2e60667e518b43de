"""Websites: what the shield would have refused, what to exclude, the state of each path."""

from __future__ import annotations

from typing import Final

from vedette.console.table import Act, View

VIEWS: Final[tuple[View, ...]] = ()
ACTS: Final[tuple[Act, ...]] = ()
