"""The registry as it comes with the product, read once."""

from __future__ import annotations

import pytest

from corpora import REPOSITORY
from vedette.lure.identity.load import load_registry
from vedette.lure.identity.registry import Registry


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry([REPOSITORY / "content" / "lures"])
