"""The newest entry of a kind, found from the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vedette.ledger.errors import LedgerDamagedError
from vedette.ledger.latest import latest
from vedette.ledger.ledger import Ledger
from vedette.ledger.reading import entries

KINDS = ["action", "findings", "find"]
DECEIVING: list[dict[str, Any]] = [
    {"kind": "findings"},
    {"kind": ' {"kind":"findings","time":"x"}'},
    {"a": [{"kind": "findings", "x": '\n7 0 {"kind":"findings",'}]},
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(DECEIVING)), max_size=30))
def test_it_is_what_reading_everything_gives(
    tmp_path_factory: pytest.TempPathFactory, given: list[tuple[str, dict[str, Any]]]
) -> None:
    home = tmp_path_factory.mktemp("l")
    with Ledger(home / "ledger", home / "key", lambda: 0, segment_bytes=1500) as ledger:
        for kind, what in given:
            ledger.append(kind, "ann", what)
    for kind in KINDS:
        wanted = [entry for entry in entries(home / "ledger") if entry.kind == kind]
        assert latest(home / "ledger", kind) == (wanted[-1] if wanted else None)


def test_it_is_not_believed_where_it_was_altered(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger", tmp_path / "key", lambda: 0) as ledger:
        ledger.append("findings", "vedette", {"through": 3})
    (path,) = (tmp_path / "ledger").glob("*.entries")
    path.write_bytes(path.read_bytes().replace(b'"through":3', b'"through":9'))
    with pytest.raises(LedgerDamagedError):
        latest(tmp_path / "ledger", "findings")


def test_what_was_never_acknowledged_does_not_count(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger", tmp_path / "key", lambda: 0) as ledger:
        ledger.append("findings", "vedette", {"through": 3})
    (path,) = (tmp_path / "ledger").glob("*.entries")
    line = path.read_bytes().splitlines()[-1]
    path.write_bytes(path.read_bytes() + line.replace(b"0 ", b"1 ", 1) + b"\n")
    found = latest(tmp_path / "ledger", "findings")
    assert found is not None
    assert found.index == 0
