"""What a running process has used: its CPU time and its memory, as Linux counts them."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path


def cpu(pid: int) -> float:
    """CPU seconds (user and system) of a process so far, as clock_getcpuclockid(3) counts them.
    Raises OSError where it has ended."""
    return time.clock_gettime((~pid << 3) | 2)


def children(pid: int | None = None) -> list[int]:
    """The processes that this one (or that of the id) has started and that run
    (proc_pid_task_children(5))."""
    found = []
    for listed in Path(f"/proc/{pid or os.getpid()}/task").glob("*/children"):
        found += [int(pid) for pid in listed.read_text(encoding="ascii").split()]
    return sorted(found)


def with_children() -> float:
    """CPU seconds of this process, of the children that run and of those that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime + sum(map(cpu, children()))


def memory(pid: int | None = None) -> tuple[float, float]:
    """Resident MB now and at most (VmRSS, VmHWM); of this process without an id."""
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text(
        encoding="ascii", errors="replace"
    )
    values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(values["VmRSS"].split()[0]) / 1024, int(values["VmHWM"].split()[0]) / 1024
