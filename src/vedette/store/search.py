"""Searching the stored events, also while a watch writes them."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from vedette.model.batch import Record
from vedette.model.errors import UnreadableError
from vedette.model.logsource import Logsource
from vedette.store import manifest
from vedette.store.conditions import condition_of, statement
from vedette.store.database import NAME, open_reader
from vedette.store.query import QueryError, SearchQuery
from vedette.store.segments import Segment

if TYPE_CHECKING:
    import duckdb

MEMORY: Final = "1GB"
"""What one search may use before it sorts on the disk."""

FIRST_FILES: Final = 8
"""Segments that a limited search opens at first; each further round opens twice as many."""

ATTEMPTS: Final = 3
"""A search begins again with a new manifest when a merged segment went away under it."""

REMEMBERED: Final = 500_000
"""Keys that an unlimited search remembers to say nothing twice; a second delivery of an event
stands near the first, because the results are in order of time."""

_ROWS: Final = 4096

Opened = Callable[[], contextlib.AbstractContextManager["duckdb.DuckDBPyConnection"]]
"""Gives an engine for one search."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was stored. Times are microseconds since the epoch, UTC; `raw` holds the
    exact bytes; `text` is the parsed event as JSON where that is not `raw` itself."""

    event_time: int
    arrival_time: int
    source: str
    format: str
    logsource: Logsource
    place: str
    key: str
    host: str | None
    raw: bytes
    text: str | None

    @property
    def identity(self) -> tuple[str, int]:
        """What two deliveries of one event have in common (see `compaction.first_of_each`)."""
        return self.key, self.event_time

    def record(self) -> Record:
        """The event as a dictionary."""
        record: Record = orjson.loads(self.raw if self.text is None else self.text)
        return record


@dataclass(frozen=True, slots=True)
class StorePaths:
    """Where the segments lie, and the folder of the state database that says which count."""

    segments: Path
    state: Path


def search(
    paths: StorePaths, query: SearchQuery, opened: Opened | None = None
) -> Iterator[StoredEvent]:
    """The events that match, in order of event time, each once, by an engine of its own or one
    that `opened` gives.

    Raises QueryError for a regular expression that RE2 does not take, UnreadableError where
    there is no store or a segment is damaged. Reads nothing but segments in the query's time
    range.
    """
    import duckdb

    engines = opened or open_engine
    with contextlib.closing(open_reader(paths.state / NAME)) as state, engines() as engine:
        check_expressions(engine, query)
        try:
            if query.limit is None:
                yield from _everything(engine, state, paths.segments, query)
            else:
                yield from _first(engine, state, paths.segments, query, query.limit)
        except duckdb.Error as error:
            raise unsearchable(paths, query, error) from error


def unsearchable(paths: StorePaths, query: SearchQuery, error: duckdb.Error) -> UnreadableError:
    """What to tell of a search that ended with `error`: the file that is damaged, if one is."""
    import duckdb

    said = str(error).splitlines()[0]
    with contextlib.closing(open_reader(paths.state / NAME)) as state, open_engine() as engine:
        for segment in in_order(state, query):
            try:
                for _ in rows_of(engine, paths.segments, [segment], query, None):
                    pass
            except duckdb.IOException:
                continue  # merged away meanwhile
            except duckdb.Error as found:
                return UnreadableError(
                    f"{paths.segments / segment.path}: this file of stored events is damaged "
                    f"({str(found).splitlines()[0]}); restore it from a copy, or move it away: "
                    "what it holds is lost then"
                )
    return UnreadableError(
        f"{paths.segments}: the stored events can't be searched ({said}); narrow the search"
    )


def fetch(
    paths: StorePaths,
    keys: Sequence[str],
    start: int | None = None,
    end: int | None = None,
    opened: Opened | None = None,
) -> dict[str, StoredEvent]:
    """The events with these keys and event times in [start, end), those that retention spared
    included."""
    query = SearchQuery(start=start, end=end, keys=tuple(keys), limit=None)
    return {event.key: event for event in search(paths, query, opened)} if keys else {}


def _first(
    engine: duckdb.DuckDBPyConnection,
    state: sqlite3.Connection,
    root: Path,
    query: SearchQuery,
    limit: int,
) -> Iterator[StoredEvent]:
    """The first `limit` events, opening segments in the order of their times until no further
    one can hold an earlier event."""

    def best() -> list[StoredEvent]:
        segments = in_order(state, query)
        found: list[StoredEvent] = []
        begin, count = 0, FIRST_FILES
        while begin < len(segments):
            files = segments[begin : begin + count]
            found = merged([*found, *rows_of(engine, root, files, query, limit)], query, limit)
            begin, count = begin + count, count * 2
            if len(found) >= limit and begin < len(segments):
                last, bound = found[-1].event_time, segments[begin]
                if last > bound.max_time if query.newest_first else last < bound.min_time:
                    break
        return found

    yield from _retried(best)


def _everything(
    engine: duckdb.DuckDBPyConnection, state: sqlite3.Connection, root: Path, query: SearchQuery
) -> Iterator[StoredEvent]:
    def begun() -> Iterator[StoredEvent]:
        rows = rows_of(engine, root, in_order(state, query), query, None)
        first = next(rows, None)  # sorting reads every file before the first row comes
        return iter(()) if first is None else _chain(first, rows)

    recent: set[tuple[str, int]] = set()
    older: set[tuple[str, int]] = set()
    for event in _retried(begun):
        if event.identity in recent or event.identity in older:
            continue
        recent.add(event.identity)
        if len(recent) >= REMEMBERED // 2:
            recent, older = set(), recent
        yield event


def rows_of(
    engine: duckdb.DuckDBPyConnection,
    root: Path,
    segments: Sequence[Segment],
    query: SearchQuery,
    limit: int | None,
) -> Iterator[StoredEvent]:
    """The matching rows of these segments; with a limit, as many different events as it says."""
    if not segments:
        return
    files = [str(root / segment.path) for segment in segments]
    condition = condition_of(query)
    text = statement(condition, query.newest_first, limit is not None)
    ask = limit
    while True:
        parameters = [files, *condition.parameters, *([] if ask is None else [ask])]
        cursor = engine.execute(text, parameters)
        if limit is None or ask is None:
            while rows := cursor.fetchmany(_ROWS):
                yield from map(_event, rows)
            return
        events = [_event(row) for row in cursor.fetchall()]
        if len(events) < ask or len({event.identity for event in events}) >= limit:
            yield from events
            return
        ask *= 4


def merged(events: Iterable[StoredEvent], query: SearchQuery, limit: int) -> list[StoredEvent]:
    ordered = sorted(
        events,
        key=lambda event: (event.event_time, event.arrival_time, event.key, event.place),
        reverse=query.newest_first,
    )
    once = {event.identity: event for event in reversed(ordered)}
    return [event for event in ordered if once[event.identity] is event][:limit]


def in_order(state: sqlite3.Connection, query: SearchQuery) -> list[Segment]:
    segments = manifest.live_segments(state, query.start, query.end)
    if query.newest_first:
        return sorted(segments, key=lambda one: (-one.max_time, one.path))
    return sorted(segments, key=lambda one: (one.min_time, one.path))


def _retried(begin: Callable[[], Iterable[StoredEvent]]) -> Iterable[StoredEvent]:
    import duckdb

    for attempt in range(ATTEMPTS):
        try:
            return begin()
        except duckdb.IOException:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError


def _chain(first: StoredEvent, rest: Iterator[StoredEvent]) -> Iterator[StoredEvent]:
    yield first
    yield from rest


def check_expressions(engine: duckdb.DuckDBPyConnection, query: SearchQuery) -> None:
    import duckdb

    for one in query.filters:
        if one.op.endswith("~"):
            try:
                engine.execute("SELECT regexp_matches('', ?, 'i')", [one.value]).fetchall()
            except duckdb.Error as error:
                reason = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
                raise QueryError(
                    f"regular expression {one.value!r}: {reason}; write it for RE2 (no lookaround, "
                    "no backreferences)"
                ) from None


@contextlib.contextmanager
def open_engine(memory: str = MEMORY, threads: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory, with nothing but what its wheel brings. `threads` 0: as many as there are
    processors."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="vedette-search-") as folder:
        connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "memory_limit": memory,
                "temp_directory": folder,
                **({"threads": str(threads)} if threads else {}),
            },
        )
        try:
            yield connection
        finally:
            connection.close()


def _event(row: tuple[Any, ...]) -> StoredEvent:
    time, arrival, source, form, product, category, service, place, key, host, raw, text = row
    return StoredEvent(
        time,
        arrival,
        source,
        form,
        Logsource(product, category, service),
        place,
        key,
        host,
        bytes(raw),
        text,
    )
