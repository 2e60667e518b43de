"""Files that are taken away from a running or a stopped `vedette serve`, or are damaged: what it
says, and that nothing is lost that it had."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from service import Service, service


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Service]:
    """One that has found five things."""
    with service(tmp_path) as made:
        made.events(5)
        made.start()
        made.until(lambda: made.found() == 5)
        yield made


def taken_away(serving: Service, name: str) -> None:
    for path in serving.data.glob(f"{name}*"):
        path.unlink()


def alarms(serving: Service) -> list[str]:
    """The rules of those that are stored; [] while that can't be read."""
    address = (serving.data / "state.db").as_uri()
    try:
        with closing(sqlite3.connect(f"{address}?mode=ro", uri=True)) as state:
            rows = state.execute("SELECT rule_id FROM findings WHERE rule_id LIKE 'vedette.%'")
            return [str(row[0]) for row in rows]
    except sqlite3.DatabaseError:
        return []


def answers(serving: Service, path: str) -> int:
    try:
        with urllib.request.urlopen(serving.base + path, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_databases_that_are_taken_away_are_put_back(serving: Service) -> None:
    link = json.loads(serving.run("people", "invite", "analyst", "-o", "json").stdout)["link"]
    for name in ("state.db", "actions.db", "access.db"):
        taken_away(serving, name)
    serving.events(3)
    serving.until(lambda: serving.found() == 8)
    serving.until(lambda: (serving.data / "actions.db").exists())
    path = "/join/" + link.rpartition("/")[2]
    assert answers(serving, path) == 200
    serving.until(lambda: alarms(serving).count("vedette.file-lost") == 2)
    for name in ("state.db", "actions.db", "access.db"):
        assert f"{name}: it was taken away" in serving.said.replace("db was", "db: it was"), name
        assert (serving.data / name).stat().st_mode & 0o777 == 0o600
    assert serving.end() == 0
    serving.events(1)
    serving.start()
    serving.until(lambda: serving.found() == 9)
    assert answers(serving, path) == 200
    assert serving.end() == 0
    assert not list(serving.data.glob("*.back"))


def test_a_log_of_a_database_that_is_taken_away_takes_nothing_with_it(serving: Service) -> None:
    (serving.data / "state.db-wal").unlink()
    serving.until(lambda: "vedette.file-lost" in alarms(serving))
    serving.events(2)
    serving.until(lambda: serving.found() == 7)
    assert serving.end(signal.SIGKILL) == -signal.SIGKILL
    assert serving.found() == 7


def test_a_state_that_was_lost_while_stopped_leaves_the_events(serving: Service) -> None:
    assert serving.end() == 0
    taken_away(serving, "state.db")
    serving.start()
    serving.until(lambda: serving.found() == 5)  # the log is read again from its beginning
    assert "were not in the state database; taken over" in serving.said
    assert serving.end() == 0
    found = serving.run("search", "one.exe", "-o", "json").stdout.splitlines()
    assert len(found) == 5


def test_a_copy_of_the_state_knows_what_was_stored_since(serving: Service) -> None:
    """The events that are stored are kept, though a crash leaves files that look the same."""
    copy = serving.folder / "copy.db"
    with (
        closing(sqlite3.connect(serving.data / "state.db")) as state,
        closing(sqlite3.connect(copy)) as made,
    ):
        state.backup(made)
    serving.events(4)
    serving.until(lambda: serving.found() == 9)
    assert serving.end() == 0
    taken_away(serving, "state.db")
    (serving.folder / "logs" / "a.ndjson").unlink()  # what came since comes no more
    shutil.copy(copy, serving.data / "state.db")
    serving.start()
    assert "taken over" in serving.said
    assert serving.end() == 0
    assert len(serving.run("search", "one.exe", "-o", "json").stdout.splitlines()) == 9


def test_another_file_in_the_place_of_the_state_ends_it(serving: Service) -> None:
    other = serving.folder / "other.db"
    with closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE a (b)")
    other.replace(serving.data / "state.db")
    assert serving.ended() == 2
    assert "state.db: another file was put in its place while it was in use" in serving.said
    assert "Traceback" not in serving.said
    shutil.copy(serving.data / "state.db.saved", serving.data / "state.db")
    serving.start()
    assert serving.found() == 5
    assert serving.end() == 0


def test_a_ledger_that_is_taken_away_is_missed(serving: Service) -> None:
    shutil.rmtree(serving.data / "ledger")
    serving.until(lambda: "vedette.ledger-damaged" in alarms(serving))
    assert "this file was taken away while it was written" in serving.said
    refused = serving.run("people", "invite", "viewer")
    assert refused.returncode == 2
    assert "taken away" in refused.stderr
    serving.events(2)
    serving.until(lambda: serving.found() == 7)  # detection goes on
    assert serving.end() == 0
    serving.start()
    assert "the record was gone" in serving.said or "put the folder back" in serving.said
    assert serving.end() == 0


def test_actions_and_accounts_lost_while_stopped(serving: Service) -> None:
    assert serving.end() == 0
    taken_away(serving, "actions.db")
    taken_away(serving, "access.db")
    serving.start()
    assert "first sign-in" in serving.said
    assert (serving.data / "actions.db").exists()
    assert serving.end() == 0
    assert "Traceback" not in serving.said


def test_a_damaged_segment_is_named_and_the_rest_goes_on(serving: Service) -> None:
    assert serving.end() == 0
    (segment,) = serving.data.glob("events/*/*.parquet")
    good = segment.read_bytes()
    segment.write_bytes(good[:4] + bytes(200) + good[204:])
    serving.start()
    serving.events(3)
    serving.until(lambda: serving.found() == 8)
    searched = serving.run("search", "one.exe")
    assert searched.returncode == 2
    assert f"{segment}: " in searched.stderr
    serving.until(lambda: "vedette.response-failed" in alarms(serving))
    time.sleep(3)
    assert serving.said.count("indexing stored events") < 5  # not once a second
    segment.write_bytes(good)
    assert len(serving.run("search", "one.exe", "-o", "json").stdout.splitlines()) == 8
    assert serving.end() == 0
    assert "Traceback" not in serving.said


@pytest.mark.parametrize("name", ["state.db", "access.db", "actions.db"])
def test_a_damaged_database_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    with service(tmp_path) as made:
        made.data.mkdir(mode=0o700)
        (made.data / name).write_bytes(b"no database at all" * 1000)
        done = made.run("serve")
        assert done.returncode == 2
        assert f"{name}: " in done.stderr
        assert "move it away" in done.stderr or "remove it" in done.stderr
        assert "Traceback" not in done.stderr
        assert (made.data / name).read_bytes() == b"no database at all" * 1000
