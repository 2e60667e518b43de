"""People hear of what is wrong with Vedette at once, also where it can't be stored."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.thwarting import test_room_trouble
from response.actuators.people.test_tell_people import Chat
from vedette.engine.alarms import ACTUATOR, BACKLOG, DISK, Alarms, alarm, told
from vedette.engine.config import load_config
from vedette.engine.response import answering
from vedette.engine.thwarting.space import EVERY, Space
from vedette.model.finding import Finding
from vedette.store.lock import DataLock
from vedette.store.state import Commit, State

NOW = test_room_trouble.NOW
CONFIG = """\
data_dir: data
response:
  people: {channels: [{name: ops, url: "file:ops.url", tlp: RED}]}
"""


@pytest.fixture
def chat() -> Iterator[Chat]:
    made = Chat()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@contextmanager
def watching(folder: Path, chat: Chat) -> Iterator[test_room_trouble.Watch]:
    (folder / "ops.url").write_text(chat.url())
    (folder / "vedette.yml").write_text(CONFIG)
    config = load_config(folder / "vedette.yml")
    alarms = Alarms()
    with (
        DataLock(config.data_dir),
        State(config.data_dir) as state,
        answering(config, state, alarms, lambda: NOW) as (room, _),
    ):
        yield test_room_trouble.Watch(state, room, alarms)


def said(chat: Chat, words: str, least: int = 1) -> int:
    end = time.monotonic() + 20
    while (number := sum(words in text for text in chat.texts())) < least:
        assert time.monotonic() < end, chat.texts()
        time.sleep(0.02)
    return number


def test_an_alarm_is_told_before_it_is_stored_and_once(tmp_path: Path, chat: Chat) -> None:
    with watching(tmp_path, chat) as watch:
        watch.alarms.put(alarm(ACTUATOR, "k", NOW, "nft does not run"))
        assert said(chat, "nft does not run") == 1
        stored = watch.room.alarms()
        watch.state.commit(Commit(findings=stored, found=NOW), watch.room.joined)
        watch.room.committed()
        quiet = alarm(BACKLOG, "k", NOW, "a thousand events wait")  # of the pipeline
        watch.state.commit(Commit(findings=[quiet], found=NOW), watch.room.joined)
        watch.room.committed()
        said(chat, "a thousand events wait")
        assert said(chat, "nft does not run") == 1
        assert "vedette actions list" in "".join(chat.texts())


def test_a_damaged_ledger_is_told_at_the_start(tmp_path: Path, chat: Chat) -> None:
    with watching(tmp_path, chat) as watch:
        watch.room.ledger.append("note", "ann", {"number": 1})
    (segment,) = (tmp_path / "data" / "ledger").glob("*.entries")
    segment.write_bytes(segment.read_bytes().replace(b'"number":1', b'"number":7'))
    with watching(tmp_path, chat):
        said(chat, "The record of actions is damaged")


def test_each_alarm_says_what_to_do() -> None:
    assert (
        told(alarm(DISK, "k", NOW, "3 MB are left"))[0] == "The disk is all but full: 3 MB are left"
    )
    assert told(alarm(BACKLOG, "k", NOW, "x"))[1] == "see `vedette sources status`"


def test_a_disk_that_fills_is_noticed(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True, timeout=20).returncode:
        pytest.skip("may not mount a small disk")
    try:
        _fills(disk)
    finally:
        subprocess.run(["umount", str(disk)], check=True, timeout=20)


def _fills(disk: Path) -> None:
    clock = [NOW]
    put: list[Finding] = []
    space = Space(disk, lambda: clock[0], put.append)
    space.look()
    assert put == []
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                os.write(file.fileno(), b"x" * 4096)
        except OSError:
            pass
    space.look()
    assert put == []  # not every second
    clock[0] += EVERY
    space.look()
    (found,) = put
    assert found.rule == DISK
    assert "0 MB are left" in found.message
    (disk / "filler").unlink()
    clock[0] += EVERY
    space.look()
    assert put == [found]
