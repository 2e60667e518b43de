"""A file that says "mail is being examined": found at start, it tells of a time without."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path
from typing import Final

from vedette.model.instant import rfc3339
from vedette.sources.live.clock import Clock

_log = logging.getLogger(__name__)

INTERVAL: Final = 10.0
"""Seconds between two signs of life."""


class Heartbeat:
    """`path` exists while the source runs, and after it was killed; an orderly end removes it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def start(self, now: int) -> str | None:
        """Begin. Returns since when nobody examined mail (RFC 3339), if an earlier run was
        killed. `now` is in microseconds since the epoch."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        gap: str | None = None
        with contextlib.suppress(FileNotFoundError):
            gap = self._path.read_text("ascii", "replace").strip() or None
        self._write(now)
        return gap

    async def beat(self, clock: Clock) -> None:
        """Sign life for ever. A sign that can't be written (a full disk) is missed, the next is
        tried: else a later kill would be told as a gap from the first failure on."""
        while True:
            await clock.sleep(INTERVAL)
            try:
                self._write(clock.now())
            except OSError as error:
                _log.warning("%s: no sign of life can be written (%s)", self._path, error.strerror)

    def stop(self) -> None:
        """An orderly end."""
        self._path.unlink(missing_ok=True)

    def _write(self, now: int) -> None:
        new = self._path.with_name(self._path.name + ".new")
        new.write_text(rfc3339(now) + "\n", "ascii")
        new.replace(self._path)
