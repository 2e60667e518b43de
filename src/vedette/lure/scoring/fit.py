"""Fits the weights to labelled messages: logistic regression that begins at people's priors.

Deterministic and without randomness: the same examples give the same file. Weights never cross
zero (the model stays monotone), and each family of messages counts alike however many it has.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from vedette.lure.features import Features
from vedette.lure.scoring.weights import Weights, logistic

SPREAD: Final = 1.2
"""How far, in log odds, people's priors are thought to be off: the standard deviation of the
Gaussian around them. Small, because families of lures that nobody wrote down yet must find the
weights that people gave their features, not zeros."""
SPREAD_OF_HINTS: Final = 0.6
"""The same for features that contradict nothing: how common those are in the mail of the world (in
half of it a link leads somewhere unknown), written messages say least of all."""
FAMILY: Final = 4.0
"""What one family of messages counts, in messages."""
FOLDS: Final = 5
BASE_RATE: Final = 0.1
"""Share of lures among job mail that probabilities are calibrated for."""
ALARMS: Final = 0.001
"""Share of honest messages (held out) that may reach the threshold of a lure."""
DOUBTS: Final = 0.005
"""Share of honest messages (held out) that may reach the threshold of suspicion."""
ROUNDS: Final = 200
SETTLED: Final = 1e-6


class Example(msgspec.Struct, frozen=True):
    """One labelled message: its features' names, whether it is a lure, its template family."""

    names: frozenset[str]
    lure: bool
    family: str


class _Row(msgspec.Struct):
    names: frozenset[str]
    lure: bool
    weight: float


def fit(examples: Sequence[Example], features: Features, fitted_on: str = "") -> Weights:
    """The weights, calibrated and with thresholds. Raises ValueError where a class is missing or
    has fewer than FOLDS families."""
    folds = _folds(examples)
    held_out: list[tuple[float, Example]] = []
    for fold in range(FOLDS):
        train = [e for e in examples if folds[e.lure, e.family] != fold]
        bias, weights = _regress(train, features)
        held_out.extend(
            (bias + sum(weights[name] for name in e.names), e)
            for e in examples
            if folds[e.lure, e.family] == fold
        )
    slope, offset = calibrate([(score, e.lure) for score, e in held_out], BASE_RATE)
    bias, weights = _regress(examples, features)
    final = {name: round(slope * weight, 3) for name, weight in weights.items()}
    honest = sorted(logistic(slope * score + offset) for score, e in held_out if not e.lure)
    return Weights(
        bias=round(slope * bias + offset, 3),
        weights=final,
        base_rate=BASE_RATE,
        lure=max(0.5, _above(honest, ALARMS)),
        suspicious=max(0.2, min(0.5, _above(honest, DOUBTS))),
        fitted_on=fitted_on,
    )


def calibrate(scores: Sequence[tuple[float, bool]], base_rate: float) -> tuple[float, float]:
    """Slope (above zero) and offset after which the logistic of a score is the share of lures, if
    they were `base_rate` of all (Platt's method, by Newton's)."""
    lures = sum(lure for _, lure in scores)
    if not 0 < lures < len(scores):
        raise ValueError("calibration needs both lures and honest messages")
    each = {True: base_rate / lures, False: (1 - base_rate) / (len(scores) - lures)}
    # Platt's targets: nobody is sure on so few messages
    target = {True: (lures + 1) / (lures + 2), False: 1 / (len(scores) - lures + 2)}
    slope, offset = 1.0, math.log(base_rate / (1 - base_rate))
    for _ in range(ROUNDS):
        g0 = g1 = h00 = h01 = h11 = 1e-12
        for score, lure in scores:
            p = logistic(slope * score + offset)
            error, curve = each[lure] * (p - target[lure]), each[lure] * p * (1 - p)
            g0 += error
            g1 += error * score
            h00 += curve
            h01 += curve * score
            h11 += curve * score * score
        determinant = h00 * h11 - h01 * h01
        if determinant <= 1e-18:
            break
        step = (h00 * g1 - h01 * g0) / determinant
        lift = (h11 * g0 - h01 * g1) / determinant
        scale = min(1.0, 1.0 / max(abs(step), abs(lift), 1e-9))
        slope, offset = max(0.05, slope - scale * step), offset - scale * lift
        if abs(step) < SETTLED and abs(lift) < SETTLED:
            break
    return slope, offset


def _folds(examples: Sequence[Example]) -> Mapping[tuple[bool, str], int]:
    """Each family whole in one fold; families of a class are dealt out in turn by name."""
    folds: dict[tuple[bool, str], int] = {}
    for lure in (False, True):
        families = sorted({e.family for e in examples if e.lure == lure})
        if len(families) < FOLDS:
            raise ValueError(f"needs {FOLDS} families of {'lures' if lure else 'honest mail'}")
        folds.update({(lure, family): index % FOLDS for index, family in enumerate(families)})
    return folds


def _regress(examples: Sequence[Example], features: Features) -> tuple[float, dict[str, float]]:
    """Maximum a posteriori: coordinate-wise Newton steps, cut off at zero on the wrong side."""
    rows = _rows(examples)
    by_name: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        for name in row.names:
            by_name[name].append(index)
    weights = {name: feature.prior for name, feature in features.by_name.items()}
    bias = -2.0
    scores = [bias + sum(weights[name] for name in row.names) for row in rows]
    everywhere = range(len(rows))
    for _ in range(ROUNDS):
        moved = _step(rows, scores, everywhere, lambda step: -step, 0.0, 0.0)
        bias += moved
        largest = abs(moved)
        for name, touched in by_name.items():
            feature = features.by_name[name]
            low, high = (-math.inf, 0.0) if feature.group == "trust" else (0.0, math.inf)
            now = weights[name]

            def clipped(
                step: float, now: float = now, low: float = low, high: float = high
            ) -> float:
                return min(high, max(low, now - step)) - now

            pull = 1 / (SPREAD if feature.contradiction else SPREAD_OF_HINTS) ** 2
            moved = _step(rows, scores, touched, clipped, (now - feature.prior) * pull, pull)
            weights[name] = now + moved
            largest = max(largest, abs(moved))
        if largest < SETTLED:
            break
    return bias, weights


def _rows(examples: Sequence[Example]) -> list[_Row]:
    """Examples that look alike as one row; every family of a class weighs FAMILY in all."""
    sizes = Counter((e.lure, e.family) for e in examples)
    rows: dict[tuple[bool, tuple[str, ...]], _Row] = {}
    for e in examples:
        key = (e.lure, tuple(sorted(e.names)))
        row = rows.setdefault(key, _Row(e.names, e.lure, 0.0))
        row.weight += FAMILY / sizes[e.lure, e.family]
    return [rows[key] for key in sorted(rows)]


def _step(
    rows: Sequence[_Row],
    scores: list[float],
    touched: Sequence[int],
    clipped: Callable[[float], float],
    gradient: float,
    curve: float,
) -> float:
    """One Newton step of the weight that `touched` rows share; returns how far it went."""
    for index in touched:
        row = rows[index]
        p = logistic(scores[index])
        gradient += row.weight * (p - row.lure)
        curve += row.weight * max(p * (1 - p), 1e-4)
    moved = clipped(max(-1.0, min(1.0, gradient / curve))) if curve else 0.0
    if moved:
        for index in touched:
            scores[index] += moved
    return moved


def _above(honest: Sequence[float], share: float) -> float:
    """The probability that at most `share` of the honest messages (sorted) reach."""
    allowed = math.floor(share * len(honest))
    border = honest[-1 - allowed]
    return round(min(0.999, border + (1 - border) * 0.1 + 0.0005), 3)
