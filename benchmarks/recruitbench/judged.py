"""Every message of the bench with what the detector says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from benchmarks.recruitbench.family import Family
from vedette.lure.examiner import Examiner
from vedette.lure.reading import read_mail
from vedette.lure.scoring.fit import Example
from vedette.lure.scoring.verdict import Assessment

RECEIVER = "mx.firm.example"
"""The server whose Authentication-Results the bench's recipient believes."""


class Judged(NamedTuple):
    """One message. `score` is the log odds of a lure, -inf where no alarm can be raised;
    `features` are the names of those that spoke, heaviest first."""

    family: str
    split: str
    name: str
    language: str
    container: str
    lure: bool
    verdict: str
    probability: float
    score: float
    features: tuple[str, ...]


def judge(families: Iterable[Family], examiner: Examiner) -> Iterator[Judged]:
    """In order of families and messages."""
    for family in families:
        for sample in family.make():
            assessment = examiner.examine(read_mail(sample.raw, sample.name)).assessment
            yield Judged(
                family.name,
                family.split,
                sample.name,
                sample.language,
                sample.container,
                family.lure,
                assessment.verdict,
                assessment.probability,
                score(assessment),
                tuple(shown.name for shown in assessment.features),
            )


def score(assessment: Assessment) -> float:
    """The log odds of a lure, -inf where no alarm can be raised whatever the threshold."""
    alarming = assessment.verdict in ("lure", "suspicious") or any(
        shown.contradiction for shown in assessment.features
    )
    if not alarming or assessment.verdict == "unrelated":
        return float("-inf")
    return assessment.bias + sum(shown.weight for shown in assessment.features)


def examples(families: Iterable[Family], examiner: Examiner) -> Iterator[Example]:
    """The messages as fitting wants them: names of features, label, family."""
    for family in families:
        for sample in family.make():
            shown = examiner.examine(read_mail(sample.raw, sample.name)).assessment.features
            yield Example(frozenset(each.name for each in shown), family.lure, family.name)
