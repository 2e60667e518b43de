"""The guard of a website: a policy's rules, its decisions, and what it tells of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vedette.seclang.request import Request
from vedette.shield.guard.acquainted import Acquainted
from vedette.shield.guard.alarms import Alarms
from vedette.shield.guard.blocking import new_incident
from vedette.shield.guard.log_lines import LogFile
from vedette.shield.guard.outlet import Outlet
from vedette.shield.guard.refusing import Refusing
from vedette.shield.guard.traffic import Traffic
from vedette.shield.guard.visit import ShieldVisit
from vedette.shield.policy.ready import Ready
from vedette.store.refusals import Refusals

COUNTED: Final = 60_000_000
"""Microseconds between two records of the traffic."""


class ShieldGuard:
    """Judges requests (`vedette.shield.guarding.Guard`). Used from one thread at a time but for
    `replace`, `tick` and `look`, which any thread may call."""

    def __init__(
        self,
        ready: Ready,
        outlet: Outlet,
        *,
        now: Callable[[], int],
        log: Path | None = None,
        incident: Callable[[], str] = new_incident,
        refusals: Refusals | None = None,
    ) -> None:
        """`now` gives microseconds since the epoch; `log` is the file for ModSecurity's lines;
        `refusals` is what actions refuse, whatever the policy says."""
        self.ready = ready
        self.outlet = outlet
        self.now = now
        self.alarm = Alarms(outlet, now)
        self.incident = incident
        self.log = LogFile(log, self.alarm) if log is not None else None
        self.traffic = Traffic()
        self.acquainted = Acquainted()
        self.refusing = Refusing(refusals, self.alarm) if refusals is not None else None
        self.look()
        self._told = now()
        self._swap = threading.Lock()

    def visit(self, request: Request) -> ShieldVisit:
        """A request on its way."""
        if request.received - self._told > COUNTED:
            self.tick(request.received)
        if self.refusing is not None:
            self.refusing.glance(request.received)
        return ShieldVisit(self, self.ready, request)

    def look(self) -> None:
        """Take in what actions refuse by now. Where nobody calls it, requests do."""
        if self.refusing is not None:
            self.refusing.look(self.now())

    def replace(self, ready: Ready) -> None:
        """Judge by other rules from the next request on; those under way keep theirs."""
        self.ready = ready

    def tick(self, now: int, *, everything: bool = False) -> None:
        """Tell the traffic so far where a minute has passed, or `everything` at the end."""
        with self._swap:
            if not everything and now - self._told <= COUNTED:
                return
            self._told = now
            traffic, self.traffic = self.traffic, Traffic()
        for record in traffic.take(now):
            self.outlet.put(record)
        self.alarm.tick()

    def close(self) -> None:
        """Tell what is untold, close the log."""
        self.tick(self.now(), everything=True)
        if self.log is not None:
            self.log.close()
