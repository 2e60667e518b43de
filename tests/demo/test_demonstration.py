"""`make demo` as it runs: its outcome, and what is left when it is ended."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, str(REPOSITORY / "scripts" / "demo.py")]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A home and a place for temporary files of its own."""
    ours = {"TMPDIR": str(folder), "HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    return {**os.environ, **ours, **more}


def test_both_attacks_are_stopped_and_nobody_else_is(tmp_path: Path) -> None:
    done = subprocess.run(
        [*DEMO, "--check"], capture_output=True, text=True, env=environment(tmp_path), timeout=900,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "checked: all as it should be" in done.stdout
    assert list(tmp_path.iterdir()) == []


def processes_of(folder: Path) -> list[str]:
    """What runs and has to do with a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().decode("utf-8", "replace")
            where = str((path / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in words or where.startswith(str(folder)):
            found.append(f"{path.name} {words}")
    return found


def gone(folder: Path) -> None:
    """Wait until nothing of it runs."""
    end = time.monotonic() + 40
    while running := processes_of(folder):
        assert time.monotonic() < end, running
        time.sleep(0.1)


@pytest.mark.parametrize("moment", ["changes nothing", "days before", "at work after"])
def test_ended_at_any_moment_it_leaves_nothing(tmp_path: Path, moment: str) -> None:
    before = time.monotonic()
    # the first comes before a process that writes the days before: let that begin
    pause = 2.0 if moment == "changes nothing" else 0.0
    with subprocess.Popen(
        [*DEMO], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=environment(tmp_path), start_new_session=True,
    ) as demo:  # fmt: skip
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if moment in line:
                break
        assert time.monotonic() - before < 600, said
        time.sleep(pause)
        demo.send_signal(signal.SIGINT)
        demo.send_signal(signal.SIGINT)  # impatience changes nothing
        said += demo.stdout.read()
        assert demo.wait(90) == 130, said
    assert "nothing is left of it" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
    gone(tmp_path)
    for port in map(int, re.findall(r"127\.0\.0\.1:(\d+)", said)):
        with socket.socket() as one:
            assert one.connect_ex(("127.0.0.1", port)) != 0


def test_a_killed_demonstration_takes_vedette_with_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*DEMO], stdout=subprocess.PIPE, text=True, env=environment(tmp_path),
        start_new_session=True,
    ) as demo:  # fmt: skip
        assert demo.stdout is not None
        for line in demo.stdout:
            if "at work after" in line:
                break
        demo.kill()
        demo.wait(20)
        gone(tmp_path)


def test_a_folder_that_is_to_be_kept_must_be_new(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    done = subprocess.run(
        [*DEMO, "--check"], capture_output=True, text=True, timeout=60, check=False,
        env=environment(tmp_path, VEDETTE_DEMO_KEEP=str(tmp_path)),
    )  # fmt: skip
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]
