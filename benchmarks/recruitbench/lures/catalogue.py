"""All families."""

from __future__ import annotations

from typing import Final

from benchmarks.recruitbench.lures.fitting import FITTING
from benchmarks.recruitbench.lures.scenario import Scenario
from benchmarks.recruitbench.lures.testing import TESTING

SCENARIOS: Final[tuple[Scenario, ...]] = (*FITTING, *TESTING)
