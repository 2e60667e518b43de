from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from response.counterfactual.touched_store import Store
from vedette.store.state import State


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with State(tmp_path) as state:
        yield Store(tmp_path, state)
