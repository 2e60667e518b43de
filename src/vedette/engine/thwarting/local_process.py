"""Which running process a finding is about: findings name programs, a freeze needs one process."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from vedette.engine.thwarting.witnessed import PIDS, Witness
from vedette.model.finding import Entity, Finding
from vedette.model.instant import SECOND
from vedette.response.actuators.processes.table import executable, process
from vedette.store.search import StoredEvent, StorePaths

_HOSTS: Final = frozenset({"localhost", ""})
SLACK: Final = 5 * SECOND
"""Microseconds by which an event may seem older than its process: clocks of two kinds."""


class LocalProcesses:
    """Finds the processes of this machine that findings are about, while they still run."""

    def __init__(
        self,
        paths: StorePaths,
        booted: int,
        ticks: int,
        name: str = "",
        witness: Witness | None = None,
    ) -> None:
        """`booted` is when the machine was started (microseconds since the epoch), `ticks` its
        clock's ticks per second, `name` the machine's. `witness` is what others read with, too."""
        self._witness = witness or Witness(paths)
        self._booted = booted
        self._ticks = ticks
        self._name = (name or socket.gethostname()).partition(".")[0].lower()

    def of(self, findings: Sequence[Finding]) -> list[Entity]:
        """The processes as entities `host/pid/start`. Raises UnreadableError."""
        events = self._witness.of(findings)
        found = {entity for event in events.values() for entity in self._of_event(event)}
        return sorted(found)

    def _of_event(self, event: StoredEvent) -> Iterable[Entity]:
        host = (event.host or "").partition(".")[0].lower()
        if host not in _HOSTS and host != self._name:
            return
        record = event.record()
        pid = _pid(record)
        if pid is None or pid <= 1:
            return
        running = process(pid)
        if running is None:
            return
        began = self._booted + running.started * SECOND // self._ticks
        if event.event_time is None or event.event_time < began - SLACK:
            return  # the number was given out again since
        if not _same(record, executable(pid)):
            return
        yield Entity("process", f"{self._name}/{pid}/{running.started}")


def booted() -> int:
    """When this machine was started, microseconds since the epoch."""
    with open("/proc/stat", encoding="ascii") as file:  # noqa: PTH123 - no folder to be relative to
        for line in file:
            if line.startswith("btime "):
                return int(line.split()[1]) * SECOND
    return 0


def _pid(record: Mapping[str, Any]) -> int | None:
    for name in PIDS:
        value = record.get(name)
        if value is not None and str(value).isdigit() and len(str(value)) <= 10:
            return int(value)
    return None


def _same(record: Mapping[str, Any], running: str | None) -> bool:
    """Whether the program is the one that the event names, where it names one."""
    named = next(
        (str(record[name]) for name in ("Image", "exe", "process.executable") if record.get(name)),
        "",
    ).strip('"')
    return not named or running is None or named == running or running == f"{named} (deleted)"
