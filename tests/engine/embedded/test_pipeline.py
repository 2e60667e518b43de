"""The path as a whole, on real files, with sources and sinks of a few lines."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
import pytest

from engine.embedded.example_detector import ExampleDetector, Said
from engine.embedded.example_parts import (
    QUICK,
    ListSink,
    ListSource,
    built,
    lines_batch,
)
from vedette.engine.embedded.delivery import Patience
from vedette.engine.embedded.persistence import UnsavedError
from vedette.engine.embedded.status import SILENCE_RULE, SourceStatus
from vedette.model.batch import Batch, DictRows
from vedette.model.finding import Finding
from vedette.model.problem import Problem
from vedette.sinks.file import FileSink
from vedette.sources.live.clock import Clock
from vedette.store import outbox, reading
from vedette.store.database import NAME, open_reader
from waiting import until

IMPATIENT = dataclasses.replace(QUICK, patience=Patience(first=0.02, longest=0.05, attempts=3))


def findings_of(folder: Path) -> list[Finding]:
    with closing(open_reader(folder / NAME)) as state:
        return list(reading.findings(state))


def status_of(folder: Path, name: str) -> SourceStatus:
    with closing(open_reader(folder / NAME)) as state:
        return msgspec.json.decode(reading.statuses(state)[name], type=SourceStatus)


def test_from_source_to_sink_and_no_further_after_a_restart(tmp_path: Path) -> None:
    batches = [lines_batch(first, 25) for first in range(0, 100, 25)]
    source, sink = ListSource(batches), ListSink()
    with built(tmp_path, [source], [sink]) as one:
        one.run()
        assert one.problems == []
        assert one.raws() == sorted(b'{"n": %d}' % n for n in range(100))
    assert source.told_safe == batches, "each once, in order"
    expected = {f"n={n}" for n in range(0, 100, 7)} | {"count=50 n=49", "count=100 n=99"}
    assert {finding.message for finding in sink.taken} == expected
    assert {finding.message for finding in findings_of(tmp_path)} == expected

    again, quiet = ListSource([*batches, lines_batch(100, 50)]), ListSink()
    with built(tmp_path, [again], [quiet]) as one:
        one.run()
    assert again.resumed == ["100"]
    more = {"count=150 n=149", *(f"n={n}" for n in range(105, 150, 7))}
    assert {finding.message for finding in quiet.taken} == more
    status = status_of(tmp_path, "list")
    assert (status.events, status.state, status.problems) == (150, "ended", 0)


def test_events_that_come_again_count_once(tmp_path: Path) -> None:
    """A source that repeats itself: an answer was lost, a position had not moved on."""
    batches = [lines_batch(0, 30, position=False)] * 2 + [lines_batch(10, 40, position=False)]
    for _ in range(2):
        with built(tmp_path, [ListSource(batches)]) as one:
            one.run()
            assert one.raws() == sorted(b'{"n": %d}' % n for n in range(50))
    status = status_of(tmp_path, "list")
    assert (status.events, status.repeated) == (50, 150)
    assert [f.message for f in findings_of(tmp_path) if f.rule.id == "every"] == ["count=50 n=49"]


def test_a_lost_state_database_loses_no_findings(tmp_path: Path) -> None:
    batches = [lines_batch(first, 25) for first in range(0, 100, 25)]
    with built(tmp_path, [ListSource(batches)]) as one:
        one.run()
    before = findings_of(tmp_path)
    for file in tmp_path.glob(NAME + "*"):
        file.unlink()
    with built(tmp_path, [ListSource(batches)]) as one:
        one.run()
        assert set(one.raws()) == {b'{"n": %d}' % n for n in range(100)}
    assert {finding.id for finding in findings_of(tmp_path)} == {finding.id for finding in before}


def test_a_stop_commits_what_was_read(tmp_path: Path) -> None:
    source = ListSource([lines_batch(0, 10), lines_batch(10, 10)], ends=False)
    slow = dataclasses.replace(QUICK, flush_age=30.0)
    with built(tmp_path, [source], settings=slow) as one:
        one.run(lambda: asyncio.sleep(0.1), seconds=5)
        assert len(one.raws()) == 20
    assert len(source.told_safe) == 2
    assert status_of(tmp_path, "list").state == "stopped"


def test_a_source_that_fails_goes_on_from_the_last_safe_position(tmp_path: Path) -> None:
    batches = [lines_batch(first, 10) for first in range(0, 50, 10)]
    source = ListSource(batches, fail_before=3)
    with built(tmp_path, [source]) as one:
        one.run()
        assert len(one.raws()) == 50
        ((name, problem),) = one.problems
    assert source.resumed == ["", "30"]
    assert (name, problem.what) == ("list", "the source failed: the file went away")
    assert status_of(tmp_path, "list").last_problems == [problem]


class Fragile(ExampleDetector):
    def inspect(self, batch: Batch) -> Said:
        if b'{"n": 3}' in [batch.rows.raw(index) for index in range(len(batch.rows))]:
            raise ZeroDivisionError("a fault of the detector")
        return super().inspect(batch)


def test_a_detector_that_fails_on_a_batch_judges_the_others(tmp_path: Path) -> None:
    batches = [lines_batch(0, 5), lines_batch(5, 5)]
    with built(tmp_path, [ListSource(batches)], detector=Fragile()) as one:
        one.run()
        assert len(one.raws()) == 10, "what can't be judged is stored all the same"
        ((_, problem),) = one.problems
    assert "a fault of the detector" in problem.what
    assert [finding.message for finding in findings_of(tmp_path)] == ["n=7"]


def test_rows_that_can_not_be_read_are_stored_and_told_of(tmp_path: Path) -> None:
    from vedette.model.batch import JsonLines

    rows = JsonLines([b'{"n": 7}', b"{broken", b"", b'["list"]', b"\xff"], 1)
    batch = Batch("file:x", "json", rows, problems=(Problem("x: line 9", "too long"),))
    with built(tmp_path, [ListSource([batch])]) as one:
        one.run()
        assert one.raws() == sorted([b'{"n": 7}', b"{broken", b'["list"]', b"\xff"])
        assert len(one.problems) == 4
    assert status_of(tmp_path, "list").problems == 4


def test_a_full_disk_delays_and_never_acknowledges(tmp_path: Path) -> None:
    """/dev/full refuses every byte, as a full disk does."""
    clock = Clock(now=lambda: 1_790_000_000_000_000)
    day = tmp_path / "events" / "2026-09-21"
    day.mkdir(parents=True)
    source = ListSource([lines_batch(0, 10)])
    with built(tmp_path, [source], clock=clock) as one:
        (day / "0000000000000001.parquet.tmp").symlink_to("/dev/full")
        one.run()
        told = [problem for _, problem in one.problems]
        assert len(one.raws()) == 10
        assert one.pipeline.healthy
    assert len(told) == 1
    assert "No space left on device" in told[0].what
    assert "free disk space" in told[0].fix
    assert len(source.told_safe) == 1


def test_a_full_state_database_holds_everything_back(tmp_path: Path) -> None:
    source, sink = ListSource([lines_batch(n * 50, 50) for n in range(200)], ends=False), ListSink()
    with built(tmp_path, [source], [sink]) as one:
        with one.state.transaction() as db:
            (pages,) = db.execute("PRAGMA page_count").fetchone()
        one.state.read(lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchone())

        def more_room() -> None:
            assert not one.pipeline.healthy
            stored = [problem for _, problem in one.problems if "full" in problem.what]
            assert stored, one.problems
            acknowledged = sum(len(batch.rows) for batch in source.told_safe)
            assert len(one.raws()) >= acknowledged
            assert acknowledged < 10_000
            one.state.read(lambda db: db.execute("PRAGMA max_page_count = 100000").fetchone())

        one.run(
            lambda: until(lambda: not one.pipeline.healthy),
            more_room,
            lambda: until(lambda: len(source.told_safe) == 200),
        )
        assert len(one.raws()) == 10_000
    assert len({finding.id for finding in sink.taken}) == len(findings_of(tmp_path)) == 1429 + 200


def test_a_stop_while_the_disk_is_full_acknowledges_nothing(tmp_path: Path) -> None:
    source = ListSource([lines_batch(0, 10)], ends=False)
    clock = Clock(now=lambda: 1_790_000_000_000_000)
    with built(tmp_path, [source], clock=clock) as one:
        (tmp_path / "events" / "2026-09-21").write_text("a file where the folder of the day goes")
        with pytest.raises(UnsavedError, match="come again"):
            one.run(lambda: until(lambda: not one.pipeline.healthy))
    assert source.told_safe == []
    (tmp_path / "events" / "2026-09-21").unlink()
    with built(tmp_path, [ListSource([lines_batch(0, 10)])]) as one:
        one.run()
        assert len(one.raws()) == 10


def test_a_sink_that_fails_gets_everything_later(tmp_path: Path) -> None:
    sink, other = ListSink("a", failures=2), ListSink("b")
    source = ListSource([lines_batch(0, 50)], ends=False)
    with built(tmp_path, [source], [sink, other], settings=IMPATIENT) as one:
        one.run(lambda: until(lambda: len(sink.taken) == 9))
        assert one.state.read(outbox.waiting) == {}
        assert [p.what for _, p in one.problems] == ["delivery failed: no answer"]
    assert len(other.taken) == 9


def test_what_a_sink_holds_open_is_closed_at_the_end(tmp_path: Path) -> None:
    with built(tmp_path, [ListSource([lines_batch(0, 50)])]) as one:
        one.run()
    wanted = findings_of(tmp_path)
    sink = FileSink("f", tmp_path / "out.ndjson")
    folder = tmp_path / "second"
    folder.mkdir()
    with built(folder, [ListSource([lines_batch(0, 50)])], [sink]) as one:
        one.run()
        assert open_files(tmp_path / "out.ndjson") == 1
    assert open_files(tmp_path / "out.ndjson") == 0
    assert len((tmp_path / "out.ndjson").read_text().splitlines()) == len(wanted)


def open_files(path: Path) -> int:
    """How often this process has the file open."""
    links = [Path(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")]  # noqa: PTH208 - names, not paths
    return sum(link.is_symlink() and str(link.readlink()) == str(path) for link in links)


def test_a_source_that_can_not_begin_is_shown_as_failed(tmp_path: Path) -> None:
    source = ListSource([lines_batch(0, 5)], fail_before=0, ends=False)
    with built(tmp_path, [source]) as one:

        def failed() -> bool:
            saved = one.state.read(reading.statuses)
            return b'"state":"failed"' in saved.get("list", b"")

        one.run(lambda: until(failed))


def test_dead_letters_and_undelivered_ones_survive_a_restart(tmp_path: Path) -> None:
    dead, source = ListSink("s", failures=10**6), ListSource([lines_batch(0, 14)], ends=False)
    with built(tmp_path, [source], [dead], settings=IMPATIENT) as one:
        one.run(lambda: until(lambda: one.state.read(outbox.waiting) == {"s": (0, 2)}))
        with one.state.transaction() as db:
            assert outbox.revive(db, "s") == 2
    alive = ListSink("s")
    with built(tmp_path, [], [alive], settings=IMPATIENT) as one:
        one.run()
        assert one.state.read(outbox.waiting) == {}
    assert {finding.message for finding in alive.taken} == {"n=0", "n=7"}


def test_a_refused_finding_does_not_hold_up_the_others(tmp_path: Path) -> None:
    with built(tmp_path, [ListSource([lines_batch(0, 50)])]) as one:
        one.run()
    spoilt = findings_of(tmp_path)[4]
    folder = tmp_path / "second"
    folder.mkdir()
    sink = ListSink("s", refuses={spoilt.id})
    with built(folder, [ListSource([lines_batch(0, 50)])], [sink]) as one:
        one.run()
        (letter,) = one.state.read(outbox.dead_letters)
        assert (letter.finding, letter.error) == (spoilt, "not wanted here")
    assert len(sink.taken) == 8


def test_silence_is_an_alarm_said_once(tmp_path: Path) -> None:
    quiet = dataclasses.replace(QUICK, silence={"list": 50_000})
    for _ in range(2):
        source, sink = ListSource([lines_batch(1, 1)], ends=False), ListSink()
        with built(tmp_path, [source], [sink], settings=quiet) as one:
            one.run(
                lambda: until(lambda: one.pipeline.meters.get("vedette_source_silent", "list") == 1)
            )
        assert status_of(tmp_path, "list").silent
    (finding,) = findings_of(tmp_path)
    assert finding.rule == SILENCE_RULE
    assert "no event from list since 1970-01-01T00:00:01" in finding.message


def test_another_detector_takes_over_the_memory(tmp_path: Path) -> None:
    class Louder(ExampleDetector):
        pass

    first, new = lines_batch(0, 49), Louder()
    source = ListSource([first], ends=False)
    with built(tmp_path, [source]) as one:
        one.run(
            lambda: until(lambda: source.told_safe == [first]),
            lambda: one.pipeline.replace_detector(new),
            lambda: until(lambda: new.seen == {"file:x": 49}),
        )
    with built(tmp_path, [ListSource([lines_batch(49, 1)])], detector=Louder()) as one:
        one.run()
    assert "count=50 n=49" in {finding.message for finding in findings_of(tmp_path)}


def test_a_detector_that_can_not_take_over_leaves_the_old_one(tmp_path: Path) -> None:
    class Unable(ExampleDetector):
        def restore(self, items: object) -> None:
            raise ValueError("not my memory")

    source = ListSource([lines_batch(0, 5)], ends=False)
    with built(tmp_path, [source]) as one:
        one.run(
            lambda: one.pipeline.replace_detector(Unable()),
            lambda: until(lambda: bool(one.problems)),
        )
        assert "not my memory" in one.problems[0][1].what


def test_another_process_can_read_status_while_it_runs(tmp_path: Path) -> None:
    source = ListSource([lines_batch(0, 20, arrival=5_000_000)], ends=False)
    seen: list[SourceStatus] = []

    def look() -> None:
        seen.append(status_of(tmp_path, "list"))
        reader = sqlite3.connect(f"file:{tmp_path / NAME}?mode=ro", uri=True)
        assert reader.execute("SELECT count(*) FROM findings").fetchone() == (3,)
        reader.close()

    with built(tmp_path, [source]) as one:
        one.run(lambda: until(lambda: bool(source.told_safe)), partial(asyncio.sleep, 0.1), look)
    (status,) = seen
    assert (status.state, status.events, status.last_arrival) == ("running", 20, 5_000_000)
    assert status.rate == 2.0
    assert status.heartbeat > 0


def test_a_batch_without_rows_moves_the_position(tmp_path: Path) -> None:
    empty = dataclasses.replace(lines_batch(0, 5), rows=DictRows((), (), ()))
    source = ListSource([empty])
    with built(tmp_path, [source]) as one:
        one.run()
        assert one.state.positions()["list"].mark == "5"
        assert not list((tmp_path / "events").rglob("*.parquet"))
    assert source.told_safe == [empty]
    assert not any((tmp_path / "events").iterdir())
