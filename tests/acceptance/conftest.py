"""What takes long to build, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpora
import crs
from acceptance.judges import Judges, judges_of
from vedette.seclang.parse import load_program
from vedette.seclang.run.transaction import Engine


@pytest.fixture(scope="session")
def judges() -> Judges:
    """All of SigmaHQ, as the product loads it and as the oracle reads it."""
    return judges_of(sorted(corpora.sigmahq().glob("rules*")))


@pytest.fixture(scope="session")
def crs_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The Core Rule Set as its own tests want it, at paranoia level 4."""
    return crs.rule_files(corpora.crs(), tmp_path_factory.mktemp("crs"))


@pytest.fixture(scope="session")
def crs_engine(crs_files: list[Path]) -> Engine:
    """Vedette's engine with these rules."""
    return Engine(load_program(crs_files))
