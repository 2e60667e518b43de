"""A kill at every step of what changes the store: no event is lost, none is there twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.stored import DAY, NOON, batch_of, finding_about, write
from vedette.model.batch import Batch
from vedette.model.errors import UnreadableError
from vedette.store.compaction import Target, compact, merge, sweep
from vedette.store.manifest import live_segments
from vedette.store.query import SearchQuery
from vedette.store.recovery import recover
from vedette.store.search import StorePaths, search
from vedette.store.state import Commit, State

TESTS = Path(__file__).parents[1]
OLD = [
    batch_of([{"n": n} for n in range(begin, begin + 5)], arrival=NOON - 40 * DAY * (begin % 2))
    for begin in range(0, 20, 5)
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    with State(folder) as state:
        for batch in OLD:
            write(folder / "events", state, batch)
        state.commit(Commit(findings=[finding_about(batch, 2) for batch in OLD]))
    return folder


def keys_of(batches: list[Batch]) -> list[str]:
    return [batch.event_key(index) for batch in batches for index in range(len(batch.rows))]


def found(folder: Path) -> list[str]:
    where = StorePaths(folder / "events", folder)
    return sorted(event.key for event in search(where, SearchQuery(limit=None)))


def kill_at_every_step(operation: str, template: Path, target: Path) -> list[Path]:
    """Folders after the kills, in order; the last one's operation ran to its end."""
    done = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("kill_steps.py")),
            operation,
            template,
            target,
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps > 4
    return [target / str(step) for step in range(steps + 1)]


@pytest.mark.parametrize("operation", ["compact", "write"])
def test_killed_while_merging_or_writing(operation: str, template: Path, tmp_path: Path) -> None:
    expected = sorted(keys_of(OLD))
    folders = kill_at_every_step(operation, template, tmp_path)
    for folder in folders:
        before = [key for key in found(folder) if key in expected]
        assert before == expected, "a reader sees everything even before anything is put right"
        with State(folder) as state:
            assert recover(folder / "events", state) == []
        present = found(folder)
        assert len(present) == len(set(present))
        assert [key for key in present if key in expected] == expected
        files = list((folder / "events").rglob("*.parquet*"))
        with State(folder) as state:
            known = state.read(lambda db: {r[0] for r in db.execute("SELECT path FROM segments")})
        assert {file.relative_to(folder / "events").as_posix() for file in files} == known
    new = len(found(folders[-1])) - len(expected)
    assert new == (5 if operation == "write" else 0)
    if operation == "compact":
        assert len(list((folders[-1] / "events").rglob("*.parquet"))) == 2, "one for each day"


def test_killed_while_deleting_old_events(template: Path, tmp_path: Path) -> None:
    referenced = {batch.event_key(2) for batch in OLD}
    young = {key for batch in OLD if batch.arrival == NOON for key in keys_of([batch])}
    for folder in kill_at_every_step("retain", template, tmp_path):
        with State(folder) as state:
            assert recover(folder / "events", state) == []
        present = found(folder)
        assert len(present) == len(set(present))
        assert referenced | young <= set(present)
    assert set(present) == referenced | young, "what is older than 30 days is gone at last"


def test_merging_drops_what_is_there_twice(tmp_path: Path) -> None:
    root = tmp_path / "events"
    timeless = {"the same text": "on another day"}
    with State(tmp_path) as state:
        for batch in (OLD[0], OLD[0], batch_of([timeless], arrival=NOON)):
            write(root, state, batch)
        write(root, state, batch_of([timeless], arrival=NOON + 1))
        assert compact(root, state, NOON, Target(), everything=True) == 3
        sweep(root, state, NOON)
    assert found(tmp_path) == sorted([*keys_of(OLD[:1]), *keys_of([batch_of([timeless])] * 2)])


def test_a_damaged_segment_is_named(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        segment = write(tmp_path / "events", state, OLD[0])
    (tmp_path / "events" / segment.path).write_bytes(b"PAR1" + b"\0" * 100 + b"PAR1")
    with pytest.raises(UnreadableError, match="damaged"):
        found(tmp_path)


def test_a_commit_that_fails_for_good_leaves_no_file(tmp_path: Path) -> None:
    """The same step seen from inside: the transaction is refused, the merged file goes."""
    root = tmp_path / "events"
    with State(tmp_path) as state:
        for batch in OLD[:2]:
            write(root, state, batch)
        parts = state.read(live_segments)
        state._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(Exception, match="readonly"):
            merge(root, state, parts, NOON)
        assert len(list(root.rglob("*.parquet*"))) == 2
