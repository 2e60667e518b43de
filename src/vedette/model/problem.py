"""What could not be read, compiled or delivered: counted and shown, never dropped silently."""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing that went wrong without stopping the run.

    `where` is `file:line`, `file:line:column`, `file@byte` or a source's name; `what` says what is
    wrong; `fix` says what to do (empty where nothing can be done).
    """

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"; {self.fix}" if self.fix else "")
