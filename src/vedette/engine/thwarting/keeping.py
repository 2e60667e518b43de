"""The files of the record and of the register, looked after while they are in use."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from vedette.engine.alarms import FILE, LEDGER, alarm
from vedette.ledger.errors import Fault
from vedette.ledger.ledger import Ledger
from vedette.model.finding import Finding
from vedette.response.register import NAME, Register

_log = logging.getLogger(__name__)


class Keeping:
    """Used by one thread."""

    def __init__(
        self,
        ledger: Ledger,
        register: Register,
        now: Callable[[], int],
        put: Callable[[Finding], None],
    ) -> None:
        """`put` takes alarms."""
        self._ledger = ledger
        self._register = register
        self._now = now
        self._put = put

    def look(self) -> None:
        """Put the register's file back where it was taken away; refuse everything where the
        ledger's was. Raises LostError, OSError, sqlite3.Error."""
        fault = self._ledger.look_after()
        if fault is not None:
            what = f"{fault}; no action can be carried out until it is restored"
            _log.error("the ledger is damaged: %s", what)
            self._put(alarm(LEDGER, str(fault), self._now(), what))
        if self._register.look_after():
            what = f"{NAME} was taken away while it was in use, and has been put back"
            _log.error("%s; find out who deletes files of Vedette", what)
            now = self._now()
            self._put(alarm(FILE, f"{NAME} {now}", now, what))


def compare(folder: Path, ledger: Ledger, register: Register, was_used: bool) -> str:
    """What is wrong with a ledger that was opened in `folder`; "" where nothing is.

    One that ends before what the register knows is refused, because actions would be forgotten.
    `was_used` is whether there was a key before.
    """
    if ledger.fault is not None:
        return ""
    size, seen = ledger.checkpoint.size, register.seen()
    if seen >= size:
        what = f"it ends here, yet entry {seen} was written: put the folder back from a copy"
        ledger.alarm(Fault(size, folder, 1, f"{what}, or move {NAME} away to begin from here"))
        return ""
    if ledger.fresh and was_used:
        return (
            f"{folder}: the record was gone, and has been begun anew with the key that was there;"
            " what was decided before is not in it: put it back from a copy"
        )
    return ""
