"""A watch that takes a changed configuration on SIGHUP, in the same process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from vedette.model.errors import ConfigError, VedetteError

if TYPE_CHECKING:
    from vedette.engine.alarms import Alarms
    from vedette.engine.config.schema import Config
    from vedette.engine.embedded.pipeline import Pipeline

_log = logging.getLogger("vedette")


class Round:
    """One configuration at work. `next` is the one that follows it, where one does."""

    def __init__(
        self, read: Callable[[], Config], asked: queue.SimpleQueue[object], refused: list[str]
    ) -> None:
        """`refused` is what was wrong with a configuration that this one stands in for."""
        from vedette.engine.alarms import Alarms

        self._read = read
        self._asked = asked
        self.alarms: Alarms = Alarms()
        self.began = False
        self.next: Config | None = None
        if refused:
            self._refuse(refused)

    @contextmanager
    def at_work(self, pipeline: Pipeline) -> Iterator[None]:
        """From inside the event loop, while the pipeline runs: a sound configuration ends it in
        order, of a wrong one every fault is logged and an alarm is raised."""
        self.began = True
        loop = asyncio.get_running_loop()

        def listen() -> None:
            while self.next is None and (asked := self._asked.get()) is not self:
                if asked is not True:
                    continue  # the end of an earlier round
                try:
                    self.next = self._read()
                except VedetteError as error:
                    self._refuse(faults_of(error))
                else:
                    _log.info("the configuration is read again: ending, to go on with it")
                    loop.call_soon_threadsafe(pipeline.stop)

        thread = threading.Thread(target=listen, name="vedette-hangup", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._asked.put(self)
            thread.join()

    def _refuse(self, faults: list[str]) -> None:
        from vedette.engine.alarms import CONFIGURATION, alarm

        for fault in faults:
            _log.error("%s", fault)
        _log.error("the changed configuration is not taken, the one before goes on")
        now = time.time_ns() // 1000
        self.alarms.put(alarm(CONFIGURATION, str(now), now, "\n".join(faults)))


def follow(read: Callable[[], Config], once: Callable[[Config, Round], bool]) -> None:
    """Run `once` with what `read` gives, and again with what it gives after a SIGHUP.

    `once` says whether a signal ended it for good. A configuration that can't be started gives way
    to the one before. Raises what `read` and `once` raise of the first one.
    """
    asked: queue.SimpleQueue[object] = queue.SimpleQueue()
    config, before, refused = read(), None, list[str]()
    with _hangups(asked):
        while True:
            turn = Round(read, asked, refused)
            try:
                ended = once(config, turn)
            except VedetteError as error:
                if before is None or turn.began:
                    raise
                config, before, refused = before, None, faults_of(error)
                continue
            if ended or turn.next is None:
                return
            config, before, refused = turn.next, config, []


def faults_of(error: VedetteError) -> list[str]:
    """Each thing that is wrong."""
    return error.faults if isinstance(error, ConfigError) else [str(error)]


@contextmanager
def _hangups(asked: queue.SimpleQueue[object]) -> Iterator[None]:
    """SIGHUP as a question, but not where it says that the terminal is gone, nor under nohup."""
    if sys.stderr.isatty() or signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        asked.put(True)  # SimpleQueue.put may be interrupted by itself

    before = signal.signal(signal.SIGHUP, handle)
    with contextlib.ExitStack() as restoring:
        restoring.callback(signal.signal, signal.SIGHUP, before)
        yield
