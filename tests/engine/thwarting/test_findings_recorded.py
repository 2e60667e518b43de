"""Each finding stands in the ledger once, however often a watch is started or killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from engine.thwarting.test_room_trouble import watching
from vedette.engine.thwarting.recorder import KIND
from vedette.ledger.reading import entries
from vedette.store.database import NAME, open_reader

CHILD = Path(__file__).with_name("find_for_ever.py")
KILLS = 4


def recorded(folder: Path) -> list[str]:
    """The ids in the ledger, in order."""
    told: list[dict[str, Any]] = [
        each for entry in entries(folder / "data" / "ledger") if entry.kind == KIND
        for each in entry.what["findings"]
    ]  # fmt: skip
    return [each["id"] for each in told]


def stored(folder: Path) -> list[str]:
    with closing(open_reader(folder / "data" / NAME)) as state:
        return [name for (name,) in state.execute("SELECT id FROM findings ORDER BY rowid")]


def test_starting_again_records_nothing_again(tmp_path: Path) -> None:
    for start in range(4):
        with watching(tmp_path) as watch:
            watch.found(2 * start)
            assert watch.room.wait_idle(30)
            watch.found(2 * start + 1, "T1505.003")
            assert watch.room.wait_idle(30)
        with watching(tmp_path):
            pass  # nothing is new
    assert recorded(tmp_path) == stored(tmp_path)
    assert len(stored(tmp_path)) == 8


def test_a_database_that_was_made_anew_is_recorded_whole(tmp_path: Path) -> None:
    with watching(tmp_path) as watch:
        for number in range(3):
            watch.found(number)
        assert watch.room.wait_idle(30)
    before = stored(tmp_path)
    for path in (tmp_path / "data").glob(f"{NAME}*"):
        path.unlink()
    with watching(tmp_path) as watch:
        watch.found(7)
        watch.found(1)
        assert watch.room.wait_idle(30)
    assert recorded(tmp_path) == before + stored(tmp_path)
    assert len(stored(tmp_path)) == 2


def test_killed_at_any_moment_each_is_recorded_once(tmp_path: Path) -> None:
    random = Random(5)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for kill in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, str(CHILD), str(tmp_path), str(kill * 100_000)],
            stdout=subprocess.PIPE, env=environment,
        )  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(random.random() * 0.4)
        child.kill()
        child.communicate(timeout=20)
        known = stored(tmp_path)
        assert recorded(tmp_path) == known[: len(recorded(tmp_path))]  # what is said is true
    with watching(tmp_path) as watch:
        assert watch.room.wait_idle(60)
    assert recorded(tmp_path) == stored(tmp_path)
    assert len(stored(tmp_path)) > KILLS
    assert set(Counter(recorded(tmp_path)).values()) == {1}
