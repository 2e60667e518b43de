"""Try it: what Vedette would say of a message, a request, a log line."""

from __future__ import annotations

from typing import Final

from vedette.console.table import Act, View

VIEWS: Final[tuple[View, ...]] = ()
ACTS: Final[tuple[Act, ...]] = ()
