"""Rules: what is at work, how right each was, exceptions, ATT&CK."""

from __future__ import annotations

from typing import Final

from vedette.console.table import Act, View

VIEWS: Final[tuple[View, ...]] = ()
ACTS: Final[tuple[Act, ...]] = ()
