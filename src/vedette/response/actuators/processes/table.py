"""The kernel's table of processes, /proc (proc_pid_stat(5))."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

PROC: Final = Path("/proc")
LISTINGS: Final = 100
"""On a machine that starts processes faster than they can be listed there has to be an end."""

_KERNEL_THREAD: Final = 0x00200000  # PF_KTHREAD, include/linux/sched.h
_DEAD: Final = frozenset("ZXx")


class Process(NamedTuple):
    """One process. `started` is in clock ticks after boot: with the pid it names one process for
    as long as the machine runs, though pids are given out again."""

    pid: int
    started: int
    parent: int
    session: int
    name: str
    kernel: bool
    dead: bool


def process(pid: int, proc: Path = PROC) -> Process | None:
    """What runs under this pid now; None where nothing does."""
    try:
        text = (proc / str(pid) / "stat").read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # the name may hold blanks and parentheses: it ends at the last one
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    return Process(
        pid,
        int(fields[19]),
        int(fields[1]),
        int(fields[3]),
        name,
        bool(int(fields[6]) & _KERNEL_THREAD),
        fields[0] in _DEAD,
    )


def processes(known: Mapping[int, Process] | None = None, proc: Path = PROC) -> list[Process]:
    """All that run now. Those in `known` are not read again: who follows a tree that keeps forking
    has to be quick, and the parent that one had at first says more than the later one.

    Who forks and ends between being listed and being read is gone, and its child was not listed:
    so the list is taken again until it holds nothing new.
    """
    known = known or {}
    seen: set[int] = set()
    found: list[Process] = []
    for _ in range(LISTINGS):
        listed = {int(name) for name in os.listdir(proc) if name.isdigit()}  # noqa: PTH208 - 5x
        fresh = sorted(listed - seen)
        if not fresh:
            break
        seen.update(fresh)
        for pid in fresh:
            each = known.get(pid) or process(pid, proc)
            if each is not None:
                found.append(each)
    return found


def tree(
    roots: Collection[int],
    every: Iterable[Process],
    left_out: Callable[[Process], bool] = lambda _: False,
) -> list[Process]:
    """The roots and all below them, parents first; nothing at or below one to be left out.

    Below is who has one of them as parent, and who is in a session that one of them leads: a
    session is only ever entered by birth, so this finds children whose parent has ended.
    """
    by_pid: dict[int, Process] = {}
    below: dict[int, list[Process]] = {}
    for each in every:
        by_pid[each.pid] = each
        below.setdefault(each.parent, []).append(each)
        if each.session != each.pid:
            below.setdefault(each.session, []).append(each)
    found: dict[int, Process] = {}
    waiting = [by_pid[pid] for pid in sorted(roots) if pid in by_pid]
    for each in waiting:
        if each.pid not in found and not left_out(each):
            found[each.pid] = each
            waiting += below.get(each.pid, ())
    return list(found.values())


def ancestors(pid: int, every: Mapping[int, Process]) -> list[int]:
    """The process itself, its parent and so on up."""
    found: list[int] = []
    while pid in every and pid not in found:
        found.append(pid)
        pid = every[pid].parent
    return found


def executable(pid: int, proc: Path = PROC) -> str:
    """The program's path, "" where it can't be told."""
    try:
        return str((proc / str(pid) / "exe").readlink())
    except OSError:
        return ""
