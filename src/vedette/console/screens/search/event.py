"""One stored event: its bytes, its fields, what was found in it, and where to look next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta

from vedette.console.faults import RequestError
from vedette.console.screens.search.events import entities, mappings_of, paths_of
from vedette.console.screens.search.marking import decoded
from vedette.console.screens.search.shown import Row, rows_of
from vedette.console.search_line import condition, quoted
from vedette.console.turns import turns_of
from vedette.model.finding import Entity, Finding
from vedette.model.instant import rfc3339
from vedette.model.visible import visible
from vedette.store.bounded import search_within
from vedette.store.query import SearchQuery
from vedette.store.search import StoredEvent

if TYPE_CHECKING:
    from vedette.console.seat import Seat

MOST_TEXT: Final = 128 << 10
"""Bytes of an event that a page shows; the rest is in the file to download."""
MOST_FIELDS: Final = 400
MOST_VALUE: Final = 4_000
MOST_DUMPED: Final = 2_048
HALF_DAY: Final = 43_200_000_000
MINUTES: Final = 300_000_000


class OneEvent(msgspec.Struct, frozen=True):
    """`key` is its name; `at` its time (microseconds), where it is known: then only the files of
    that moment are looked through."""

    key: Annotated[str, Meta(pattern=r"^[0-9a-f]{1,64}$", max_length=64)]
    at: int | None = None


class Field(msgspec.Struct, frozen=True):
    """A parsed field: its path, its value as text (cut), and the line of a search for the same
    value there."""

    path: str
    value: str
    ask: str


class Pivot(msgspec.Struct, frozen=True):
    """What the event is about, and the line of a search for it."""

    entity: Entity
    ask: str


class EventPage(msgspec.Struct, frozen=True):
    """A stored event. `text` is its bytes as text, what is no UTF-8 as `\\xNN` and what hides made
    visible, cut after 128 KiB of `size`; `dump` its first bytes in hexadecimal, where it is no
    text. `around` and `day` are the time ranges that searches from here begin with."""

    key: str
    time: int
    arrival: int
    source: str
    format: str
    logsource: str
    host: str
    place: str
    size: int
    text: str
    cut: bool
    dump: tuple[str, ...]
    fields: tuple[Field, ...]
    more_fields: bool
    pivots: tuple[Pivot, ...]
    findings: tuple[Row, ...]
    around: tuple[str, str]
    day: tuple[str, str]
    here: str


def read_event(seat: Seat, query: OneEvent) -> EventPage:
    """Raises RequestError where it is not stored (any more), BusyError, UnreadableError."""
    event = fetched(seat, query)
    fields = list(_fields(event))
    raw = event.raw
    return EventPage(
        event.key,
        event.event_time,
        event.arrival_time,
        visible(event.source),
        event.format,
        str(event.logsource),
        visible(event.host or ""),
        visible(event.place),
        len(raw),
        _lines(decoded(raw[:MOST_TEXT])),
        len(raw) > MOST_TEXT,
        _dump(raw),
        tuple(fields[:MOST_FIELDS]),
        len(fields) > MOST_FIELDS,
        tuple(
            Pivot(Entity(one.kind, visible(one.value)), quoted(one.value))
            for one in entities(event, mappings_of(seat))
        ),
        _findings(seat, event.key),
        _range(event.event_time, MINUTES),
        _range(event.event_time, HALF_DAY),
        "" if not event.host else condition("host", event.host),
    )


def fetched(seat: Seat, query: OneEvent) -> StoredEvent:
    """Raises as `read_event` does."""
    asked = SearchQuery(
        keys=(query.key,), start=query.at, end=None if query.at is None else query.at + 1
    )
    with turns_of(seat).turn(seat.gone) as turn:
        found = search_within(paths_of(seat), asked, 1, turn)
    if found.events:
        return found.events[0]
    if found.end == "time":
        raise RequestError(
            "unavailable", "it was not found in time; a link with its time (at=) finds it at once"
        )
    raise RequestError("unknown", f"{query.key}: is no stored event, or none any more")


def raw_of(event: StoredEvent) -> tuple[bytes, str, str]:
    """The bytes as a file that no browser opens by itself."""
    return event.raw, "application/octet-stream", f"event-{event.key[:16]}.bin"


def _findings(seat: Seat, key: str) -> tuple[Row, ...]:
    rows = seat.state.execute(
        "SELECT f.json FROM evidence e JOIN findings f ON f.id = e.finding WHERE e.key = ? "
        "ORDER BY f.time DESC, f.id LIMIT 50",
        (key,),
    )
    return rows_of(seat.state, [msgspec.json.decode(blob, type=Finding) for (blob,) in rows])


def _fields(event: StoredEvent) -> Iterator[Field]:
    """Leaves of the parsed event in order; a list of plain values is one leaf each."""
    try:
        record: Any = event.record()
    except ValueError:
        return
    waiting: list[tuple[str, Any]] = [("", record)]
    given = 0
    while waiting and given <= MOST_FIELDS:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(_below(path, str(key)), one) for key, one in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(path, one) for one in reversed(value[:100])]
        else:
            given += 1
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            shown = visible(text[:MOST_VALUE]) + ("…" if len(text) > MOST_VALUE else "")
            yield Field(visible(path), shown, condition(path, text) if len(text) < 1_000 else "")


def _below(path: str, key: str) -> str:
    name = f"[{key}]" if "." in key else key
    return f"{path}.{name}" if path else name


def _lines(text: str) -> str:
    return "\n".join(visible(line.rstrip("\r")) for line in text.split("\n"))


def _dump(raw: bytes) -> tuple[str, ...]:
    """Offset, bytes in hexadecimal, printable characters; nothing for UTF-8."""
    try:
        raw[:MOST_TEXT].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(raw) > MOST_TEXT:
            return ()
    else:
        return ()
    return tuple(
        f"{at:08x}  {raw[at : at + 16].hex(' '):47}  "
        + "".join(chr(one) if 32 <= one < 127 else "." for one in raw[at : at + 16])
        for at in range(0, min(len(raw), MOST_DUMPED), 16)
    )


def _range(time: int, half: int) -> tuple[str, str]:
    return rfc3339(time - half), rfc3339(time + half)
