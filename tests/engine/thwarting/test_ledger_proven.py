"""A ledger that somebody alters is found out while a watch runs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.thwarting.test_room_trouble import watching
from vedette.engine.alarms import LEDGER
from vedette.engine.thwarting.proving import EVERY, Proving
from vedette.ledger.errors import LedgerDamagedError
from vedette.ledger.ledger import KEY, NAME, Ledger


def filled(data: Path) -> Path:
    """A ledger of several segments; the first of them."""
    data.mkdir(exist_ok=True)
    with Ledger(data / NAME, data / KEY, lambda: 0, segment_bytes=1000) as ledger:
        for number in range(50):
            ledger.append("note", "ann", {"number": number})
    parts = sorted((data / NAME).glob("*.entries"))
    assert len(parts) > 3
    return parts[0]


def alter(segment: Path) -> None:
    segment.write_bytes(segment.read_bytes().replace(b'"number":1}', b'"number":7}'))


def test_it_is_read_as_a_whole_once_a_day(tmp_path: Path) -> None:
    segment = filled(tmp_path)
    clock = [EVERY]
    stop = [False]
    with Ledger(tmp_path / NAME, tmp_path / KEY, lambda: 0) as ledger:
        proving = Proving(tmp_path / NAME, ledger, lambda: clock[0], lambda: stop[0])
        assert proving.look() is None
        alter(segment)
        assert proving.look() is None
        ledger.append("note", "ann", {})
        clock[0] += EVERY
        found = proving.look()
        assert found is not None
        assert (found.index, found.path.name) == (1, segment.name)
        with pytest.raises(LedgerDamagedError):
            ledger.append("note", "ann", {})
        clock[0] += EVERY
        assert proving.look() is None  # it was said


@pytest.mark.parametrize("known", [False, True])
def test_a_watch_names_the_first_bad_entry(tmp_path: Path, known: bool) -> None:
    """While it takes over what it did not know, or later when it reads the whole."""
    segment = filled(tmp_path / "data")
    if known:
        with watching(tmp_path) as watch:
            watch.found(2)
            assert watch.room.wait_idle(30)
            assert watch.room.register.seen() > 50
    alter(segment)
    with watching(tmp_path) as watch:
        end = time.monotonic() + 30
        while not (told := watch.alarms.drain()):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert [each.rule for each in told] == [LEDGER]
        assert f"{segment.name}:3: entry 1" in told[0].message
        before = watch.room.register.in_states(["proposed", "shadow"])
        watch.found(1)
        time.sleep(0.2)
        assert watch.room.register.in_states(["proposed", "shadow"]) == before
