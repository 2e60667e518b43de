"""Found events in every form of output."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from vedette.model.logsource import Logsource
from vedette.store.output import harmless, print_events, write_csv, write_json, write_parquet
from vedette.store.search import StoredEvent
from vedette.store.segments import schema


def event(raw: bytes, text: str | None = None, host: str | None = None) -> StoredEvent:
    source = Logsource(product="windows")
    return StoredEvent(1_000_000, 2_000_000, "s", "json", source, "line 1", "k", host, raw, text)


EVENTS = [
    event(b'{"a": "\xc3\xa9"}', host="=cmd|' /C calc'!A0"),
    event(b'{"a":\n 1}'),
    event(b"<xml \xff>\x1b[31m", '{"b":2}'),
]


def test_json_is_one_object_a_line() -> None:
    out = io.BytesIO()
    assert write_json(EVENTS, out) == 3
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one["record"] for one in told] == [{"a": "é"}, {"a": 1}, {"b": 2}]
    assert told[0]["event_time"] == "1970-01-01T00:00:01.000000Z"
    assert told[0]["logsource"] == {"product": "windows"}
    assert "raw" not in told[0]
    assert told[2]["raw"] == "<xml \ufffd>\x1b[31m"


def test_csv_runs_nothing_in_a_spreadsheet() -> None:
    out = io.StringIO(newline="")
    assert write_csv(EVENTS, out) == 3
    header, first, *_ = csv.reader(io.StringIO(out.getvalue(), newline=""))
    row = dict(zip(header, first, strict=True))
    assert row["host"] == "'=cmd|' /C calc'!A0"
    assert row["event"] == '{"a": "é"}'


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1"])
def test_every_way_to_begin_a_formula(cell: str) -> None:
    assert harmless(cell) == "'" + cell
    assert harmless("a" + cell) == "a" + cell


def test_parquet_has_the_form_of_the_store(tmp_path: Path) -> None:
    assert write_parquet(EVENTS, tmp_path / "out.parquet") == 3
    read = pq.read_table(tmp_path / "out.parquet")
    assert read.schema.equals(schema())
    assert read["raw"].to_pylist() == [one.raw for one in EVENTS]
    assert write_parquet([], tmp_path / "none.parquet") == 0
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0


def test_no_event_reaches_the_terminal_s_controls() -> None:
    for terminal in (True, False):
        console = Console(file=io.StringIO(), width=30, force_terminal=terminal, color_system=None)
        assert print_events(EVENTS, console) == 3
        assert isinstance(console.file, io.StringIO)
        shown = console.file.getvalue()
        assert "\x1b" not in shown
        assert "␛[31m" in shown
