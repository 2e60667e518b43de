"""The verdict on one message, with everything that led to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal

import msgspec

from vedette.lure.features import Feature, Features, shows_a_job
from vedette.lure.scoring.weights import Weights
from vedette.lure.sign import Sign, SignEvidence

Verdict = Literal["lure", "suspicious", "ordinary", "unrelated"]
"""`lure`: a job offer that is none. `suspicious`: it may be one, or it is something else that
contradicts itself. `ordinary`: a job message without a contradiction that counts. `unrelated`: not
about a job."""

REASONS: Final = 3
"""So many reasons stand in the sentence; the rest is in the addition."""

_UNNAMED: Final = {
    "domain": "another domain",
    "employer": "an employer",
    "file": "a file",
    "host": "another server",
    "name": "a firm",
    "real": "another",
    "rule": "for such files",
    "service": "a known service",
    "shown": "one address",
    "target": "a known one",
    "trigger": "by itself",
    "url": "address unknown",
}
"""What stands in the English sentence where a blank's name is not known."""


class Shown(msgspec.Struct, frozen=True):
    """A feature that spoke: what it adds to the log odds, and on what evidence."""

    name: str
    weight: float
    says: str
    technique: str
    contradiction: bool
    evidence: tuple[SignEvidence, ...]
    detail: tuple[tuple[str, str], ...] = ()
    """What fills the blanks of the feature's sentence, for saying it in another language."""


class Assessment(msgspec.Struct, frozen=True):
    """A verdict. `probability` is that of a lure at the weights' base rate among job mail;
    `features` are sorted by weight, heaviest first; `bias` is where the addition starts."""

    verdict: Verdict
    probability: float
    sentence: str
    features: tuple[Shown, ...]
    bias: float

    @property
    def techniques(self) -> tuple[str, ...]:
        """ATT&CK techniques of the features that spoke against the message, sorted."""
        return tuple(sorted({f.technique for f in self.features if f.technique and f.weight > 0}))


def assess(signs: Collection[Sign], features: Features, weights: Weights) -> Assessment:
    """Add up what the signs say. Raises KeyError for a sign that is no feature."""
    seen = features.seen(signs)
    probability = weights.probability(seen)
    shown = sorted(
        (_shown(features.by_name[name], weights.weights[name], seen[name]) for name in seen),
        key=lambda entry: (-entry.weight, entry.name),
    )
    about_a_job = any(shows_a_job(features.by_name[name]) for name in seen)
    verdict = _verdict(seen, features.by_name, weights, probability, about_a_job)
    sentence = _sentence(verdict, shown, about_a_job)
    return Assessment(verdict, probability, sentence, tuple(shown), weights.bias)


def _verdict(
    seen: Collection[str],
    by_name: Mapping[str, Feature],
    weights: Weights,
    probability: float,
    about_a_job: bool,
) -> Verdict:
    contradicts = any(by_name[name].contradiction for name in seen)
    if not about_a_job:
        return "suspicious" if contradicts and probability >= weights.suspicious else "unrelated"
    if not contradicts or probability < weights.suspicious:
        return "ordinary"
    return "lure" if probability >= weights.lure else "suspicious"


def _shown(feature: Feature, weight: float, signs: tuple[Sign, ...]) -> Shown:
    detail = {key: value for sign in reversed(signs) for key, value in sign.detail}
    evidence = dict.fromkeys(each for sign in signs for each in sign.evidence)
    return Shown(
        feature.name,
        weight,
        filled(feature.says, detail),
        feature.technique,
        feature.contradiction,
        tuple(evidence),
        tuple(detail.items()),
    )


def blanks(says: str) -> tuple[str, ...]:
    """The names of a sentence's blanks, in order."""
    return tuple(says.replace("}", "{").split("{")[1::2])


def filled(says: str, detail: Mapping[str, str]) -> str:
    """The sentence with its blanks filled; where nothing fills one, by what can be said anyway."""
    pieces = says.replace("}", "{").split("{")
    pieces[1::2] = [detail.get(name) or _UNNAMED.get(name, "it") for name in pieces[1::2]]
    return "".join(pieces)


def _sentence(verdict: Verdict, shown: list[Shown], about_a_job: bool) -> str:
    against = [entry.says for entry in shown if entry.contradiction and entry.weight > 0]
    reasons = _listed(against[:REASONS])
    if verdict == "lure":
        return f"This looks like a fake job offer: {reasons}."
    if verdict == "suspicious":
        job = "This job message contradicts itself"
        what = job if about_a_job else "This is no job offer, but look"
        return f"{what}: {reasons}."
    trusted = [entry.says for entry in shown if entry.weight < 0]
    if verdict == "ordinary":
        if trusted:
            return f"An ordinary job message: {_listed(trusted[:REASONS])}."
        weak = [e.says for e in shown if e.weight > 0 and e.says and e.name != "job_theme"]
        if against:
            return f"A job message; one thing is odd, but not enough for an alarm: {against[0]}."
        rest = f" ({_listed(weak[:2])}, as honest ones may)" if weak else ""
        return f"A job message in which nothing contradicts itself{rest}."
    return "This is not about a job, and nothing in it contradicts itself."


def _listed(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
