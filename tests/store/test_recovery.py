"""State databases that do not belong to the events beside them."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from store.stored import batch_of, write
from vedette.model.errors import BusyError, UnreadableError
from vedette.store import manifest
from vedette.store.database import MIGRATIONS, NAME, open_reader
from vedette.store.lock import DataLock
from vedette.store.query import SearchQuery
from vedette.store.recovery import IN_FLIGHT, recover
from vedette.store.search import StorePaths, search
from vedette.store.segments import read_tables, segment_path, write_segment
from vedette.store.state import State


def count(folder: Path) -> int:
    where = StorePaths(folder / "events", folder)
    return sum(1 for _ in search(where, SearchQuery(limit=None)))


def filled(folder: Path, segments: int) -> None:
    with State(folder) as state:
        for number in range(segments):
            write(folder / "events", state, batch_of([{"n": number}], first=number))


def test_a_lost_state_database_takes_the_events_over(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    (tmp_path / NAME).unlink()
    (tmp_path / "events" / "2026-09-21").mkdir(exist_ok=True)
    (tmp_path / "events" / "2026-09-21" / "0000000000000077.parquet").write_bytes(b"no parquet")
    with State(tmp_path) as state:
        problems = [str(problem) for problem in recover(tmp_path / "events", state)]
        assert any("3 files of stored events were not in the state" in told for told in problems)
        assert any("not a file of stored events" in told for told in problems)
        write(tmp_path / "events", state, batch_of([{"n": "new"}], first=99))
    assert count(tmp_path) == 4


def test_an_old_copy_of_the_state_deletes_nothing(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    shutil.copy(tmp_path / NAME, tmp_path / "copy")
    filled(tmp_path, IN_FLIGHT + 3)
    (tmp_path / NAME).unlink()
    shutil.move(tmp_path / "copy", tmp_path / NAME)
    with State(tmp_path) as state:
        recover(tmp_path / "events", state)
    assert count(tmp_path) == IN_FLIGHT + 3, "the same numbers were stored twice"


def test_a_merge_that_was_left_half_done_stores_nothing_twice(tmp_path: Path) -> None:
    """Killed between the renaming of the merged file and its commit, after a flush had taken the
    next number and was committed."""
    filled(tmp_path, 3)
    with State(tmp_path) as state:
        parts = state.read(manifest.live_segments)
        left = segment_path(state.next_sequence(), parts[0].min_arrival)
        tables = [table for part in parts for table in read_tables(tmp_path / "events" / part.path)]
        write_segment(tmp_path / "events", left, tables)
        write(tmp_path / "events", state, batch_of([{"n": "later"}], first=99))
    with State(tmp_path) as state:
        assert recover(tmp_path / "events", state) == []
        assert state.read(manifest.totals)[1] == 4
    assert not (tmp_path / "events" / left).exists()
    assert count(tmp_path) == 4


def test_a_vanished_segment_is_told_of(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    next((tmp_path / "events").rglob("*.parquet")).unlink()
    with State(tmp_path) as state:
        (problem,) = recover(tmp_path / "events", state)
    assert "is gone" in problem.what
    assert count(tmp_path) == 1


def test_a_second_watch_is_refused(tmp_path: Path) -> None:
    with DataLock(tmp_path), pytest.raises(BusyError, match=r"another vedette watch \(pid \d+\)"):
        DataLock(tmp_path)
    DataLock(tmp_path).close()


def test_a_newer_or_damaged_state_says_what_to_do(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    connection = sqlite3.connect(tmp_path / NAME)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(UnreadableError, match="newer Vedette"):
        State(tmp_path)
    with pytest.raises(UnreadableError, match="written as version"):
        open_reader(tmp_path / NAME)
    for extra in (NAME + "-wal", NAME + "-shm"):
        (tmp_path / extra).unlink(missing_ok=True)
    (tmp_path / NAME).write_bytes(b"this is no database, but long enough to look at" * 100)
    with pytest.raises(UnreadableError, match="restore it from a backup"):
        State(tmp_path)


def test_what_sqlite_writes_beside_is_for_its_owner_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with State(tmp_path) as state:
        write(tmp_path / "events", state, batch_of([{"n": 1}]))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob(f"{NAME}*")}
    assert modes == {NAME: 0o600, f"{NAME}-wal": 0o600, f"{NAME}-shm": 0o600}
