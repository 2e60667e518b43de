"""The stored events in which findings saw processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vedette.model.finding import Finding
from vedette.store.search import StoredEvent, StorePaths, fetch

PIDS: Final = ("ProcessId", "pid", "process.pid")
"""Fields that hold the number of the process an event is about."""
MOST: Final = 64
"""Events that are looked at for one incident, those of the latest findings."""


class Witness:
    """Reads them. Those of the last call are remembered, for whoever asks about the same findings
    next: an event that is stored never changes. Used by one thread."""

    def __init__(self, paths: StorePaths) -> None:
        self._paths = paths
        self._known: dict[str, StoredEvent] = {}

    def of(self, findings: Sequence[Finding]) -> dict[str, StoredEvent]:
        """The events, by their keys, behind findings that name a process. Raises
        UnreadableError."""
        keys: dict[str, None] = {}
        for finding in reversed(findings):
            if any(each.kind == "process" for each in finding.entities):
                for reference in (finding.event_ref, *finding.related):
                    if reference.key:
                        keys.setdefault(reference.key)
        wanted = list(keys)[:MOST]
        missing = [key for key in wanted if key not in self._known]
        known = {**self._known, **fetch(self._paths, missing)}
        self._known = {key: known[key] for key in wanted if key in known}
        return self._known
