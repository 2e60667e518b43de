"""All that judges in a watch which examines mail or stands before websites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from vedette.model.batch import Batch
from vedette.model.delta import Delta
from vedette.model.finding import Finding
from vedette.model.protocols import Inspection
from vedette.sigma.detection import Detection
from vedette.sigma.detector import SigmaInspection

if TYPE_CHECKING:
    from vedette.lure.detector import LureDetector
    from vedette.shield.detector import ShieldDetector

SHIELD: Final = "shield/"
"""Before the keys of the shield's memory (`vedette.shield.detector.KEY`)."""


class Detectors:
    """Sigma's rules, the lures and the shields behind one face: every batch goes to each."""

    def __init__(
        self,
        detection: Detection,
        *,
        lures: LureDetector | None = None,
        shields: ShieldDetector | None = None,
    ) -> None:
        self._detection = detection
        self._shields = shields
        self._stale: frozenset[str] = frozenset()
        self._others = [each for each in (lures, shields) if each is not None]

    def inspect(self, batch: Batch) -> Inspection:
        found = self._detection.inspect(batch)
        findings: list[Finding] = []
        problems = []
        for other in self._others:
            said = other.inspect(batch)
            findings += said.findings
            problems += said.problems
        if not findings and not problems:
            return found
        return SigmaInspection(
            [*findings, *found.findings], [*problems, *found.problems], found.events
        )

    def advance(self, now: int) -> Sequence[Finding]:
        return self._detection.advance(now)

    def delta(self) -> Delta:
        mine = self._detection.delta()
        if self._shields is None:
            stale, self._stale = self._stale, frozenset()
            return Delta(mine.puts, mine.deletes | stale) if stale else mine
        more = self._shields.delta()
        return Delta({**mine.puts, **more.puts}, mine.deletes | more.deletes)

    def restore(self, items: Mapping[str, bytes]) -> None:
        theirs = {key: blob for key, blob in items.items() if key.startswith(SHIELD)}
        if self._shields is not None:
            self._shields.restore(theirs)
        else:
            self._stale = frozenset(theirs)
        self._detection.restore({key: blob for key, blob in items.items() if key not in theirs})
