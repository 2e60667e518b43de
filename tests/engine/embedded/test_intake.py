"""Queues: bounded, in order, on the disk before they refuse."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.embedded.example_parts import ListSource, lines_batch
from vedette.engine.embedded.intake import READ_AHEAD, ROW_COST, Intake, cost_of
from vedette.engine.embedded.recent import CAPACITY, WINDOW, RecentKeys
from vedette.engine.embedded.spill import Spill
from vedette.model.batch import Batch, DictRows, JsonLines
from vedette.model.problem import Problem
from vedette.sources.live.clock import Clock
from waiting import until


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30) | st.none(), max_size=60))
def test_a_spill_is_first_in_first_out(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int | None]
) -> None:
    """A number puts a batch of so many rows, None takes one out."""
    folder = tmp_path_factory.mktemp("spill")
    spill = Spill(folder, 1 << 20)
    expected: list[Batch] = []
    for number, step in enumerate(steps):
        if step is None:
            taken = spill.take()
            assert taken == (expected.pop(0) if expected else None)
        else:
            batch = lines_batch(number, step)
            assert spill.put(batch)
            expected.append(batch)
        assert len(spill) == len(expected)
        assert (spill.nbytes == 0) == (not expected)
    spill.close()
    assert not any(folder.iterdir()), "a crash leaves nothing behind"


def test_a_spill_has_a_limit(tmp_path: Path) -> None:
    spill = Spill(tmp_path, 10_000)
    while spill.put(lines_batch(0, 50)):
        assert spill.nbytes <= 10_000
    assert len(spill) > 2
    spill.take()
    assert spill.put(lines_batch(0, 50)), "what was taken makes room"
    spill.close()


def pull(folder: Path, source: ListSource, memory: int, disk: int = 0) -> Intake:
    def report(name: str, problem: Problem) -> None:
        raise AssertionError(problem)

    return Intake(source, Spill(folder, disk), memory, Clock(), asyncio.Event(), report)


def test_a_full_queue_holds_the_source_up(tmp_path: Path) -> None:
    batches = [lines_batch(1000 + n * 10, 10) for n in range(20)]
    room = 3 * cost_of(batches[0])

    async def scenario() -> None:
        intake = pull(tmp_path, ListSource(batches), room)
        task = asyncio.create_task(intake.run())
        await until(lambda: intake.nbytes == room)
        await asyncio.sleep(0.05)
        assert intake.nbytes == room, "it stays full"
        taken: list[Batch] = []
        while not (intake.ended and intake.empty):
            taken += intake.take(1)
            assert intake.nbytes <= room
            await asyncio.sleep(0.001)
        assert taken == batches
        await task

    asyncio.run(scenario())


def test_what_can_not_be_read_again_waits_on_the_disk(tmp_path: Path) -> None:
    batches = [lines_batch(1000 + n * 10, 10, position=False) for n in range(50)]
    room = 3 * cost_of(batches[0])

    async def scenario() -> None:
        intake = pull(tmp_path, ListSource(batches), room, disk=1 << 20)
        task = asyncio.create_task(intake.run())
        await until(lambda: intake.ended)
        assert intake.nbytes == room
        assert intake.disk_bytes > 0
        taken = intake.take(1 << 30)
        assert taken == batches, "in order, from memory and disk"
        assert (intake.nbytes, intake.disk_bytes) == (0, 0)
        await task

    asyncio.run(scenario())


def test_a_batch_larger_than_the_queue_passes_alone(tmp_path: Path) -> None:
    huge = dataclasses.replace(lines_batch(0, 5), nbytes=READ_AHEAD * 2)

    async def scenario() -> None:
        intake = pull(tmp_path, ListSource([huge, huge]), 1000)
        task = asyncio.create_task(intake.run())
        for _ in range(2):
            await until(lambda: not intake.empty)
            assert intake.take(1) == [huge]
        await task

    asyncio.run(scenario())


def test_a_closed_intake_takes_nothing_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        intake = pull(tmp_path, ListSource([lines_batch(0, 5)]), 1 << 20)
        intake.close()
        task = asyncio.create_task(intake.run())
        await asyncio.sleep(0.05)
        assert intake.empty
        assert not intake.ended
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scenario())


def test_acknowledging_may_fail(tmp_path: Path) -> None:
    told: list[Problem] = []

    class Unkind:
        name = "unkind"

        async def batches(self, resume: object) -> AsyncIterator[Batch]:
            yield lines_batch(0, 1)

        async def safe(self, batch: Batch) -> None:
            raise ConnectionResetError("gone")

    async def scenario() -> None:
        spill = Spill(tmp_path, 0)
        intake = Intake(
            Unkind(), spill, 1 << 20, Clock(), asyncio.Event(), lambda _, p: told.append(p)
        )
        await intake.run()
        (batch,) = intake.take(1)
        await intake.safe(batch)
        assert intake.position == batch.position

    asyncio.run(scenario())
    assert "gone" in told[0].what


def test_cost_grows_with_rows_and_bytes() -> None:
    assert cost_of(lines_batch(0, 10)) == ROW_COST * 11 + 10 * len(b'{"n": 1}')


def test_recent_keys_know_what_came_before() -> None:
    recent = RecentKeys()
    batch = Batch("s", "json", JsonLines([b"a", b"", b"b", b"a"], 1), positional=False)
    among: set[str] = set()
    first = recent.fresh(batch, among)
    assert (first.events, first.repeated) == (2, 1)
    assert [first.judged.rows.raw(i) for i in range(4)] == [b"a", b"", b"b", b""]
    assert first.judged.rows.place(2) == "line 3"
    recent.remember(first.keys, 0)
    later = recent.fresh(batch, set())
    assert (later.events, later.repeated) == (0, 3)
    rows = DictRows([{"x": 1}, {"x": 2}], [b"a", b"c"], ["", ""])
    mixed = recent.fresh(Batch("s", "json", rows, positional=False), set())
    assert [mixed.judged.rows.record(i) for i in range(2)] == [{}, {"x": 2}]


def test_recent_keys_are_bounded_in_time_and_number() -> None:
    recent = RecentKeys()
    recent.remember(["old"], 0)
    recent.forget(WINDOW + 1)
    assert "old" in recent
    recent.forget(2 * WINDOW + 2)
    assert "old" not in recent
    recent.remember(["first"], 2 * WINDOW + 3)
    for begin in range(0, 3 * CAPACITY, CAPACITY // 2):
        recent.remember(map(str, range(begin, begin + CAPACITY // 2 + 1)), 2 * WINDOW + 4)
    assert "first" not in recent
