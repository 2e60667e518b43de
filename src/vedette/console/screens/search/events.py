"""Searching the stored events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta

from vedette.console.access.person import SavedQuery
from vedette.console.cursor import Cursor, Limit, cursor_of, key_of
from vedette.console.faults import RequestError
from vedette.console.screens.search.marking import Piece, decoded, pattern_of, pieces
from vedette.console.screens.search.times import moment
from vedette.console.search_line import Asked, parse
from vedette.console.turns import turns_of
from vedette.engine.assemble import make_mappings, stored_names
from vedette.model.finding import Entity
from vedette.model.visible import visible
from vedette.sigma.entities import entities_of
from vedette.store.bounded import Found, count_within, search_within
from vedette.store.query import QueryError, SearchQuery
from vedette.store.search import StoredEvent, StorePaths

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from vedette.console.seat import Seat
    from vedette.sigma.mapping import Mapping as FieldMapping

MOST_ENTITIES: Final = 6
ANY: Final = "any"
Line = Annotated[str, Meta(max_length=4096)]
Time = Annotated[str, Meta(max_length=40)]


class EventQuery(msgspec.Struct, frozen=True):
    """What to look for. `q`: words that must occur anywhere (`"two words"` as they stand) and
    conditions `field=value` (also != ~ !~ > < >= <=; `*` and `?` are wildcards; `host=`, `source=`
    and `format=` are what Vedette noted of the event). `since` and `until` are event times
    (RFC 3339, a date, or `-24h`; `any` is no bound). `source` is the name of a configured one."""

    q: Line = ""
    since: Time = "-24h"
    until: Time = ""
    source: Annotated[str, Meta(max_length=200)] = ""
    cursor: Cursor = ""
    limit: Limit = 50


class PageQuery(EventQuery, frozen=True):
    """As of the API; `run` says that a search without words is meant: the newest events."""

    run: Annotated[str, Meta(max_length=4)] = ""


class EventRow(msgspec.Struct, frozen=True):
    """A stored event in a line. `key` is its name; `time` when it happened, `arrival` when it
    came (microseconds); `text` its beginning, or what stands around the first match, in runs."""

    key: str
    time: int
    arrival: int
    source: str
    format: str
    host: str
    place: str
    entities: tuple[Entity, ...]
    text: tuple[Piece, ...]


class Events(msgspec.Struct, frozen=True):
    """Events, the newest first. `end`: all (nothing is left), limit (`next` goes on), time (it
    took too long: all that is newer than `complete`, in microseconds, was looked at, and `next`
    looks further back), gone (whoever asked has left). `segments` of how many files of stored
    events were looked through, in `seconds`."""

    events: tuple[EventRow, ...]
    next: str
    end: Literal["all", "limit", "time", "gone"]
    complete: int | None
    segments: tuple[int, int]
    seconds: float


class SearchPage(msgspec.Struct, frozen=True):
    """The page: what was asked, and what was found. `fault` says why it could not be understood."""

    query: PageQuery
    found: Events | None
    fault: str
    sources: tuple[str, ...]
    saved: tuple[SavedQuery, ...]


class Key(NamedTuple):
    """Where a list of events goes on: after this event; without a key: before this time."""

    time: int
    arrival: int
    key: str
    place: str


class Mappings:
    """Field mappings of the configuration, where no rules are at work."""

    def __init__(self, seat: Seat) -> None:
        self.mappings = make_mappings(seat.config.rules.mappings)


def read_page(seat: Seat, query: PageQuery) -> SearchPage:
    """Raises BusyError, UnreadableError."""
    found: Events | None = None
    fault = ""
    if query.q or query.cursor or query.run or query.source:
        try:
            found = read_events(seat, query)
        except RequestError as error:
            fault = error.detail
    names = tuple(one.name for one in seat.config.sources)
    return SearchPage(query, found, fault, names, seat.who.person.preferences.queries)


def read_events(seat: Seat, query: EventQuery) -> Events:
    """Raises RequestError for what can't be understood, BusyError, UnreadableError."""
    asked = asked_of(seat, query)
    began = time.monotonic()
    try:
        with turns_of(seat).turn(seat.gone) as bounds:
            found = search_within(paths_of(seat), asked.query, query.limit, bounds)
    except QueryError as error:
        raise RequestError("invalid", str(error)) from error
    marks = pattern_of(asked.marks)
    mappings = mappings_of(seat)
    return Events(
        tuple(_row(event, marks, mappings) for event in found.events),
        _next(found, query.limit),
        found.end,
        found.complete if found.end in ("time", "gone") else None,
        found.segments,
        round(time.monotonic() - began, 3),
    )


