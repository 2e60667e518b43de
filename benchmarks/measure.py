"""How time and memory are taken, and how a figure is printed."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def cpu(work: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of this process, and what the work gave."""
    gc.collect()
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


@dataclass(frozen=True)
class Used:
    """What a child process used: seconds of wall and CPU (user and system), peak MB, exit code."""

    wall: float
    cpu: float
    peak: float
    code: int


LAUNCHER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
quiet = subprocess.DEVNULL
process = subprocess.Popen(sys.argv[1:], stdin=quiet, stdout=quiet, stderr=quiet)
_, status, usage = os.wait4(process.pid, 0)
wall = time.perf_counter() - start
cpu, code = usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status)
print(json.dumps([wall, cpu, usage.ru_maxrss / 1024, code]))
"""
"""Starts what is measured: a child's peak counts what its parent held when it was started, so the
parent must be small."""


def child(arguments: Sequence[str], env: Mapping[str, str] | None = None) -> Used:
    """Run this Python with `arguments`, its output thrown away."""
    said = subprocess.run(
        [sys.executable, "-I", "-c", LAUNCHER, sys.executable, *arguments],
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        check=True,
    )
    return Used(*json.loads(said.stdout))


def resident() -> float:
    """MB of memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def peak() -> float:
    """The most MB this program held (unlike `ru_maxrss`, without what its parent held)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def quantile(values: Sequence[float], part: float) -> float:
    """The nearest-rank quantile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def say(label: str, value: str) -> None:
    """Print one figure."""
    print(f"{label:<58} {value}", flush=True)


def against(label: str, ours: float, base: float, unit: str = "s") -> None:
    """Print a figure with its ratio to the base of the same run."""
    say(label, f"{ours:9.3f} {unit}   {ours / base:6.2f} x")
