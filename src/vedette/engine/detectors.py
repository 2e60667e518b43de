"""All that judges in a watch which examines mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vedette.lure.detector import LureDetector
from vedette.model.batch import Batch
from vedette.model.delta import Delta
from vedette.model.finding import Finding
from vedette.model.protocols import Inspection
from vedette.sigma.detection import Detection
from vedette.sigma.detector import SigmaInspection


class Detectors:
    """Sigma's rules and the lures behind one face: every batch goes to both."""

    def __init__(self, detection: Detection) -> None:
        self._detection = detection
        self._lures = LureDetector()

    def inspect(self, batch: Batch) -> Inspection:
        found = self._detection.inspect(batch)
        lures = self._lures.inspect(batch)
        if not lures.findings and not lures.problems:
            return found
        return SigmaInspection(
            [*lures.findings, *found.findings], [*lures.problems, *found.problems], found.events
        )

    def advance(self, now: int) -> Sequence[Finding]:
        return self._detection.advance(now)

    def delta(self) -> Delta:
        return self._detection.delta()

    def restore(self, items: Mapping[str, bytes]) -> None:
        self._detection.restore(items)
