"""OTRF Security-Datasets: host events around recorded attack steps, with their lab background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import corpora
from acceptance.judges import THOROUGH, WINDOWS, Judges, rows_of
from acceptance.recordings import arrow_rows, zipped_lines
from vedette.model.batch import JsonLines, json_object
from vedette.sources.files import read_files
from vedette.sources.formats.auditd import FORMAT as AUDITD

pytestmark = pytest.mark.corpus

STEP = 1 if THOROUGH else 139
"""Of each recording's lines, one in STEP; the first of them shifts from file to file."""


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    paths = sorted(Path(corpora.otrf()).glob("windows/**/*.zip"))
    assert len(paths) >= 70
    chosen: list[bytes] = []
    for number, path in enumerate(paths):
        chosen.extend(list(zipped_lines(path))[number % STEP :: STEP])
    return chosen


def readable(lines: list[bytes]) -> list[dict[str, Any]]:
    records = []
    for line in lines:
        try:
            records.append(json_object(line))
        except ValueError:
            continue
    return records


def test_the_fast_path_agrees_with_the_oracle(judges: Judges, lines: list[bytes]) -> None:
    records = readable(lines)
    assert len(records) >= 900
    assert judges.differences(records, "windows", WINDOWS) == []


def test_lines_as_written_are_judged_like_dictionaries(judges: Judges, lines: list[bytes]) -> None:
    by_line, refused = judges.fast(JsonLines(lines), "windows", WINDOWS)
    records = readable(lines)
    by_dict, _ = judges.fast(rows_of(records), "windows", WINDOWS)
    blank = sum(not line.strip() for line in lines)
    assert len(records) == len(lines) - refused - blank
    assert [fired for fired in by_line if fired] == [fired for fired in by_dict if fired]
    assert any(by_line)


def test_arrow_batches_are_judged_like_dictionaries(judges: Judges, lines: list[bytes]) -> None:
    for rows, _ in arrow_rows(readable(lines)):
        columns, _ = judges.fast(rows, "windows", WINDOWS)
        same = [dict(rows.record(index)) for index in range(len(rows))]
        assert columns == judges.fast(rows_of(same), "windows", WINDOWS)[0]


def test_linux_audit_events_are_judged_like_the_oracle(judges: Judges) -> None:
    titles: set[str] = set()
    for path in sorted(Path(corpora.otrf()).glob("linux/**/*.zip")):
        reader = AUDITD.reader()
        for chunk in [*reader.feed(list(zipped_lines(path)), 1), *reader.close()]:
            records = [dict(chunk.rows.record(index)) for index in range(len(chunk.rows))]
            assert judges.differences(records, chunk.format, chunk.logsource) == []
            for fired in judges.fast(chunk.rows, chunk.format, chunk.logsource)[0]:
                titles |= {judges.rules.rules[position].title for position in fired}
    # What was recorded: a file padded with dd, and the ARP cache listed.
    assert titles >= {"Binary Padding - Linux", "Linux Remote System Discovery"}


def test_the_reader_gives_every_line_on(judges: Judges) -> None:
    paths = sorted(Path(corpora.otrf()).glob("windows/**/*.zip"), key=lambda p: p.stat().st_size)
    for path in paths if THOROUGH else paths[:5]:
        written = sum(1 for line in zipped_lines(path) if line.strip())
        batches = list(read_files([str(path)]))
        assert {batch.format for batch in batches if len(batch.rows)} == {"windows"}
        assert sum(len(batch.problems) for batch in batches) == 0
        rows = [batch.rows for batch in batches]
        assert sum(bool(r.raw(i).strip()) for r in rows for i in range(len(r))) == written
