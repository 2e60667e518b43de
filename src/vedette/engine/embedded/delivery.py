"""From the outbox to the sinks: tried again with back-off, dead letters kept."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Final, Protocol, runtime_checkable

from vedette.engine.embedded.metrics import Meters
from vedette.model.errors import RefusedError
from vedette.model.problem import Problem
from vedette.model.protocols import Sink
from vedette.sources.live.clock import Clock
from vedette.store import outbox
from vedette.store.outbox import Letter
from vedette.store.state import State

LONGEST_PAUSE: Final = 60.0
HOLD: Final = 5.0
"""Seconds: between two looks at the outbox, and after it could not be written."""

_log = logging.getLogger(__name__)


@runtime_checkable
class Closing(Protocol):
    """A sink that keeps something open between deliveries."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds before the second attempt, the longest wait (each is twice the one before), and
    after how many attempts a finding becomes a dead letter: by default about nine hours."""

    first: float = 1.0
    longest: float = 600.0
    attempts: int = 64
    together: int = 100

    def wait(self, attempts: int) -> float:
        """Seconds to wait after `attempts` failures."""
        return float(min(self.longest, self.first * 2.0 ** min(attempts - 1, 30)))


class Delivery:
    """Empties the outbox of one sink."""

    def __init__(
        self,
        sink: Sink,
        state: State,
        executor: Executor,
        clock: Clock,
        meters: Meters,
        report: Callable[[str, Problem], None],
        patience: Patience | None = None,
    ) -> None:
        self._sink = sink
        self._state = state
        self._executor = executor
        self._clock = clock
        self._meters = meters
        self._report = report
        self._patience = patience or Patience()
        self._posted = asyncio.Event()
        self._hold = 0.0
        self._turn = Lock()

    def posted(self) -> None:
        """Something new may be in the outbox."""
        self._posted.set()

    def close(self) -> None:
        """Let the sink close its files and connections, if it has any. Nothing runs any more."""
        if isinstance(self._sink, Closing):
            try:
                self._sink.close()
            except OSError as error:
                self._report("", Problem(self._sink.name, f"could not be closed: {error}"))

    async def run(self) -> None:
        """Deliver what is due, for ever."""
        while True:
            self._posted.clear()
            if await self.deliver_due():
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(await self._pause()):
                    await self._posted.wait()

    async def deliver_due(self) -> bool:
        """One attempt with what is due; False if nothing was."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._deliver_due)

    async def _pause(self) -> float:
        due = self._state.read(partial(outbox.next_due, sink=self._sink.name))
        if due is None:
            return LONGEST_PAUSE
        return min(LONGEST_PAUSE, max(self._hold, 0.02, (due - self._clock.now()) / 1_000_000))

    def _deliver_due(self) -> bool:
        with self._turn:  # a cancelled run may still be delivering in its thread
            return self._attempt()

    def _attempt(self) -> bool:
        now = self._clock.now()
        letters = self._state.read(
            partial(outbox.due, sink=self._sink.name, now=now, limit=self._patience.together)
        )
        if not letters:
            return False
        self._hold = 0.0
        try:
            self._deliver(letters)
        except (sqlite3.OperationalError, OSError) as error:
            # The outbox can't be written: what was delivered comes again, a sink takes it as seen.
            self._report("", Problem("outbox", f"could not be written: {error}", "free disk space"))
            self._hold = HOLD
            return False
        return True

    def _deliver(self, letters: Sequence[Letter]) -> None:
        try:
            self._sink.deliver([letter.finding for letter in letters])
        except Exception as error:
            if len(letters) > 1 and isinstance(error, RefusedError):
                for letter in letters:  # one of them spoils the others
                    self._deliver([letter])
                return
            self._failed(letters, error)
            return
        with self._state.transaction() as connection:
            outbox.delivered(connection, letters)
        self._meters.add("vedette_deliveries_total", len(letters), self._sink.name)

    def _failed(self, letters: Sequence[Letter], error: Exception) -> None:
        _log.debug("sink %s failed", self._sink.name, exc_info=True)
        self._meters.add("vedette_delivery_failures_total", 1, self._sink.name)
        text = str(error) or type(error).__name__
        for letter in letters:
            attempts = letter.attempts + 1
            dead = isinstance(error, RefusedError) or attempts >= self._patience.attempts
            wait = round(self._patience.wait(attempts) * 1_000_000)
            with self._state.transaction() as connection:
                next_try = None if dead else self._clock.now() + wait
                outbox.failed(connection, [letter], text, next_try)
            if dead:
                what = f"finding {letter.finding.id} was not delivered: {text}"
                self._report("", Problem(self._sink.name, what, "kept as a dead letter"))
        if letters[0].attempts == 0 and not isinstance(error, RefusedError):
            what = f"delivery failed: {text}"
            self._report("", Problem(self._sink.name, what, "tried again with back-off"))
