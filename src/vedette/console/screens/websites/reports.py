"""Shadow reports, made in the background: one at a time, in a process of its own, and kept."""

from __future__ import annotations

import logging
import secrets
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from vedette.engine.shielding.process import Made, Order
from vedette.engine.shielding.report import Report
from vedette.model.instant import SECOND

if TYPE_CHECKING:
    from vedette.console.seat import Seat
    from vedette.engine.shielding.shield import Shield

Since = Literal["-1d", "-7d", "-30d"]
SPANS: Final[dict[Since, int]] = {
    "-1d": 86_400 * SECOND,
    "-7d": 7 * 86_400 * SECOND,
    "-30d": 30 * 86_400 * SECOND,
}
USUAL: Final[Since] = "-30d"
PATIENCE: Final = 900.0
"""Seconds after which the process is ended."""

_log = logging.getLogger(__name__)


class Making(msgspec.Struct, frozen=True):
    """How the report of a shield stands: `never` made, `waiting` for that of another shield,
    `running` since `begun`, `ready`, or `failed` with `fault`. `report` names the one at hand
    ("": none), which may be older than what runs; `made` is as of when it is (microseconds)."""

    state: Literal["never", "waiting", "running", "ready", "failed"] = "never"
    since: Since = USUAL
    begun: int | None = None
    fault: str = ""
    report: str = ""
    made: int | None = None


class Reports:
    """Any thread may call. `close` ends what runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[str, Making] = {}
        self._reports: dict[str, Report] = {}
        self._runs = False
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def look(self, shield: Shield, since: Since, now: int) -> bool:
        """Begin a report; False where one is being made."""
        with self._lock:
            if self._runs or self._closed:
                return False
            self._runs = True
            before = self._making.get(shield.name, Making())
            self._making[shield.name] = Making(
                "running", since, now, "", before.report, before.made
            )
            order = Order(shield, now - SPANS[since], now)
            self._thread = threading.Thread(
                target=self._run, args=(order,), name="vedette-shadow", daemon=True
            )
            self._thread.start()
        return True

    def of(self, shield: Shield, now: int) -> tuple[Making, Report | None]:
        """How the report stands, and the report; begun where there never was one."""
        with self._lock:
            known = shield.name in self._making
        if not known and not self.look(shield, USUAL, now):
            return Making("waiting"), None
        with self._lock:
            return self._making.get(shield.name, Making()), self._reports.get(shield.name)

    def told(self, shield: Shield) -> Making:
        """How the report stands; none is begun."""
        with self._lock:
            return self._making.get(shield.name, Making())

    def named(self, shield: Shield, report: str) -> Report | None:
        """The report of this name; None where there is another by now."""
        with self._lock:
            making = self._making.get(shield.name, Making())
            return self._reports.get(shield.name) if making.report == report else None

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self, order: Order) -> None:
        name = order.shield.name
        try:
            made = self._made(order)
        except Exception as error:
            _log.exception("the shadow report of %s", name)
            made = Made(fault=f"it could not be made: {error}")
        with self._lock:
            self._runs = False
            before = self._making[name]
            if made.report is None:
                self._making[name] = msgspec.structs.replace(
                    before, state="failed", fault=made.fault
                )
            else:
                self._reports[name] = made.report
                self._making[name] = msgspec.structs.replace(
                    before, state="ready", report=secrets.token_hex(8), made=made.report.made
                )

    def _made(self, order: Order) -> Made:
        with self._lock:
            if self._closed:
                return Made(fault="the console ends")
            # our own interpreter and module
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "vedette.engine.shielding.process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the watch, which ends it in order
            )
        with process:
            try:
                told, _ = process.communicate(msgspec.json.encode(order), PATIENCE)
            except subprocess.TimeoutExpired:
                return Made(fault=f"it took more than {PATIENCE:.0f} s; look at fewer days")
            finally:
                process.kill()
        with self._lock:
            self._process = None
        if process.returncode != 0:
            return Made(fault=f"its process ended with status {process.returncode}; see the log")
        return msgspec.json.decode(told, type=Made)


def reports_of(seat: Seat) -> Reports:
    """Those of this console."""
    return seat.place.kept.of(Reports, Reports)
