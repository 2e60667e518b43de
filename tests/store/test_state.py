"""One transaction: findings, positions, memory, outbox."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import pytest

from store.stored import NOON, batch_of, finding_about, write
from vedette.model.batch import Position
from vedette.model.delta import Delta
from vedette.store import outbox, reading
from vedette.store.compaction import Target, plan
from vedette.store.database import NAME, open_reader
from vedette.store.retention import Limits, choose, retain
from vedette.store.segments import Segment
from vedette.store.state import Commit, State

BATCH = batch_of([{"n": n} for n in range(4)])
FINDINGS = [finding_about(BATCH, index) for index in range(3)]


def test_a_commit_survives_and_adds_nothing_twice(tmp_path: Path) -> None:
    commit = Commit(
        findings=FINDINGS,
        positions=[Position("a", "1"), Position("b", "7")],
        delta=Delta({"k": b"1", "gone": b"x"}),
        sinks=["file", "hook"],
        found=5,
    )
    with State(tmp_path) as state:
        assert state.commit(commit) == FINDINGS
        later = Commit(
            findings=FINDINGS,
            positions=[Position("a", "2")],
            delta=Delta({"k": b"2"}, frozenset({"gone"})),
        )
        assert state.commit(later) == []
    with State(tmp_path) as state:
        assert state.positions() == {"a": Position("a", "2"), "b": Position("b", "7")}
        assert state.correlation() == {"k": b"2"}
        assert state.read(outbox.waiting) == {"file": (3, 0), "hook": (3, 0)}
        assert list(state.read(lambda db: list(reading.findings(db)))) == sorted(
            FINDINGS, key=lambda one: one.id
        )
        keys = [BATCH.event_key(index) for index in range(4)]
        assert state.read(partial(reading.referenced, keys=keys)) == set(keys[:3])


def test_a_commit_that_fails_changes_nothing(tmp_path: Path) -> None:
    broken = Commit(findings=FINDINGS, positions=[Position("a", None)])  # type: ignore[arg-type] # what the table refuses
    with State(tmp_path) as state:
        with pytest.raises(sqlite3.IntegrityError):
            state.commit(broken)
        assert state.read(reading.count_findings) == 0
        assert state.commit(Commit(findings=FINDINGS)) == FINDINGS


def test_the_outbox_from_first_try_to_dead_letter(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        state.commit(Commit(findings=FINDINGS, sinks=["s"]))
        first, *others = state.read(partial(outbox.due, sink="s", now=0, limit=10))
        assert [first.finding, *(letter.finding for letter in others)] == FINDINGS
        with state.transaction() as db:
            outbox.failed(db, [first], "no answer", next_try=100)
            outbox.failed(db, others[:1], "never", next_try=None)
            outbox.delivered(db, others[1:])
        assert state.read(partial(outbox.due, sink="s", now=99, limit=10)) == []
        assert state.read(partial(outbox.next_due, sink="s")) == 100
        (again,) = state.read(partial(outbox.due, sink="s", now=100, limit=10))
        assert (again.finding, again.attempts, again.error) == (FINDINGS[0], 1, "no answer")
        (dead,) = state.read(outbox.dead_letters)
        assert (dead.finding, dead.error) == (FINDINGS[1], "never")
        with state.transaction() as db:
            assert outbox.revive(db, "s") == 1
        assert state.read(outbox.waiting) == {"s": (2, 0)}


def test_a_reader_sees_commits_and_can_not_write(tmp_path: Path) -> None:
    with State(tmp_path) as state:
        reader = open_reader(tmp_path / NAME)
        assert reading.count_findings(reader) == 0
        state.commit(Commit(findings=FINDINGS))
        state.save_status({"a": b"{}"}, {"c": 4})
        assert reading.count_findings(reader) == 3
        assert reading.finding(reader, FINDINGS[1].id) == FINDINGS[1]
        assert reading.finding(reader, "unknown") is None
        assert (reading.statuses(reader), reading.counters(reader)) == ({"a": b"{}"}, {"c": 4})
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM findings")
        reader.close()


def segment(path: str, size: int, arrival: int, kept: bool = False) -> Segment:
    return Segment(path, 1, size, size, arrival, arrival, arrival, arrival, kept)


def test_retention_takes_the_oldest_first() -> None:
    segments = [
        segment("d/3", 10, 30),
        segment("d/1", 10, 10),
        segment("kept/0", 10, 0, kept=True),
        segment("d/2", 10, 20),
    ]
    chosen = partial(choose, segments, 40)
    assert [one.path for one in chosen(Limits())] == []
    assert [one.path for one in chosen(Limits(age=15))] == ["d/1", "d/2"]
    assert [one.path for one in chosen(Limits(size=25))] == ["d/1", "d/2"]
    assert [one.path for one in chosen(Limits(age=25, size=35))] == ["d/1"]
    assert [one.path for one in chosen(Limits(size=0))] == ["d/1", "d/2", "d/3"]


def test_retention_reports_what_went_and_keeps_evidence(tmp_path: Path) -> None:
    root = tmp_path / "events"
    with State(tmp_path) as state:
        write(root, state, BATCH)
        write(root, state, batch_of([{"late": 1}], arrival=NOON + 100))
        state.commit(Commit(findings=FINDINGS[:1]))
        removed = retain(root, state, NOON + 60, Limits(age=50))
        assert (removed.segments, removed.events, removed.kept) == (1, 3, 1)
        again = retain(root, state, NOON + 1_000_000, Limits(age=50, size=1))
        assert (again.segments, again.events, again.kept) == (1, 1, 0)
        assert [file.parent.name for file in root.rglob("*.parquet")] == ["kept"]


def test_merging_waits_for_enough_and_keeps_to_the_target() -> None:
    small = [segment(f"d/{number}", 10, number) for number in range(70)]
    target = Target(rows=1000, raw=1000)
    assert [len(group) for group in plan(small, target, 32)] == [32, 32]
    assert [len(group) for group in plan(small, target, 2)] == [32, 32, 6]
    large = [segment(f"d/{number}", 400, number) for number in range(7)]
    assert [len(group) for group in plan(large, target, 2)] == [3, 3]
    assert plan([segment("d/1", 1000, 1), segment("d/2", 2000, 2)], target, 2) == []
