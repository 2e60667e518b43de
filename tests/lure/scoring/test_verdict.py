"""The addition and the verdict that follows from it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lure.checks import features
from vedette.lure.features import THEMES
from vedette.lure.scoring.verdict import Assessment, assess
from vedette.lure.scoring.weights import load_weights, logistic, prior_weights
from vedette.lure.sign import Sign, SignEvidence
from vedette.model.bundled import bundled

FEATURES = features()
PRIORS = prior_weights(FEATURES)
NAMES = sorted(name for name, feature in FEATURES.by_name.items() if not feature.all_of)
TRUST = {name for name, feature in FEATURES.by_name.items() if feature.group == "trust"}


def told(*names: str, **detail: str) -> Assessment:
    return assess([Sign(n, (), tuple(detail.items())) for n in names], FEATURES, PRIORS)


@pytest.mark.parametrize(
    ("names", "verdict"),
    [
        ((), "unrelated"),
        (("job_theme",), "ordinary"),
        (("job_theme", "claim_freemail", "remote_template"), "lure"),
        (("job_theme", "claim_reply_elsewhere"), "suspicious"),
        (("remote_template",), "suspicious"),
        (("job_theme", "claim_freemail", "claim_verified"), "ordinary"),
        # everything that is only weak together is no lure: nothing contradicts itself
        (("job_theme", "urgency", "flattery", "link_file_host", "freemail_sender"), "ordinary"),
        (("profile_thin", "profile_new", "profile_few_connections"), "ordinary"),
    ],
)
def test_verdicts(names: tuple[str, ...], verdict: str) -> None:
    assert told(*names).verdict == verdict


@given(st.sets(st.sampled_from(NAMES)))
def test_the_addition_is_what_it_says(names: set[str]) -> None:
    found = told(*sorted(names))
    total = found.bias + sum(shown.weight for shown in found.features)
    assert math.isclose(found.probability, logistic(total))
    assert {shown.name for shown in found.features} >= names
    weights = [shown.weight for shown in found.features]
    assert weights == sorted(weights, reverse=True)
    contradicts = any(shown.contradiction for shown in found.features)
    assert contradicts or found.verdict in ("ordinary", "unrelated")
    assert found.sentence.endswith(".")
    assert "{" not in found.sentence


@given(st.sets(st.sampled_from(NAMES)), st.sampled_from(NAMES))
def test_one_more_sign_never_speaks_the_other_way(names: set[str], more: str) -> None:
    before, after = told(*names).probability, told(*names, more).probability
    assert after <= before if more in TRUST else after >= before


def test_the_sentence_names_the_heaviest_reasons_with_what_was_seen() -> None:
    found = told("job_theme", "remote_template", "claim_freemail", employer="Boeing", file="a.docx")
    assert found.sentence == (
        "This looks like a fake job offer: a.docx loads a template from another server "
        "and it speaks for Boeing and comes from a free mail address."
    )
    assert found.techniques == ("T1221", "T1566", "T1585.002")
    assert told().sentence == "This is not about a job, and nothing in it contradicts itself."
    hostile = told("job_theme", "claim_freemail", employer="{file}")
    assert "{file}" in hostile.sentence  # what comes from a message is never filled in again


@pytest.mark.parametrize("theme", sorted(n for n in NAMES if FEATURES.by_name[n].group in THEMES))
def test_whatever_makes_it_a_job_message_the_sentence_says_so(theme: str) -> None:
    found = told(theme, "claim_reply_elsewhere", "claim_verified")
    assert found.verdict != "unrelated"
    assert "no job" not in told(theme, "claim_reply_elsewhere").sentence
    assert told("claim_reply_elsewhere").sentence.startswith("This is no job offer, but look")


def test_evidence_is_kept_once_and_all_signs_of_a_feature_count() -> None:
    first, second = SignEvidence("1", 0, 3, "job"), SignEvidence("1", 9, 12, "job")
    signs = [Sign("job_theme", (first,)), Sign("job_theme", (second, first))]
    (shown,) = assess(signs, FEATURES, PRIORS).features
    assert shown.evidence == (first, second)


def test_a_sign_that_is_no_feature_is_an_error() -> None:
    with pytest.raises(KeyError):
        told("no_such_thing")


def test_the_bundled_weights_fit_the_list() -> None:
    weights = load_weights(bundled("lures") / "weights.json", FEATURES)
    assert set(weights.weights) == set(FEATURES.by_name)
    assert 0 < weights.suspicious <= weights.lure < 1
