"""The procedures of docs/how-to/backup.md, on a Vedette that is at work."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path
from typing import Final

import pytest

from service import CONFIG, Service, service

REPOSITORY: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = REPOSITORY / "packaging/vedette-backup"


def restored(folder: Path, data: Path) -> Service:
    """A service on another machine, with the copy and without the logs."""
    folder.mkdir()
    made = Service(folder, CONFIG)
    shutil.copytree(data, made.data)
    return made


def stop(made: Service) -> None:
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait()


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="no sqlite3 here")
def test_a_copy_of_a_running_one_is_whole(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with service(tmp_path / "one") as serving:
        serving.events(50)
        serving.start()
        serving.until(lambda: serving.found() == 50)
        done = threading.Event()

        def work() -> None:
            while not done.is_set():
                serving.events(5)
                serving.run("people", "invite", "viewer")

        working = threading.Thread(target=work)
        working.start()
        try:
            serving.until(lambda: serving.found() > 55)
            copied = subprocess.run(
                [SCRIPT, serving.data, tmp_path / "copy"], capture_output=True, text=True,
                timeout=120, check=False,
            )  # fmt: skip
        finally:
            done.set()
            working.join()
        assert copied.returncode == 0, copied.stderr
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "copy").iterdir()}
        assert modes["ledger.key"] == modes["state.db"] == modes["access.db"] == 0o600
        assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700
        other = restored(tmp_path / "other", tmp_path / "copy")
        try:
            other.start()
            assert other.found() > 50
            events = other.run("search", "one.exe", "--limit", "5000", "-o", "json").stdout
            assert len(events.splitlines()) >= other.found()
            verified = other.run("ledger", "verify")
            assert verified.returncode == 0, verified.stdout + verified.stderr
            assert "the ledger is damaged" not in other.log
            assert other.run("people", "invite", "viewer").returncode == 0
            assert other.end() == 0
            assert "Traceback" not in other.log
        finally:
            stop(other)
        assert serving.end() == 0


def test_a_copy_of_a_stopped_one_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with service(tmp_path / "one") as serving:
        serving.events(20)
        serving.start()
        serving.until(lambda: serving.found() == 20)
        serving.run("people", "invite", "analyst")
        checkpoint = serving.run("ledger", "checkpoint", "export").stdout
        (tmp_path / "checkpoint.txt").write_text(checkpoint)
        assert serving.end() == 0
        other = restored(tmp_path / "other", serving.data)
        try:
            other.start()
            assert other.found() == 20
            kept = ["ledger", "verify", "--checkpoint", str(tmp_path / "checkpoint.txt")]
            assert other.run(*kept).returncode == 0
            assert other.end() == 0
            # without its key the record can't be continued, and that is said
            (other.data / "ledger.key").unlink()
            refused = other.run("serve")
            assert refused.returncode == 2
            assert "whose private key is not here" in refused.stderr
            # a record that is older than the register is refused, detection goes on
            shutil.rmtree(other.data / "ledger")
            shutil.copytree(serving.data / "ledger", other.data / "ledger")
            shutil.copy(serving.data / "ledger.key", other.data / "ledger.key")
            (other.data / "ledger/head").unlink()
            (other.data / "ledger/checkpoints").unlink()
            other.start()
            assert "the ledger is damaged" in other.said
            assert other.end() == 0
        finally:
            stop(other)
