"""Fitting: deterministic, monotone, near the priors where nothing is known, calibrated."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from vedette.lure.features import Features, load_features
from vedette.lure.scoring.fit import Example, calibrate, fit
from vedette.lure.scoring.weights import dump_weights, load_weights, logistic
from vedette.lure.sign import Sign
from vedette.model.bundled import bundled


@pytest.fixture(scope="module")
def features() -> Features:
    return load_features(bundled("lures") / "features.yml")


def examples() -> list[Example]:
    dice = random.Random(7)
    made = []
    for number in range(400):
        family = f"f{number % 10}"
        lure = number < 120
        names = {"job_theme"}
        if dice.random() < (0.9 if lure else 0.02):
            names.add("claim_freemail")
        if dice.random() < 0.5:
            names.add("urgency")
        if not lure and dice.random() < 0.6:
            names.add("claim_verified")
        made.append(Example(frozenset(names), lure, family))
    return made


def test_the_same_examples_in_any_order_give_the_same_file(features: Features) -> None:
    given = examples()
    once = dump_weights(fit(given, features, "test"))
    random.Random(1).shuffle(given)
    again = fit(given, features, "test")
    for name, weight in again.weights.items():
        assert weight == pytest.approx(fit(examples(), features).weights[name], abs=2e-3)
    assert once == dump_weights(fit(examples(), features, "test"))


def test_weights_keep_their_side_and_their_prior_where_nothing_is_known(
    features: Features,
) -> None:
    weights = fit(examples(), features)
    for name, feature in features.by_name.items():
        assert weights.weights[name] * (-1 if feature.group == "trust" else 1) >= 0
    # what no example shows is scaled like all others, and keeps its rank
    assert weights.weights["remote_template_image"] > weights.weights["link_shortener"] > 0
    assert weights.weights["claim_freemail"] > 5 * weights.weights["urgency"]


def test_a_written_file_reads_back(features: Features, tmp_path: Path) -> None:
    weights = fit(examples(), features, "test")
    path = tmp_path / "weights.json"
    path.write_text(dump_weights(weights))
    assert load_weights(path, features) == weights


def test_calibration_finds_a_known_slope() -> None:
    dice = random.Random(3)
    scores = []
    for _ in range(20_000):
        score = dice.gauss(0, 2)
        scores.append((score, dice.random() < logistic(0.7 * score - 0.5)))
    share = sum(lure for _, lure in scores) / len(scores)
    slope, offset = calibrate(scores, share)
    assert slope == pytest.approx(0.7, abs=0.05)
    assert offset == pytest.approx(-0.5, abs=0.1)
    # at another base rate only the offset moves, by the log of the odds' ratio
    other, moved = calibrate(scores, 0.05)
    expected = math.log(0.05 / 0.95) - math.log(share / (1 - share))
    assert other == pytest.approx(slope, abs=0.1)
    assert moved - offset == pytest.approx(expected, abs=0.25)


def test_too_few_families_are_refused(features: Features) -> None:
    with pytest.raises(ValueError, match="5 families of lures"):
        fit([e for e in examples() if not e.lure or e.family < "f2"], features)


def test_combined_features_hold_only_together(features: Features) -> None:
    alone = features.seen([Sign("secrecy"), Sign("job_theme")])
    assert "talk_hidden" not in alone
    both = features.seen([Sign("secrecy"), Sign("job_theme"), Sign("handoff_messenger")])
    assert "talk_hidden" in both
    with pytest.raises(KeyError):
        features.seen([Sign("no_such_sign")])
