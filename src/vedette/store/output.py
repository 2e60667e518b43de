"""Found events for people, as JSON lines, CSV and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TextIO

import orjson

from vedette.model.instant import rfc3339
from vedette.model.visible import visible
from vedette.store.search import StoredEvent

if TYPE_CHECKING:
    from rich.console import Console

SUMMARY: Final = 400
"""Characters of an event that people are shown."""

CSV_COLUMNS: Final = (
    "event_time",
    "arrival_time",
    "source",
    "format",
    "host",
    "product",
    "category",
    "service",
    "place",
    "key",
    "event",
)

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS: Final = 8192


def as_object(event: StoredEvent) -> dict[str, Any]:
    """The event as one JSON object: what is known of it, its `record`, and `raw` where the
    record is not the event's own text (what is no UTF-8 in it shown as U+FFFD)."""
    source = event.logsource
    told: dict[str, Any] = {
        "event_time": rfc3339(event.event_time),
        "arrival_time": rfc3339(event.arrival_time),
        "source": event.source,
        "format": event.format,
        "host": event.host,
        "logsource": {
            name: value
            for name, value in (
                ("product", source.product),
                ("category", source.category),
                ("service", source.service),
            )
            if value is not None
        },
        "place": event.place,
        "key": event.key,
        "record": _one_line(event),
    }
    if event.text is not None:
        told["raw"] = event.raw.decode("utf-8", "replace")
    return told


def _one_line(event: StoredEvent) -> Any:
    text = event.raw if event.text is None else event.text.encode()
    return orjson.loads(text) if b"\n" in text or b"\r" in text else orjson.Fragment(text)


def write_json(events: Iterable[StoredEvent], out: BinaryIO) -> int:
    """One object a line, UTF-8; gives how many."""
    count = 0
    for event in events:
        out.write(orjson.dumps(as_object(event), option=orjson.OPT_APPEND_NEWLINE))
        count += 1
    return count


def write_csv(events: Iterable[StoredEvent], out: TextIO) -> int:
    """RFC 4180 with a header. A cell that a spreadsheet would run as a formula gets an apostrophe
    before it, because whoever wrote the event is not to run code where it is read."""
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    count = 0
    for event in events:
        source = event.logsource
        cells = (
            rfc3339(event.event_time),
            rfc3339(event.arrival_time),
            event.source,
            event.format,
            event.host,
            source.product,
            source.category,
            source.service,
            event.place,
            event.key,
            event.raw.decode("utf-8", "replace"),
        )
        writer.writerow([harmless(cell or "") for cell in cells])
        count += 1
    return count


def harmless(cell: str) -> str:
    """`cell` as text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return "'" + cell if cell.lstrip(" ").startswith(_FORMULA) else cell


def write_parquet(events: Iterable[StoredEvent], path: Path) -> int:
    """A file of the same form as the store's segments, in the order of the events."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from vedette.store.segments import schema

    count = 0
    waiting = iter(events)
    with path.open("wb") as stream, pq.ParquetWriter(stream, schema(), compression="zstd") as file:
        while chunk := list(islice(waiting, _ROWS)):
            file.write_table(pa.table(_columns(chunk), schema=schema()))
            count += len(chunk)
    return count


def print_events(events: Iterable[StoredEvent], console: Console) -> int:
    """Two lines or more for each event: time, host, format and place, then its text indented,
    folded on a terminal and in one line elsewhere; gives how many. Control characters are made
    visible, so that no event can move the cursor or colour the screen."""
    from rich.padding import Padding
    from rich.text import Text

    count = 0
    for event in events:
        parts = (rfc3339(event.event_time), event.host or "", event.format, _where(event))
        head = visible("  ".join(part for part in parts if part))
        text = visible(summary(event))
        if console.is_terminal:
            console.print(Text(head, "bold"), overflow="fold")
            console.print(Padding(Text(text, overflow="fold"), (0, 0, 0, 4)))
        else:
            console.file.write(f"{head}\n    {text}\n")
        count += 1
    return count


def _where(event: StoredEvent) -> str:
    """`/var/log/auth.log:12`, `http:collectors: 1b2c:3 line 1`."""
    if not event.source.startswith("file:"):
        return f"{event.source}: {event.place}"
    path = event.source.removeprefix("file:").rpartition("#")[0] or event.source
    return f"{path}:{event.place.removeprefix('line ')}"


def summary(event: StoredEvent) -> str:
    """The beginning of the event's text."""
    text = event.raw[: SUMMARY * 4].decode("utf-8", "replace")
    return text if len(text) <= SUMMARY else text[: SUMMARY - 1] + "…"


def _columns(events: Sequence[StoredEvent]) -> dict[str, list[Any]]:
    return {
        "event_time": [event.event_time for event in events],
        "arrival_time": [event.arrival_time for event in events],
        "source": [event.source for event in events],
        "format": [event.format for event in events],
        "product": [event.logsource.product for event in events],
        "category": [event.logsource.category for event in events],
        "service": [event.logsource.service for event in events],
        "place": [event.place for event in events],
        "key": [event.key for event in events],
        "host": [event.host for event in events],
        "raw": [event.raw for event in events],
        "record": [event.text for event in events],
    }
