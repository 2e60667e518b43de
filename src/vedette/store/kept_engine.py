"""DuckDB that stays open between searches: opening it costs more than most of them."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING

from vedette.store.search import open_engine

if TYPE_CHECKING:
    import duckdb


class KeptEngine:
    """Opened when first needed, closed with `close` or when nobody has it any more. Any thread may
    call; searches at the same time share `memory`."""

    def __init__(self, memory: str, threads: int) -> None:
        """`memory` as DuckDB writes it."""
        self._memory, self._threads = memory, threads
        self._lock = Lock()
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._end: weakref.finalize[[], KeptEngine] | None = None

    @contextlib.contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of one's own. After a fault that DuckDB does not survive the next one gets
        a new engine."""
        import duckdb

        with self._lock:
            if self._engine is None:
                opened = contextlib.ExitStack()
                self._engine = opened.enter_context(open_engine(self._memory, self._threads))
                self._end = weakref.finalize(self, opened.close)
                # files are replaced and removed under it, and memory is for searches
                self._engine.execute("SET enable_external_file_cache = false")
            cursor = self._engine.cursor()
        try:
            yield cursor
        except duckdb.FatalException:
            self.close()
            raise
        finally:
            cursor.close()

    def close(self) -> None:
        """The next search opens it again; those that run may end with an error."""
        with self._lock:
            end, self._end, self._engine = self._end, None, None
            if end is not None:
                end()
