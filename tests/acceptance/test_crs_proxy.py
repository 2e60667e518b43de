"""The Core Rule Set's regression tests as bytes over a socket, through the reverse proxy."""

from __future__ import annotations

from pathlib import Path

import pytest

from acceptance.crs_proxy import fault, standing
from acceptance.crs_suite import ALL, all_cases, overrides, sampled

pytestmark = pytest.mark.corpus

KNOWN = overrides("crs_proxy_overrides.yml")
STEP = 25


def test_what_is_not_passed_through_the_proxy_is_little() -> None:
    assert len(all_cases()) == ALL
    assert len(KNOWN) <= 0.03 * ALL


def test_the_proxy_passes_all_but_what_is_known(tmp_path: Path) -> None:
    failing: dict[str, str] = {}
    with standing(tmp_path) as stand:
        for case in sampled(all_cases(), STEP, KNOWN):
            for stage in case.stages:
                if why := fault(stage, stand):
                    failing.setdefault(case.name, why)
        assert stand.alarms == []
    assert failing.keys() == KNOWN.keys(), failing
