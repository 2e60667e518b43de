"""The stored events in which findings saw processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vedette.model.finding import Finding
from vedette.store.search import StoredEvent, StorePaths, fetch

PIDS: Final = ("ProcessId", "pid", "process.pid")
"""Fields that hold the number of the process an event is about."""


def process_events(
    paths: StorePaths, findings: Sequence[Finding], most: int
) -> dict[str, StoredEvent]:
    """The events, by their keys, behind findings that name a process: at most `most`, those of the
    latest findings. Raises UnreadableError."""
    keys: dict[str, None] = {}
    for finding in reversed(findings):
        if any(each.kind == "process" for each in finding.entities):
            for reference in (finding.event_ref, *finding.related):
                if reference.key:
                    keys.setdefault(reference.key)
    return fetch(paths, list(keys)[:most])
