"""What the store needs now and then: merging, retention, and the figures about it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from vedette.engine.embedded.memory import give_back
from vedette.engine.embedded.metrics import Meters
from vedette.model.problem import Problem
from vedette.store import manifest, outbox
from vedette.store.compaction import GRACE, Target, compact, sweep
from vedette.store.retention import Limits, retain
from vedette.store.state import State

_log = logging.getLogger(__name__)


class Maintenance:
    """Runs in a thread of its own, while flushes go on."""

    def __init__(
        self,
        root: Path,
        state: State,
        target: Target,
        limits: Limits,
        meters: Meters,
        report: Callable[[str, Problem], None],
    ) -> None:
        self._root = root
        self._state = state
        self._target = target
        self._limits = limits
        self._meters = meters
        self._report = report

    def run(self, now: int) -> None:
        """Once through everything. What fails is reported and comes again next time: the store
        is whole after each step."""
        for step in (self._retain, self._compact, self._sweep, self._measure, self._give_back):
            try:
                step(now)
            except Exception as error:  # a damaged segment, say, must not end the watch
                _log.debug("maintenance failed", exc_info=True)
                what = f"maintenance of the store failed: {error}"
                self._report("", Problem("store", what, "free disk space, or check the folder"))

    def _retain(self, now: int) -> None:
        removed = retain(self._root, self._state, now, self._limits)
        if removed.segments:
            self._meters.add("vedette_retired_total", removed.events)
            _log.info(
                "retention: deleted %d events in %d segments (%d bytes); kept %d that findings "
                "refer to",
                removed.events,
                removed.segments,
                removed.size,
                removed.kept,
            )

    def _compact(self, now: int) -> None:
        while compact(self._root, self._state, now, self._target):
            pass

    def _sweep(self, now: int) -> None:
        sweep(self._root, self._state, now - GRACE)

    def _measure(self, now: int) -> None:
        segments, events, size = self._state.read(manifest.totals)
        self._meters.set("vedette_store_segments", segments)
        self._meters.set("vedette_store_events", events)
        self._meters.set("vedette_store_bytes", size)
        for sink, (alive, dead) in self._state.read(outbox.waiting).items():
            self._meters.set("vedette_outbox_waiting", alive, sink)
            self._meters.set("vedette_outbox_dead", dead, sink)

    def _give_back(self, now: int) -> None:
        del now
        give_back()
