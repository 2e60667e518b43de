"""The two judges, built once: the product's compiled plan, and the naive oracle."""

from __future__ import annotations

import pytest

import corpora
from acceptance.judges import Judges, judges_of


@pytest.fixture(scope="session")
def judges() -> Judges:
    """All of SigmaHQ, as the product loads it and as the oracle reads it."""
    return judges_of(sorted(corpora.sigmahq().glob("rules*")))
