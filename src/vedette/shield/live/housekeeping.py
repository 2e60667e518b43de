"""What a serving process does beside serving, once a second, in a thread of its own."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Final

from vedette.model.errors import VedetteError
from vedette.shield.guard import ShieldGuard
from vedette.shield.live.settings import Run, read_run
from vedette.shield.policy.ready import make_ready

EVERY: Final = 1.0


class Housekeeping:
    """Takes in a policy that has changed and what actions refuse by now, tells the traffic, and
    ends the process when the watch is gone: nobody would hear it any more."""

    def __init__(
        self, guard: ShieldGuard, parent: socket.socket, path: Path, run: Run, number: int
    ) -> None:
        self._guard = guard
        self._parent = parent
        self._path = path
        self._run = run
        self._alone = run.serving.proxy.workers <= 1 or run.serving.front == "haproxy"
        self._number = number
        self._supervisor = os.getppid()
        self._seen = _stamp(path)
        self._poll = select.poll()
        self._poll.register(parent, 0)

    def start(self) -> None:
        threading.Thread(target=self._work, name="housekeeping", daemon=True).start()

    def _work(self) -> None:
        while not self._gone():
            self._guard.tick(self._guard.now())
            self._guard.look()
            self._look()
            time.sleep(EVERY)
        if not self._alone and os.getppid() == self._supervisor:
            os.kill(self._supervisor, signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)

    def _gone(self) -> bool:
        """Whether the watch is, or the process that sees to it that there are enough workers."""
        if not self._alone and os.getppid() != self._supervisor:
            return True
        return any(event & (select.POLLHUP | select.POLLERR) for _, event in self._poll.poll(0))

    def _look(self) -> None:
        """Read the policy again where it was written anew. The rules are compiled already: the
        watch has checked them."""
        stamp = _stamp(self._path)
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            run = read_run(self._path)
            if (run.policy, run.fingerprint) != (self._run.policy, self._run.fingerprint):
                cache = Path(run.serving.cache) if run.serving.cache else None
                self._guard.replace(make_ready(run.policy, cache))
                self._run = run
                if self._number == 0:
                    self._guard.outlet.put({"kind": "reloaded"})
        except (VedetteError, OSError) as error:
            self._guard.alarm(f"a changed policy was not taken in, the old one goes on: {error}")


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return stat.st_ino, stat.st_mtime_ns
