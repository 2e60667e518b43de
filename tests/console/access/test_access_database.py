"""access.db in trouble, and in the hands of two processes."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from console.access.access_shapes import HOME, PASSWORD, Clock, House, house
from vedette.console.access.database import MIGRATIONS, NAME, Database
from vedette.console.access.person import Opened
from vedette.model.errors import UnreadableError


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert len(list(tmp_path.iterdir())) == 3  # with what SQLite keeps beside it
        assert modes == {0o600}


def test_a_mode_that_was_widened_is_narrowed(tmp_path: Path) -> None:
    with house(tmp_path):
        pass
    (tmp_path / NAME).chmod(0o644)
    with house(tmp_path):
        assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_a_file_that_was_taken_away_is_there_after_the_end(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        (tmp_path / NAME).unlink()
    with house(tmp_path) as it:
        assert [person.role for person in it.access.people.all()] == ["admin"]


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        opened = it.opened("ada")
    with house(tmp_path) as it:
        who = it.access.who(opened.token)
        assert who is not None and who.csrf == opened.who.csrf
        assert it.access.first_admin_link() is None


def test_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with house(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / NAME)) as other:
        other.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(UnreadableError, match="newer Vedette"):
        House(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before


@pytest.mark.parametrize("damage", ["text", "middle"])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, damage: str) -> None:
    with house(tmp_path) as it:
        it.admin()
        for n in range(50):
            it.someone(f"p{n}")
    path = tmp_path / NAME
    data = bytearray(path.read_bytes())
    if damage == "text":
        data[:] = b"no database at all, " * 500
    else:
        data[4096 : len(data) - 100] = b"\xa5" * (len(data) - 4196)
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=r"access\.db: .* restore it from a backup"):
        House(tmp_path)


def test_a_folder_that_is_not_ours_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="data_dir must be a folder"):
        House(tmp_path / "absent")


@contextmanager
def full(it: House) -> Iterator[None]:
    """A file that may not grow: SQLite answers as it does on a full disk."""
    writer = it.access._database._writer
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")
    yield
    writer.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_is_said_and_changes_nothing(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        admin = it.admin()
        ada = admin.person.id
        opened = it.opened("ada")
        with full(it), pytest.raises(UnreadableError, match="nothing was changed; make room"):
            for n in range(200):
                it.access.writes.begin(ada, "/x", f"key {n} {'x' * 200}", b"d" * 32)
        it.clock.pass_by(120_000_000)
        assert it.access.who(opened.token) is not None
        assert isinstance(it.access.login("ada", PASSWORD, HOME), Opened)


def test_a_session_stays_good_where_its_use_cannot_be_kept(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
        opened = it.opened("ada")
        it.clock.pass_by(120_000_000)
        it.access._database._writer.execute("PRAGMA query_only = ON")
        assert it.access.who(opened.token) is not None


def test_another_process_changes_people_meanwhile(tmp_path: Path) -> None:
    with house(tmp_path) as one, house(tmp_path) as other:
        ada = one.admin()
        one.someone("ben")
        opened = one.opened("ben")
        found = other.access.people.named("ben")
        other.access.people.disable("root", found.id)
        assert one.access.who(opened.token) is None
        assert one.access.who is not None and other.access.people.get(ada.person.id)


def test_many_threads_write_at_once(tmp_path: Path) -> None:
    with house(tmp_path) as one, house(tmp_path) as other:
        one.admin()
        failed: list[BaseException] = []

        def work(it: House, number: int) -> None:
            try:
                for n in range(10):
                    link = it.access.people.invite("root", "viewer")
                    it.access.redeem(link, f"p-{number}-{n}", PASSWORD, HOME)
            except BaseException as error:
                failed.append(error)
                raise

        threads = [
            threading.Thread(target=work, args=((one, other)[number % 2], number))
            for number in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        assert len(one.access.people.all()) == 61


def test_a_link_is_redeemed_once_however_many_try(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        link = it.access.first_admin_link()
        assert link is not None
        results: list[object] = []

        def redeem(number: int) -> None:
            results.append(it.access.redeem(link, f"ada{number}", PASSWORD, HOME))

        threads = [threading.Thread(target=redeem, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(isinstance(result, Opened) for result in results) == 1
        assert len(it.access.people.all()) == 1


_KILLED = """
import os, sys
from pathlib import Path
from vedette.console.access.database import Database
database = Database(Path(sys.argv[1]))
with database.write() as connection:
    connection.execute("DELETE FROM people")
    os.kill(os.getpid(), 9)
"""


def test_a_process_that_is_killed_in_a_change_leaves_what_was_before(tmp_path: Path) -> None:
    with house(tmp_path) as it:
        it.admin()
    environment = {"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)], env=environment, timeout=60, check=False
    )
    assert done.returncode == -9
    with house(tmp_path, clock=Clock()) as it:
        assert [person.name for person in it.access.people.all()] == ["ada"]


def test_a_change_that_fails_is_undone_and_the_next_works(tmp_path: Path) -> None:
    with closing(Database(tmp_path)) as database:
        with pytest.raises(ZeroDivisionError), database.write() as connection:
            connection.execute("INSERT INTO keys VALUES ('x', x'00')")
            raise ZeroDivisionError
        with database.read() as connection:
            assert connection.execute("SELECT count(*) FROM keys").fetchone() == (0,)
        assert database.key("x") == database.key("x") != database.key("y")
