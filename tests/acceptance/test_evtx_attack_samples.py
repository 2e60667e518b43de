"""EVTX-ATTACK-SAMPLES: all rules on all events, judged alike by every front end and the oracle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import corpora
from acceptance.judges import THOROUGH, WINDOWS, Judges, rows_of
from acceptance.recordings import arrow_rows, evtx_records

pytestmark = pytest.mark.corpus

STEP = 1 if THOROUGH else 37
"""Of the 8,255 events, one in STEP."""


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    paths = sorted(Path(corpora.evtx_attack_samples()).rglob("*.evtx"))
    assert len(paths) >= 277
    return evtx_records(paths)


def test_the_fast_path_agrees_with_the_oracle(
    judges: Judges, records: list[dict[str, Any]]
) -> None:
    assert len(records) >= 8255
    assert judges.differences(records[::STEP], "windows", WINDOWS) == []


def test_arrow_batches_are_judged_like_dictionaries(
    judges: Judges, records: list[dict[str, Any]]
) -> None:
    fired = 0
    for rows, _ in arrow_rows(records[1::STEP]):
        columns, _ = judges.fast(rows, "windows", WINDOWS)
        same = [dict(rows.record(index)) for index in range(len(rows))]
        dictionaries, _ = judges.fast(rows_of(same), "windows", WINDOWS)
        assert columns == dictionaries
        fired += sum(map(len, columns))
    assert fired > 0
