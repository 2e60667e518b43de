"""The Core Rule Set's own regression tests, judged by the engine in process."""

from __future__ import annotations

import pytest
from benchmarks.shieldbench.suite import asked, fault

from acceptance.crs_suite import ALL, IN_PROCESS, THOROUGH, all_cases, overrides, sampled
from vedette.seclang.run.transaction import Engine

pytestmark = pytest.mark.corpus

KNOWN = overrides("crs_overrides.yml")
STEP = 10


def test_what_is_not_passed_is_known_and_little() -> None:
    cases = all_cases()
    assert len(cases) == ALL
    assert sum(case.in_process for case in cases) == IN_PROCESS
    assert len(KNOWN) <= 0.002 * IN_PROCESS


def test_the_engine_passes_all_but_what_is_known(crs_engine: Engine) -> None:
    chosen = sampled([case for case in all_cases() if case.in_process], STEP, KNOWN)
    assert len(chosen) >= (IN_PROCESS if THOROUGH else IN_PROCESS // STEP)
    ask = asked(crs_engine)
    failing = {case.name: why for case in chosen if (why := fault(case, ask))}
    assert failing.keys() == KNOWN.keys(), failing
