"""All families of both authors."""

from __future__ import annotations

from benchmarks.recruitbench import honest, lures
from benchmarks.recruitbench.family import Family


def all_families() -> list[Family]:
    """Lures first; names are unique."""
    return [*lures.families(), *honest.families()]
