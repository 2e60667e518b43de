"""Synthetic, inert lures: recruitment mail that is not what it says. Nobody real writes in it, no
program in it runs, and no address of it that is not a well-known service's belongs to anybody."""

from __future__ import annotations

import functools

from benchmarks.recruitbench.family import Family
from benchmarks.recruitbench.lures.catalogue import SCENARIOS
from benchmarks.recruitbench.lures.composing import samples


def families() -> list[Family]:
    """All families, in the order of the catalogue; the same bytes on every call."""
    return [
        Family(scenario.name, scenario.split, True, functools.partial(samples, scenario))
        for scenario in SCENARIOS
    ]
