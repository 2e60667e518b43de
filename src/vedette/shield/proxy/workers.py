"""Several processes at one port, each with its own socket (SO_REUSEPORT)."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

_RESTART_PAUSE: Final = 1.0
_STOPPING: Final = (signal.SIGTERM, signal.SIGINT)


def run_workers(count: int, work: Callable[[int], None], alarm: Callable[[str], None]) -> None:
    """Run `work(number)` in `count` processes, and again where one has died, until SIGTERM or
    SIGINT, which are handed on. To be called before any thread was started: processes are forked,
    so that they share what was built before."""
    workers: dict[int, int] = {}
    stopping = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopping
        stopping = True
        for pid in workers:
            os.kill(pid, signal.SIGTERM)

    def start(number: int) -> None:
        pid = _fork(number, work, before)
        workers[pid] = number
        if stopping:  # told so before this one was among them
            os.kill(pid, signal.SIGTERM)

    before = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        for number in range(count):
            start(number)
        while workers:
            pid, status = os.wait()
            number = workers.pop(pid, -1)
            if stopping or number < 0:
                continue
            alarm(f"worker {number} ended with status {os.waitstatus_to_exitcode(status)}")
            time.sleep(_RESTART_PAUSE)
            if not stopping:
                start(number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _fork(number: int, work: Callable[[int], None], before: Mapping[signal.Signals, Any]) -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        pid = os.fork()
        if pid:
            return pid
        for name, handler in before.items():
            signal.signal(name, handler)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    status = 1
    try:
        work(number)
        status = 0
    finally:
        os._exit(status)
