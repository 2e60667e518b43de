"""What was told to whom, in a file that outlives the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec

from vedette.model.durable import write_new
from vedette.model.errors import UnreadableError

NAME: Final = "told.json"
MOST: Final = 10_000
"""Actions that are remembered; what nobody took back for longest goes first."""


class Told(msgspec.Struct):
    """What became of a message on each channel: `sent`, `withheld` (its content), `held` back, or
    why it failed."""

    expires: int
    channels: dict[str, str]
    taken_back: list[str] = []

    def reached(self) -> list[str]:
        return [name for name, what in self.channels.items() if what in ("sent", "withheld")]

    def done(self) -> bool:
        return any(what in ("sent", "withheld", "held") for what in self.channels.values())


class Held(msgspec.Struct):
    """Messages held back since a moment (microseconds), the highest of their levels."""

    since: int
    count: int = 0
    level: str = "informational"


class Pages(msgspec.Struct):
    """All of it. `sent` are the moments of the last messages of each channel."""

    told: dict[str, Told] = {}
    sent: dict[str, list[int]] = {}
    held: dict[str, Held] = {}


class Journal:
    """Any thread may call; one process may use it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._lock = Lock()

    @contextmanager
    def open(self) -> Iterator[Pages]:
        """The pages; what is changed in them is durable afterwards. Raises UnreadableError."""
        with self._lock:
            pages = self.read()
            before = msgspec.json.encode(pages)
            yield pages
            while len(pages.told) > MOST:
                del pages.told[next(iter(pages.told))]
            after = msgspec.json.encode(pages)
            if after == before:
                return
            try:
                write_new(self._path, after)
            except OSError as error:
                raise UnreadableError(f"{self._path}: {error.strerror}; make room") from error

    def read(self) -> Pages:
        """The pages as they stand. Raises UnreadableError."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Pages)
        except FileNotFoundError:
            return Pages()
        except (OSError, msgspec.DecodeError) as error:
            raise UnreadableError(
                f"{self._path}: can't be read ({error}); remove it: what stands is told again"
            ) from error
