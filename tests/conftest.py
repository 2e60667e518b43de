"""What all tests share."""

from __future__ import annotations

import os
from typing import Final

import pytest
from hypothesis import settings

# The machines that run this are noisy: how long an example takes says nothing.
settings.register_profile("vedette", deadline=None)
settings.load_profile("vedette")

THOROUGH: Final = os.environ.get("VEDETTE_THOROUGH", "") not in ("", "0")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what takes long and changes seldom, unless all is asked for."""
    if THOROUGH:
        return
    skip = pytest.mark.skip(reason="takes long: make acceptance, or VEDETTE_THOROUGH=1")
    for item in items:
        if item.get_closest_marker("thorough") is not None:
            item.add_marker(skip)
