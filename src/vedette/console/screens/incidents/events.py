"""The stored events behind a finding, as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from vedette.console.screens.incidents.members import FindingQuery, stored
from vedette.console.turns import turns_of
from vedette.model.finding import Finding
from vedette.model.visible import visible
from vedette.store.bounded import Bounds, search_within
from vedette.store.query import SearchQuery
from vedette.store.search import StoredEvent, StorePaths

if TYPE_CHECKING:
    from vedette.console.seat import Seat

MOST_EVENTS: Final = 20
MOST_BYTES: Final = 32_768
"""Of one event on a page."""
DAY: Final = 86_400_000_000


class Event(msgspec.Struct, frozen=True):
    """A stored event. `text` is what came, bytes that are no UTF-8 as `\\xNN` and hidden
    characters made visible, of `size` bytes in all; `fields` its parsed fields where the format
    was understood."""

    time: int
    arrival: int
    source: str
    place: str
    format: str
    key: str
    host: str
    text: str
    size: int
    fields: tuple[tuple[str, str], ...]


class Events(msgspec.Struct, frozen=True):
    """The events of a finding that are still stored; `missing` of its references are not, or were
    not looked for (more than 20)."""

    finding: str
    title: str
    events: tuple[Event, ...]
    missing: int


def read_events(seat: Seat, query: FindingQuery) -> Events:
    """Raises RequestError, BusyError, UnreadableError."""
    finding = stored(seat.state, query.finding)
    with turns_of(seat).turn(seat.gone) as bounds:
        events = _fetched(seat, finding, bounds)
    keys = {finding.event_ref.key, *(each.key for each in finding.related)} - {""}
    ordered = sorted(events, key=lambda event: (event.event_time, event.key))
    return Events(
        finding.id, visible(finding.rule.title), tuple(map(_event, ordered)),
        len(keys) - len(events),
    )  # fmt: skip


def _fetched(seat: Seat, finding: Finding, bounds: Bounds) -> list[StoredEvent]:
    """The event that completed the claim is of the finding's own time; those of a correlation are
    earlier, by a day at most."""
    paths = StorePaths(seat.config.store_path, seat.config.data_dir)
    keys = list(dict.fromkeys(
        each.key for each in (finding.event_ref, *finding.related) if each.key
    ))[:MOST_EVENTS]  # fmt: skip
    if not keys:
        return []
    start = finding.time - (DAY if finding.related else 0)
    query = SearchQuery(start=start, end=finding.time + 1, keys=tuple(keys), limit=MOST_EVENTS)
    found = {event.key: event for event in search_within(paths, query, MOST_EVENTS, bounds).events}
    if len(found) < len(keys) and not finding.related:
        # A finding's time may be another than its event's (a message's own date, say).
        query = SearchQuery(keys=tuple(keys), limit=MOST_EVENTS)
        found |= {
            event.key: event for event in search_within(paths, query, MOST_EVENTS, bounds).events
        }
    return list(found.values())


def _event(event: StoredEvent) -> Event:
    return Event(
        event.event_time,
        event.arrival_time,
        visible(event.source),
        visible(event.place),
        event.format,
        event.key,
        visible(event.host or ""),
        _lines(event.raw[:MOST_BYTES].decode("utf-8", "backslashreplace")),
        len(event.raw),
        _fields(event),
    )


def _lines(text: str) -> str:
    """Lines stay lines; everything else that hides is shown."""
    return "\n".join(visible(line.rstrip("\r")) for line in text.split("\n"))


def _fields(event: StoredEvent) -> tuple[tuple[str, str], ...]:
    try:
        record = event.record()
    except ValueError:
        return ()
    flat: list[tuple[str, str]] = []
    waiting = [("", record)]
    while waiting and len(flat) < 200:
        name, value = waiting.pop(0)
        if isinstance(value, dict):
            before = f"{name}." if name else ""
            waiting = [(f"{before}{key}", each) for key, each in value.items()] + waiting
        else:
            flat.append((visible(name), visible(str(value))[:2_000]))
    return tuple(flat)
