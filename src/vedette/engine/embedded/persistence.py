"""Trying again for as long as the disk refuses: nothing is acknowledged, nothing is dropped."""

from __future__ import annotations

import asyncio
import errno
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from typing import Final, TypeVar

from vedette.engine.embedded.metrics import Meters
from vedette.model.errors import VedetteError
from vedette.model.problem import Problem

FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 15.0
"""Seconds between attempts."""

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class UnsavedError(VedetteError, OSError):
    """The watch was told to stop while the disk refused its events; they were not acknowledged,
    so their sources give them again."""


class Persistence:
    """Runs writes in a thread until they succeed."""

    def __init__(
        self,
        executor: Executor,
        meters: Meters,
        report: Callable[[str, Problem], None],
        stop: asyncio.Event,
    ) -> None:
        self._executor = executor
        self._meters = meters
        self._report = report
        self._stop = stop
        self.failing = False

    async def until_done(self, what: str, write: Callable[[], _T]) -> _T:
        """The result of `write`, which must leave nothing changed where it raises.

        OSError and sqlite3.OperationalError (a full disk, an input-output error, a lock) are
        reported once and tried again; any other exception is raised. Raises UnsavedError when
        the watch is told to stop meanwhile.
        """
        wait = FIRST_WAIT
        while True:
            try:
                loop = asyncio.get_running_loop()
                done = await loop.run_in_executor(self._executor, write)
            except (OSError, sqlite3.OperationalError) as error:
                _log.debug("%s failed", what, exc_info=True)
                self._failed(what, error)
                if self._stop.is_set():
                    raise UnsavedError(
                        f"{what}: {error}; the events were not acknowledged and come again"
                    ) from error
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._stop.wait()
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                self._succeeded(what)
                return done

    def _failed(self, what: str, error: OSError | sqlite3.OperationalError) -> None:
        self._meters.add("vedette_storage_failures_total")
        self._meters.set("vedette_storage_failing", 1)
        if not self.failing:
            full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or (
                getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            )
            fix = "free disk space" if full else "check the disk and its permissions"
            self._report(
                "", Problem("store", f"{what} failed: {error}", f"{fix}; events wait meanwhile")
            )
        self.failing = True

    def _succeeded(self, what: str) -> None:
        if self.failing:
            _log.warning("store: %s succeeded again", what)
        self.failing = False
        self._meters.set("vedette_storage_failing", 0)
