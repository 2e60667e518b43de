"""Every construction is recognised and every benign twin passes."""

from __future__ import annotations

import pytest

from lure.attachment.construction import Construction
from lure.attachment.constructions import CONSTRUCTIONS
from vedette.lure.attachment.inspection import inspect_in_process
from vedette.lure.attachment.yara_rules import FOLDER, RuleSet
from vedette.lure.features import load_features
from vedette.model.bundled import bundled

FACTS = frozenset({"project_attached"})
"""Signs that say what a file is; nothing is odd about that."""

_RULES = RuleSet([bundled("lures") / FOLDER])


def _signs(file: str, data: bytes, words: tuple[str, ...] = ()) -> dict[str, str]:
    (report,) = inspect_in_process([(file, data)], words, scan=_RULES.scan)
    return {sign.name: f"{sign.evidence[0].text!r} {dict(sign.detail)}" for sign in report.signs}


@pytest.mark.parametrize("one", CONSTRUCTIONS, ids=lambda one: one.name)
def test_construction_is_recognised(one: Construction) -> None:
    found = _signs(one.file, one.build(), one.words)
    assert one.signs <= found.keys(), found


@pytest.mark.parametrize("one", CONSTRUCTIONS, ids=lambda one: one.name)
def test_twin_passes(one: Construction) -> None:
    found = _signs(one.twin_file, one.twin(), one.words)
    assert not found.keys() - one.ordinary - FACTS, found


def test_every_sign_is_a_feature() -> None:
    features = load_features(bundled("lures") / "features.yml").by_name
    for one in CONSTRUCTIONS:
        assert _signs(one.file, one.build(), one.words).keys() <= features.keys(), one.name


def test_count(capsys: pytest.CaptureFixture[str]) -> None:
    names = [one.name for one in CONSTRUCTIONS]
    assert len(names) == len(set(names))
    with capsys.disabled():
        print(f"\n{len(CONSTRUCTIONS)} constructions of documents and programs")
    assert len(CONSTRUCTIONS) >= 120
