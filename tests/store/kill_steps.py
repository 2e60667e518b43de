"""Runs one operation of the store many times, each time killed a step later.

Usage: kill_steps.py OPERATION TEMPLATE TARGET. For n = 0, 1, ... the folder TEMPLATE is copied to
TARGET/n, and a child that does the operation there is killed when it asks the system for the n-th
change or opening of a file. Ends after the first child that was not killed; prints how many were.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from store.stored import DAY, NOON, batch_of, write
from vedette.store.compaction import Target, compact, sweep
from vedette.store.retention import Limits, retain
from vedette.store.state import State

STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}


def do_compact(root: Path, state: State) -> None:
    compact(root, state, NOON + DAY, Target(), everything=True)
    sweep(root, state, NOON + 3 * DAY)


def do_retain(root: Path, state: State) -> None:
    retain(root, state, NOON + DAY, Limits(age=30 * DAY))


def do_write(root: Path, state: State) -> None:
    batch = batch_of([{"new": number} for number in range(5)], source="new", arrival=NOON + DAY)
    write(root, state, batch)


OPERATIONS: dict[str, Callable[[Path, State], None]] = {
    "compact": do_compact,
    "retain": do_retain,
    "write": do_write,
}


def killed_after(steps: int) -> Callable[[str, tuple[Any, ...]], None]:
    left = steps

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event in STEPS:
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

    return hook


def main() -> None:
    operation, template, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    import pyarrow.parquet  # noqa: F401 - loaded before the fork, so that steps are the store's own

    for steps in count():
        folder = target / str(steps)
        shutil.copytree(template, folder)
        child = os.fork()
        if child == 0:
            with State(folder) as state:
                sys.addaudithook(killed_after(steps))
                OPERATIONS[operation](folder / "events", state)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            print(steps)
            return
        assert os.WTERMSIG(status) == signal.SIGKILL


if __name__ == "__main__":
    main()
