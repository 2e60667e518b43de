"""Read from the end: the same entries as from the start, the other way round."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vedette.ledger.backwards import BLOCK, newest
from vedette.ledger.errors import LedgerDamagedError
from vedette.ledger.ledger import Ledger
from vedette.ledger.reading import entries
from vedette.model.errors import UnreadableError

SIZES = st.lists(st.sampled_from([0, 10, 1000, BLOCK - 120, BLOCK, 2 * BLOCK + 7]), max_size=12)


def made(folder: Path, sizes: list[int], segment: int = 4096) -> Path:
    where = folder / f"ledger-{time.monotonic_ns()}"
    with Ledger(where, where.with_suffix(".key"), lambda: 10**15, segment_bytes=segment) as ledger:
        for number, size in enumerate(sizes):
            what: dict[str, Any] = {"n": number, "text": "x" * size}
            ledger.append("note", "ann", what)
    return where


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SIZES, st.sampled_from([4096, 1 << 20]), st.integers(0, 14))
def test_backwards_is_forwards_reversed(
    tmp_path: Path, sizes: list[int], segment: int, before: int
) -> None:
    where = made(tmp_path, sizes, segment)
    whole = list(entries(where))
    assert list(newest(where)) == whole[::-1]
    assert list(newest(where, before)) == whole[:before][::-1]


def test_what_was_not_acknowledged_is_not_shown(tmp_path: Path) -> None:
    where = made(tmp_path, [1, 2, 3], 1 << 20)
    (segment,) = where.glob("*.entries")
    with segment.open("ab") as file:
        file.write(b"3 " + b"0" * 32 + b' {"kind":"note"')
    assert [entry.index for entry in newest(where)] == [2, 1, 0]


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    where = made(tmp_path, [1, 2, 3], 1 << 20)
    (segment,) = where.glob("*.entries")
    segment.write_bytes(segment.read_bytes().replace(b"\n1 ", b"\nx "))
    found = newest(where)
    assert next(found).index == 2
    with pytest.raises(LedgerDamagedError):
        list(islice(found, 2))
    with pytest.raises(UnreadableError):
        list(newest(tmp_path / "none"))