def asked_of(seat: Seat, query: EventQuery) -> Asked:
    """With times and cursor. Raises RequestError."""
    now = seat.now()
    mappings = mappings_of(seat)

    def resolve(name: str) -> tuple[str, ...]:
        return tuple(sorted({path for one in mappings.values() for path in one.anywhere(name)}))

    try:
        asked = parse(query.q, resolve, lambda name: stored_names(seat.config, name))
    except QueryError as error:
        raise RequestError("invalid", str(error)) from error
    start = None if query.since == ANY else moment(query.since, now)
    end = moment(query.until, now) if query.until else None
    after = None
    if query.cursor:
        last = key_of(query.cursor, Key)
        after = last if last.key else None
        bound = last.time + 1
        end = bound if end is None else min(end, bound)
    sources = (*asked.query.sources, *(stored_names(seat.config, query.source) if query.source
                                       else ()))  # fmt: skip
    whole = SearchQuery(
        start=start,
        end=end,
        filters=asked.query.filters,
        texts=asked.query.texts,
        sources=sources,
        formats=asked.query.formats,
        hosts=asked.query.hosts,
        after=after,
    )
    return Asked(whole, asked.marks)


class GroupRow(msgspec.Struct, frozen=True):
    """How many matching events a host has in a source, and the first and last of them
    (microseconds)."""

    host: str
    source: str
    count: int
    first: int
    last: int


class Who(msgspec.Struct, frozen=True):
    """Matching events by host and source, the largest first, at most 200. `end` and `complete` as
    of the search itself."""

    query: EventQuery
    groups: tuple[GroupRow, ...]
    events: int
    hosts: int
    end: Literal["all", "limit", "time", "gone"]
    complete: int | None


def read_who(seat: Seat, query: EventQuery) -> Who:
    """Where else the same is found. Raises as `read_events` does."""
    asked = asked_of(seat, query)
    try:
        with turns_of(seat).turn(seat.gone) as bounds:
            counted = count_within(paths_of(seat), asked.query, bounds)
    except QueryError as error:
        raise RequestError("invalid", str(error)) from error
    groups = tuple(
        GroupRow(visible(one.host or ""), visible(one.source), one.count, one.first, one.last)
        for one in counted.groups[:200]
    )
    hosts = {one.host for one in counted.groups if one.host}
    total = sum(one.count for one in counted.groups)
    return Who(query, groups, total, len(hosts), counted.end, counted.complete)


def paths_of(seat: Seat) -> StorePaths:
    """Where the stored events lie."""
    return StorePaths(seat.config.store_path, seat.config.data_dir)


def mappings_of(seat: Seat) -> Mapping[str, FieldMapping]:
    """The field mappings at work."""
    at_work = seat.place.rules.now
    if at_work is not None:
        return at_work.mappings
    return seat.place.kept.of(Mappings, lambda: Mappings(seat)).mappings


def _row(
    event: StoredEvent, marks: re.Pattern[str] | None, mappings: Mapping[str, FieldMapping]
) -> EventRow:
    return EventRow(
        event.key,
        event.event_time,
        event.arrival_time,
        visible(event.source),
        event.format,
        visible(event.host or ""),
        visible(event.place),
        entities(event, mappings)[:MOST_ENTITIES],
        pieces(" ".join(decoded(event.raw[:262_144]).split()), marks),
    )


def entities(event: StoredEvent, mappings: Mapping[str, FieldMapping]) -> tuple[Entity, ...]:
    """What an event is about, by the mapping of its format."""
    mapping = mappings.get(event.format)
    if mapping is None:
        return ()
    try:
        return entities_of(event.record(), mapping.entities)
    except ValueError:
        return ()


def _next(found: Found, limit: int) -> str:
    if found.end in ("time", "gone"):
        return "" if found.complete is None else cursor_of(found.complete, 0, "", "")
    if found.end == "limit" and len(found.events) == limit:
        last = found.events[-1]
        return cursor_of(last.event_time, last.arrival_time, last.key, last.place)
    return ""
