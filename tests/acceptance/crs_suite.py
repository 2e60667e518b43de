"""What the tests on the Core Rule Set's regression suite share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

import corpora
import crs

THOROUGH = os.environ.get("VEDETTE_THOROUGH", "") not in ("", "0")
"""Set to judge every case; else every so many, and all that are known to fail."""

ALL = 5_045
IN_PROCESS = 5_024
"""Tests of the checkout that is kept, and those that an engine alone can judge."""


def overrides(name: str) -> dict[str, str]:
    """The tests that are not passed ("rule-test"), each with its reason."""
    listed: list[dict[str, Any]] = yaml.safe_load(_beside(name).read_bytes())
    reasons = {
        f"{each['rule']}-{test}": each["reason"].strip()
        for each in listed
        for test in each["tests"]
    }
    assert sum(len(each["tests"]) for each in listed) == len(reasons), "a test stands twice"
    assert all(reasons.values()), "a reason is missing"
    return reasons


def sampled(cases: list[crs.Case], step: int, known: dict[str, str]) -> list[crs.Case]:
    """One case in `step` and all that are `known`; every case where all are wanted."""
    assert {case.name for case in cases} >= set(known), "an override of no test"
    if THOROUGH:
        return cases
    return [case for place, case in enumerate(cases) if not place % step or case.name in known]


def all_cases() -> list[crs.Case]:
    """The suite; the test is skipped without it."""
    return list(crs.cases(corpora.crs()))


def _beside(name: str) -> Path:
    return Path(__file__).with_name(name)
