"""The stored events in which findings saw processes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from vedette.model.finding import Finding
from vedette.model.instant import SECOND
from vedette.store.kept_engine import KeptEngine
from vedette.store.search import StoredEvent, StorePaths, fetch

PIDS: Final = ("ProcessId", "pid", "process.pid")
"""Fields that hold the number of the process an event is about."""
MOST: Final = 64
"""Events that are looked at for one incident, those of the latest findings."""
KEPT: Final = 1024
"""Events that are remembered, also that they are gone."""
LARGE: Final = 16_384
"""Bytes of an event that is not remembered."""
MEMORY: Final = "256MB"
DAY: Final = 86_400 * SECOND
"""How much earlier than a correlation's finding its events are at most."""


class Witness:
    """Reads them. What was read is remembered, for an incident is asked about again with each of
    its findings: an event that is stored never changes, and is stored before its finding is
    known. Used by one thread."""

    def __init__(self, paths: StorePaths) -> None:
        self._paths = paths
        self._engine = KeptEngine(MEMORY, 1)
        self._known: OrderedDict[str, StoredEvent | None] = OrderedDict()

    def of(self, findings: Sequence[Finding]) -> dict[str, StoredEvent]:
        """The events, by their keys, behind findings that name a process. Raises
        UnreadableError."""
        times: dict[str, tuple[int, int]] = {}
        for finding in reversed(findings):
            if any(each.kind == "process" for each in finding.entities):
                when = (finding.time - (DAY if finding.related else 0), finding.time + 1)
                for reference in (finding.event_ref, *finding.related):
                    if reference.key:
                        times.setdefault(reference.key, when)
        wanted = list(times)[:MOST]
        read = self._read({key: times[key] for key in wanted if key not in self._known})
        found: dict[str, StoredEvent] = {}
        for key in wanted:
            event = read[key] if key in read else self._known[key]
            if event is not None:
                found[key] = event
            if event is None or len(event.raw) <= LARGE:
                self._known[key] = event
                self._known.move_to_end(key)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found

    def _read(self, times: Mapping[str, tuple[int, int]]) -> dict[str, StoredEvent | None]:
        """Those of these keys, None for what is gone. They are looked for where the findings'
        times say, then everywhere: an event may state another time than its finding's."""
        if not times:
            return {}
        begin, end = min(one[0] for one in times.values()), max(one[1] for one in times.values())
        found = fetch(self._paths, list(times), begin, end, self._engine.cursor)
        left = [key for key in times if key not in found]
        found |= fetch(self._paths, left, opened=self._engine.cursor)
        return {key: found.get(key) for key in times}
