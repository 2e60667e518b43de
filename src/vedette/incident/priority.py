"""What to look at first: how far along, how certain, how much hangs on it; each shown.

What is less likely an attack than not, and would be of low priority if it were one, is a *notice*:
kept, shown to who asks for all, and an incident as soon as more joins it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from vedette.incident.assets import Asset, Assets
from vedette.incident.knots import Summary
from vedette.incident.lines import Line
from vedette.incident.stages import Stage, Tactics
from vedette.incident.verdicts import Precision, precision
from vedette.model.finding import Entity

NO_STAGE: Final = 0.3
"""Progress where no finding names a technique."""
LOWEST: Final = "low"
MORE_STAGES: Final = 0.1
"""What each further stage takes off the way that is left."""
UNLISTED: Final = 2
"""Criticality of what no asset list names."""
LIKELIER: Final = 0.5
"""From this certainty on it is likelier an attack than not."""
BANDS: Final = ((60.0, "critical"), (35.0, "high"), (15.0, "medium"), (0.0, LOWEST))


class Ground(msgspec.Struct, frozen=True):
    """What one rule adds to the certainty. `counted` is False where another rule that sees the
    same technique is surer: two views of one act are not two acts."""

    rule: str
    title: str
    probability: float
    measured: Precision
    counted: bool


class Priority(msgspec.Struct, frozen=True):
    """`score` (0 to 100) = 100 x progress x certainty x criticality, each of which is from 0 to 1.
    `band` is critical, high, medium or low."""

    score: float
    band: str
    progress: float
    certainty: float
    criticality: float
    stages: list[Stage]
    grounds: list[Ground]
    assets: list[Asset]
    protected: bool

    @property
    def notice(self) -> bool:
        """Whether it is no incident yet: more likely no attack, and not much if it is one."""
        return self.certainty < LIKELIER and self.band == LOWEST

    def words(self) -> list[str]:
        """The three factors, for people."""
        names = ", ".join(stage.tactic for stage in self.stages) or "no technique named"
        counted = sum(ground.counted for ground in self.grounds)
        first = self.assets[0] if self.assets else None
        asset = (
            f"{first.name} ({first.criticality} of 5, owner {first.owner or 'unknown'})"
            if first
            else f"nothing in the asset list (taken as {UNLISTED} of 5)"
        )
        return [
            f"progress {self.progress:.2f}: {names}",
            f"certainty {self.certainty:.2f}: {counted} independent of {len(self.grounds)} rules",
            f"criticality {self.criticality:.2f}: {asset}",
        ]


def prioritise(
    summary: Summary,
    tactics: Tactics,
    assets: Assets,
    verdicts: Mapping[str, tuple[int, int, int]],
) -> Priority:
    """The priority of an incident. `verdicts` are (true, false, benign) by rule."""
    stages = tactics.stages(summary.lines)
    grounds = _grounds(summary.lines, verdicts)
    certainty = 1.0
    for ground in grounds:
        if ground.counted:
            certainty *= 1.0 - ground.probability
    certainty = 1.0 - certainty
    touched = assets.of_all(
        Entity(kind, value) for kind, values in summary.entities.items() for value in values
    )
    criticality = (touched[0].criticality if touched else UNLISTED) / 5
    progress = _progress(stages)
    score = 100.0 * progress * certainty * criticality
    return Priority(
        score,
        next(name for least, name in BANDS if score >= least),
        progress,
        certainty,
        criticality,
        stages,
        grounds,
        list(touched),
        any(asset.untouchable for asset in touched),
    )


def _progress(stages: Sequence[Stage]) -> float:
    if not stages:
        return NO_STAGE
    left = 1.0 - max(stage.progress for stage in stages)
    return 1.0 - left * (1.0 - MORE_STAGES) ** (len(stages) - 1)


def _grounds(lines: Sequence[Line], verdicts: Mapping[str, tuple[int, int, int]]) -> list[Ground]:
    """One for each rule, however many findings it raised; the surest of a technique counts."""
    measured = {
        line.rule: precision(line.level, verdicts.get(line.rule, (0, 0, 0))) for line in lines
    }
    # A calibrated model's probability tells more of this case than its rule's record does,
    # as long as nobody measured the rule.
    judged = {rule for rule, found in measured.items() if found.true + found.false + found.benign}
    sure = {
        line.rule: line.probability
        if line.probability is not None and line.rule not in judged
        else measured[line.rule].mean
        for line in lines
    }
    seen: set[str] = set()
    grounds = []
    for line in sorted(lines, key=lambda each: (-sure[each.rule], each.rule)):
        techniques = set(line.techniques) or {f"rule {line.rule}"}
        counted = not techniques & seen
        if counted:
            seen |= techniques
        grounds.append(Ground(line.rule, line.title, sure[line.rule], measured[line.rule], counted))
    return grounds
