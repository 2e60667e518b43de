"""Every construction of containers and names is recognised, and every honest twin passes."""

from __future__ import annotations

import pytest

from lure.attachment.construction import Construction
from lure.attachment.constructions_containers import CONSTRUCTIONS
from vedette.lure.attachment.inspection import inspect_in_process


def _signs(file: str, data: bytes, words: tuple[str, ...]) -> dict[str, str]:
    (report,) = inspect_in_process([(file, data)], words)
    return {sign.name: f"{sign.evidence[0].text!r} {dict(sign.detail)}" for sign in report.signs}


@pytest.mark.parametrize("one", CONSTRUCTIONS, ids=lambda one: one.name)
def test_construction_is_recognised(one: Construction) -> None:
    found = _signs(one.file, one.build(), one.words)
    assert one.signs <= found.keys(), found


@pytest.mark.parametrize("one", CONSTRUCTIONS, ids=lambda one: one.name)
def test_twin_passes(one: Construction) -> None:
    found = _signs(one.twin_file, one.twin(), one.words)
    assert not found.keys() - one.ordinary - {"project_attached"}, found


def test_count(capsys: pytest.CaptureFixture[str]) -> None:
    names = [one.name for one in CONSTRUCTIONS]
    assert len(names) == len(set(names))
    with capsys.disabled():
        print(f"\n{len(CONSTRUCTIONS)} constructions of containers and names")
    assert len(CONSTRUCTIONS) >= 120
