"""Read-only connections for one request, opened when first used."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

from vedette.model.errors import UnreadableError
from vedette.response.register import NAME as ACTIONS
from vedette.store.database import NAME, open_reader


class Readers:
    """The databases of a data folder. For one thread at a time; closed at the end of a request."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._closing = ExitStack()
        self._state: sqlite3.Connection | None = None
        self._actions: sqlite3.Connection | None = None

    @property
    def state(self) -> sqlite3.Connection:
        """Findings, incidents, sources. One moment: all reads of a request see the same.
        Raises UnreadableError."""
        if self._state is None:
            self._state = self._closing.enter_context(closing(open_reader(self._data / NAME)))
            self._state.execute("BEGIN")
        return self._state

    @property
    def actions(self) -> sqlite3.Connection:
        """The register of actions. Raises UnreadableError."""
        if self._actions is None:
            path = self._data / ACTIONS
            try:
                opened = sqlite3.connect(
                    f"{path.absolute().as_uri()}?mode=ro",
                    uri=True,
                    isolation_level=None,
                    check_same_thread=False,
                    timeout=10,
                )
                self._actions = self._closing.enter_context(closing(opened))
                self._actions.execute("BEGIN")
            except sqlite3.Error as error:
                raise UnreadableError(f"{path}: {error}") from error
        return self._actions

    def close(self) -> None:
        self._closing.close()
