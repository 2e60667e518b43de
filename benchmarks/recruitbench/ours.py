"""The detector here, asked as the peers are: in a process of its own that judges files."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.recruitbench.peer import Score, UnavailableError
from benchmarks.recruitbench.processes import children, cpu

REPOSITORY = Path(__file__).resolve().parents[2]


class Vedette:
    """Reads and judges one message after the other; a second process opens attachments.

    Scores are log odds of a lure (-inf: no alarm can be raised); marked is what it calls a lure."""

    name = "vedette"
    version = ""
    warming = 1_000

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.recruitbench.ours_process"],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        # The process for attachments may be replaced: what those that ended used is not lost.
        self._opened: dict[int, float] = {}

    def scores(self, paths: Sequence[Path]) -> list[Score]:
        """See Peer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        found = []
        for path in paths:
            self._process.stdin.write(f"{path}\n")
            self._process.stdin.flush()
            words = self._process.stdout.readline().split()
            if len(words) != 2:
                raise UnavailableError(f"vedette ended over {path.name}")
            found.append(Score(float(words[0]), words[1] == "lure"))
            if len(found) % 50 == 0:
                self._count()
        return found

    def cpu(self) -> float:
        """Of the process and those that it started to open attachments."""
        self._count()
        return cpu(self._process.pid) + sum(self._opened.values())

    def close(self) -> None:
        """See Peer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _count(self) -> None:
        for pid in children(self._process.pid):
            with contextlib.suppress(OSError):  # it has just ended
                self._opened[pid] = cpu(pid)
