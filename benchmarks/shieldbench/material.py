"""What all parts of the bench work on: the rules as files and as engines, traffic, a peer."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import crs  # lies with the tests
from benchmarks.measure import say
from benchmarks.shieldbench.benign.site import Visit
from benchmarks.shieldbench.benign.sites import sites
from modsecurity import Oracle  # likewise
from vedette.seclang.parse import load_program
from vedette.seclang.run.transaction import Engine
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.policy.pack import pack_files
from vedette.shield.policy.settings import Pack, Place, Policy, Site

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / "build" / "shieldbench"
"""Compiled plans stay here, by the hash of what they were made of."""


@dataclass(frozen=True)
class Material:
    """`folder` is one to work in, `pictures` where pictures are written, `checkout` the Core Rule
    Set. `part` is the share of the usual number of requests: less than 1 in tests. `requests` are
    those of the measurement of memory, `seconds` those of each measurement of a proxy."""

    folder: Path
    pictures: Path
    checkout: Path
    part: float = 1.0
    requests: int = 100_000
    seconds: int = 5
    cache: Path = CACHE

    def count(self, usual: int) -> int:
        """So many instead of the usual number."""
        return max(4, round(usual * self.part))

    @cached_property
    def visits(self) -> tuple[tuple[str, Visit], ...]:
        """The harmless traffic with the names of its sites, or an even part of it."""
        step = max(1, round(1 / self.part))
        made = [(site.name, visit) for site in sites() for visit in site.make()]
        return tuple(made[::step])

    def policy(self, level: int, exclusions: Sequence[Exclusion] = ()) -> Policy:
        """One site for everything, as the Core Rule Set is delivered, at a paranoia level."""
        return Policy(
            pack=Pack(rules=str(self.checkout)),
            sites=(Site(name="bench", places=(Place(paranoia=level),)),),
            exclusions=tuple(exclusions),
        )

    def stock(self, level: int, exclusions: Sequence[Exclusion] = ()) -> list[Path]:
        """The files of such a policy, for any engine."""
        paths, made = pack_files(self.policy(level, exclusions), level)
        folder = self.folder / f"rules-{level}-{len(exclusions)}"
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (folder / name.rpartition(":")[2]).write_bytes(content)
        return [folder / str(p).rpartition(":")[2] if str(p) in made else p for p in paths]

    def suite(self) -> list[Path]:
        """The files that the rule set's own tests are for, at paranoia level 4."""
        folder = self.folder / "suite"
        folder.mkdir(parents=True, exist_ok=True)
        return crs.rule_files(self.checkout, folder)

    def engine(self, files: Sequence[Path]) -> Engine:
        """A new engine, which has seen nothing."""
        self.cache.mkdir(parents=True, exist_ok=True)
        return Engine(load_program(list(files)), cache=self.cache)


def wheel(files: Sequence[Path]) -> Oracle | None:
    """libmodsecurity with these rules; None, said so, where its wheel is not installed."""
    try:
        return Oracle(files)
    except pytest.skip.Exception as why:
        say("libmodsecurity left out", str(why))
        return None


def wheel_version() -> str:
    """The wheel's name and version."""
    return f"libmodsecurity {metadata.version('libmodsecurity')}"


def environment() -> dict[str, str]:
    """For a child that imports what this process does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
