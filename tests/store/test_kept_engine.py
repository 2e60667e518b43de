"""The engine that searches share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.stored import NOON, batch_of, write
from vedette.model.instant import rfc3339
from vedette.store.bounded import Bounds, search_within
from vedette.store.kept_engine import KeptEngine
from vedette.store.query import SearchQuery
from vedette.store.search import StorePaths
from vedette.store.state import State


@pytest.fixture
def engine() -> Iterator[KeptEngine]:
    with closing(KeptEngine("128MB", 1)) as made:
        yield made


def test_searches_at_once_and_one_after_the_other(tmp_path: Path, engine: KeptEngine) -> None:
    with State(tmp_path) as state:
        records = [{"time": rfc3339(NOON + n), "n": n, "host": f"h{n % 3}"} for n in range(300)]
        write(tmp_path / "events", state, batch_of(records))
    paths, bounds = StorePaths(tmp_path / "events", tmp_path), Bounds(engine=engine)

    def found(number: int) -> list[int]:
        query = SearchQuery(start=NOON + number, end=NOON + number + 10)
        return [one.event_time for one in search_within(paths, query, 100, bounds).events]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(found, range(0, 200, 10))) == [
            list(range(NOON + number + 9, NOON + number - 1, -1)) for number in range(0, 200, 10)
        ]


def test_a_search_sees_files_as_they_are_now(tmp_path: Path, engine: KeptEngine) -> None:
    """Nothing of a file is kept: another of the same name is another."""
    path = tmp_path / "one.parquet"
    for number in (1, 2):
        pq.write_table(pa.table({"n": [number]}), path)
        with engine.cursor() as cursor:
            told = cursor.execute("SELECT n FROM read_parquet(?)", [str(path)]).fetchall()
        assert told == [(number,)]


def test_after_what_it_does_not_survive_there_is_another(engine: KeptEngine) -> None:
    with pytest.raises(duckdb.FatalException), engine.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (n INT)")
        raise duckdb.FatalException("as DuckDB raises it")
    with engine.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def test_one_that_nobody_closed_is_quiet_at_the_end_of_the_process() -> None:
    code = (
        "from vedette.store.kept_engine import KeptEngine\n"
        "kept = KeptEngine('64MB', 1)\n"
        "with kept.cursor() as one: print(one.execute('SELECT 7').fetchall())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[(7,)]\n"
    assert done.stderr == ""
