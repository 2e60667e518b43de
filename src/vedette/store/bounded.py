"""Searching the stored events beside a watch: in little memory, on one processor, for a limited
time, and no longer than somebody waits for it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from vedette.store.conditions import condition_of, counting
from vedette.store.database import NAME, open_reader
from vedette.store.query import SearchQuery
from vedette.store.search import (
    ATTEMPTS,
    StoredEvent,
    StorePaths,
    check_expressions,
    in_order,
    merged,
    open_engine,
    rows_of,
    unsearchable,
)
from vedette.store.segments import Segment

if TYPE_CHECKING:
    import duckdb

    from vedette.store.kept_engine import KeptEngine

FIRST: Final = 1
"""Segments that are looked through at first; each further round takes twice as many. What a round
has not finished when the time is over is not told."""
MOST_FILES: Final = 64
"""Segments in one round."""
LOOK: Final = 0.05
"""Seconds between looks at whether to go on."""
MOST_GROUPS: Final = 5_000

End = Literal["all", "limit", "time", "gone"]
"""Why a search ended: everything was looked at; enough was found; its time was over; nobody
waits for it any more."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one search may use: `memory` as DuckDB writes it, `seconds` of time. With an `engine`
    its memory and threads count instead."""

    memory: str = "128MB"
    threads: int = 1
    seconds: float = 10.0
    gone: Callable[[], bool] = _never
    engine: KeptEngine | None = None

    def opened(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """What searches."""
        if self.engine is not None:
            return self.engine.cursor()
        return open_engine(self.memory, self.threads)


@dataclass(frozen=True, slots=True)
class Found:
    """Events, newest first. All matching events with a time after `complete` are among them (None:
    all there are). `segments` is how many files of how many were looked through."""

    events: list[StoredEvent]
    end: End
    complete: int | None
    segments: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Group:
    """How many matching events one host has in one source, and when."""

    host: str | None
    source: str
    count: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Groups, the largest first, of the events with a time after `complete` (None: of all)."""

    groups: list[Group]
    end: End
    complete: int | None


def search_within(paths: StorePaths, query: SearchQuery, limit: int, bounds: Bounds) -> Found:
    """The newest `limit` events that match, each once, or those that the time was enough for.

    Raises QueryError, UnreadableError.
    """
    with _looking(paths, query, bounds) as look:
        for attempt in range(ATTEMPTS):
            found: list[StoredEvent] = []
            try:
                for files, bound, done in look.rounds(query):
                    rows = rows_of(look.engine, paths.segments, files, query, limit)
                    found = merged([*found, *rows], query, limit)
                    look.complete, look.done = bound, done
                    if len(found) >= limit and (bound is None or found[-1].event_time > bound):
                        return Found(found, "limit", bound, look.progress())
            except look.interrupted:
                pass
            except look.vanished:
                if attempt == ATTEMPTS - 1:
                    raise
                continue
            bound = None if look.why is None else look.complete
            whole = [one for one in found if bound is None or one.event_time > bound]
            return Found(whole, look.end(), bound, look.progress())
    raise AssertionError("the last attempt returns or raises")


def count_within(paths: StorePaths, query: SearchQuery, bounds: Bounds) -> Counted:
    """How many events match, by host and source. Second deliveries count. Raises QueryError,
    UnreadableError."""
    with _looking(paths, query, bounds) as look:
        condition = condition_of(query)
        text = counting(condition, MOST_GROUPS)
        for attempt in range(ATTEMPTS):
            groups: dict[tuple[str | None, str], Group] = {}
            try:
                for files, bound, done in look.rounds(query):
                    names = [str(paths.segments / one.path) for one in files]
                    parameters = [names, *condition.parameters]
                    for row in look.engine.execute(text, parameters).fetchall():
                        _add(groups, Group(*row))
                    look.complete, look.done = bound, done
            except look.interrupted:
                pass
            except look.vanished:
                if attempt == ATTEMPTS - 1:
                    raise
                continue
            ranked = sorted(
                groups.values(), key=lambda one: (-one.count, one.host or "", one.source)
            )
            return Counted(ranked, look.end(), None if look.why is None else look.complete)
    raise AssertionError("the last attempt returns or raises")


class _Look:
    """One search at work. `complete` and `done` say how far it has come."""

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, segments: Callable[[SearchQuery], list[Segment]]
    ) -> None:
        import duckdb

        self.engine = engine
        self.interrupted = duckdb.InterruptException
        self.vanished = duckdb.IOException
        self.complete: int | None = None
        self.done = self._all = 0
        self.why: End | None = None
        self._segments = segments

    def rounds(self, query: SearchQuery) -> Iterator[tuple[Sequence[Segment], int | None, int]]:
        """Segments to look through, the newest first; the time after which nothing is left out
        once these are done; how many are done then."""
        segments = self._segments(query)
        self._all = len(segments)
        self.complete = segments[0].max_time if segments else None
        begin, size = 0, FIRST
        while begin < len(segments) and self.why is None:
            end = begin + size
            bound = segments[end].max_time if end < len(segments) else None
            yield segments[begin:end], bound, min(end, len(segments))
            begin, size = end, min(size * 2, MOST_FILES)

    def end(self) -> End:
        return self.why or "all"

    def progress(self) -> tuple[int, int]:
        return self.done, self._all


@contextlib.contextmanager
def _looking(paths: StorePaths, query: SearchQuery, bounds: Bounds) -> Iterator[_Look]:
    import duckdb

    with (
        contextlib.closing(open_reader(paths.state / NAME)) as state,
        bounds.opened() as engine,
    ):
        check_expressions(engine, query)
        look = _Look(engine, lambda query: in_order(state, query))
        over = threading.Event()
        watcher = threading.Thread(
            target=_watch, args=(look, bounds, over), name="vedette-search", daemon=True
        )
        watcher.start()
        try:
            yield look
        except duckdb.Error as error:
            raise unsearchable(paths, query, error) from error
        finally:
            over.set()
            watcher.join()


def _watch(look: _Look, bounds: Bounds, over: threading.Event) -> None:
    """Ends the search in time. What is interrupted between two statements goes on with the next,
    so it is told again."""
    until = time.monotonic() + bounds.seconds
    while not over.wait(LOOK):
        if look.why is None and bounds.gone():
            look.why = "gone"
        if look.why is None and time.monotonic() >= until:
            look.why = "time"
        if look.why is not None:
            look.engine.interrupt()


def _add(groups: dict[tuple[str | None, str], Group], new: Group) -> None:
    key = (new.host, new.source)
    old = groups.get(key)
    if old is None:
        groups[key] = new
    else:
        groups[key] = Group(
            *key, old.count + new.count, min(old.first, new.first), max(old.last, new.last)
        )
