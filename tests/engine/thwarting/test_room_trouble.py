"""The room that answers, when the ledger is damaged or the disk is full."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from incident.incident_shapes import finding_of
from vedette.engine.alarms import LEDGER, Alarms, is_ours
from vedette.engine.config import load_config
from vedette.engine.response import answering
from vedette.engine.thwarting.reading import recent_actions
from vedette.engine.thwarting.room import Room
from vedette.response.recording import Entry
from vedette.store.lock import DataLock
from vedette.store.state import Commit, State

NOW = 1_790_000_000_000_000
ATTACKER = ("address", "203.0.113.66")
CONFIG = """\
data_dir: data
response: {otherwise: {mode: ask}}
"""


class Watch:
    """A room over a state, without sources."""

    def __init__(self, state: State, room: Room, alarms: Alarms) -> None:
        self.state, self.room, self.alarms = state, room, alarms

    def found(self, number: int, *techniques: str) -> None:
        made = finding_of(number, NOW + number, ATTACKER, techniques=techniques or ("T1190",))
        self.state.commit(Commit(findings=[made], found=NOW), self.room.joined)
        self.room.committed()


@contextmanager
def watching(folder: Path) -> Iterator[Watch]:
    (folder / "vedette.yml").write_text(CONFIG)
    config = load_config(folder / "vedette.yml")
    alarms = Alarms()
    with (
        DataLock(config.data_dir),
        State(config.data_dir) as state,
        answering(config, state, alarms, lambda: NOW) as (room, _),
    ):
        yield Watch(state, room, alarms)


def _actions(folder: Path) -> list[Entry]:
    return recent_actions(folder / "data", (), 100)


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_damaged_ledger_is_named_and_nothing_is_done(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        watch.found(1)
        assert watch.room.wait_idle(30)
        before = _actions(tmp_path)
        assert {one.action.kind for one in before} == {"refuse-client", "tell"}
        for number in range(3):
            watch.room.ledger.append("note", "ann", {"number": number})
    (segment,) = (tmp_path / "data" / "ledger").glob("*.entries")
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines).replace(b'"number":1', b'"number":7'))
    with watching(tmp_path) as watch:
        (told,) = watch.alarms.drain()
        assert told.rule == LEDGER
        assert is_ours(told)
        assert segment.name in told.message
        watch.found(2, "T1505.003")  # still folded: detection goes on
        assert watch.room.wait_idle(30)
        assert len(watch.room.answerer.open_incidents()) == 1
        assert _actions(tmp_path) == before
    assert segment.read_bytes().count(b'"number":7') == 1


def test_what_could_not_be_written_down_is_answered_when_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], check=False,
        capture_output=True, timeout=20,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("may not mount a small disk")
    try:
        _full_disk(disk)
    finally:
        subprocess.run(["umount", str(disk)], check=True, timeout=20)


def _full_disk(disk: Path) -> None:
    clock = [NOW]
    (disk / "vedette.yml").write_text(CONFIG)
    config = load_config(disk / "vedette.yml")
    alarms = Alarms()
    with (
        DataLock(config.data_dir),
        State(config.data_dir) as state,
        answering(config, state, alarms, lambda: clock[0]) as (room, _),
    ):
        watch = Watch(state, room, alarms)
        watch.found(1)
        assert room.wait_idle(30)
        filler = disk / "filler"
        with filler.open("wb") as file:
            made = finding_of(2, NOW + 2, ("address", "203.0.113.7"), techniques=("T1190",))
            state.commit(Commit(findings=[made], found=NOW), room.joined)
            try:
                while True:
                    os.write(file.fileno(), b"x" * 4096)
            except OSError:
                pass
        room.committed()
        _until(lambda: any("no space" in one.message.lower() or "full" in one.message.lower()
                           for one in alarms.drain()))  # fmt: skip
        assert all(one.action.target.value != "203.0.113.7" for one in _actions(disk))
        filler.unlink()
        clock[0] += 10_000_000
        _until(lambda: any(one.action.target.value == "203.0.113.7" for one in _actions(disk)))
