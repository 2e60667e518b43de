"""Legitimate messages about work, synthetic: of systems, recruiters, colleagues, candidates."""

from __future__ import annotations

from benchmarks.recruitbench.family import Family
from benchmarks.recruitbench.honest.compose import family
from benchmarks.recruitbench.honest.plans import PLANS


def families() -> list[Family]:
    """All families of legitimate messages, those for fitting first."""
    return [family(plan) for plan in PLANS]
