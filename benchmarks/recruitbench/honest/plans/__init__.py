"""All families' plans: those for fitting first, then those for testing."""

from __future__ import annotations

from benchmarks.recruitbench.honest.plans.approaches import APPROACHES
from benchmarks.recruitbench.honest.plans.dealings import DEALINGS
from benchmarks.recruitbench.honest.plans.fitting import FITTING
from benchmarks.recruitbench.honest.plans.organisations import ORGANISATIONS
from benchmarks.recruitbench.honest.plans.people import PEOPLE
from benchmarks.recruitbench.honest.plans.systems import SYSTEMS

PLANS = (*FITTING, *APPROACHES, *DEALINGS, *SYSTEMS, *PEOPLE, *ORGANISATIONS)
