"""From batches of events to the columns of a segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from vedette.model.batch import ArrowRows, Batch, DictRows, JsonLines, Record, Rows, json_object
from vedette.model.instant import EARLIEST, LATEST
from vedette.model.value import clean

if TYPE_CHECKING:
    import pyarrow as pa

MAX_HOST: Final = 256
"""Characters of a host name that are kept as the hot column."""

MAX_DEPTH: Final = 200
"""Objects in objects that the `record` column holds; orjson writes 254."""

_LOOSE: Final = orjson.OPT_NON_STR_KEYS
_BLANK: Final = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Description:
    """What the mapping of an event's format says of it: when it happened (microseconds since the
    epoch, UTC) and on which host; None where it says neither."""

    time: int | None = None
    host: str | None = None


Describe = Callable[[str, Record], Description]
"""From an event's format and its record to its description."""


def nothing_known(event_format: str, record: Record) -> Description:
    """The description of events whose format nobody knows: their arrival is their time."""
    return Description()


@dataclass(slots=True)
class Columns:
    """Rows on their way into one segment."""

    lists: dict[str, list[Any]] = field(default_factory=dict)
    nbytes: int = 0

    def __len__(self) -> int:
        return len(self.lists.get("key", ()))

    def add(self, batch: Batch, describe: Describe, keys: Sequence[str | None]) -> int | None:
        """Append the events of a batch; `keys` are those of `keys_of` (None leaves a row out).
        Gives the latest time that an event states, None if none does.

        An event that can't be parsed is stored as it came, with its arrival as its time. Rows
        must be `materialised`.
        """
        logsource = batch.logsource
        rows = batch.rows
        records = rows.records if isinstance(rows, DictRows) else None
        columns = self.lists or {name: [] for name in _NAMES}
        self.lists = columns
        newest: int | None = None
        for index, key in enumerate(keys):
            if key is None:
                continue
            raw = rows.raw(index)
            record, text = record_text(
                raw, _parsed(rows, index) if records is None else records[index]
            )
            told = describe(batch.format, record)
            time = batch.arrival if told.time is None else told.time
            row = (
                min(max(time, EARLIEST), LATEST),
                batch.arrival,
                clean(batch.source),
                batch.format,
                logsource.product,
                logsource.category,
                logsource.service,
                clean(rows.place(index)),
                key,
                None if told.host is None else clean(told.host[:MAX_HOST]),
                raw,
                text,
            )
            for name, value in zip(_NAMES, row, strict=True):
                columns[name].append(value)
            self.nbytes += len(raw)
            if told.time is not None and (newest is None or told.time > newest):
                newest = told.time
        return newest

    def table(self) -> pa.Table:
        """All rows as one table in the schema of a segment."""
        import pyarrow as pa

        from vedette.store.segments import schema

        return pa.table(self.lists, schema=schema())


_NAMES: Final = (
    "event_time",
    "arrival_time",
    "source",
    "format",
    "product",
    "category",
    "service",
    "place",
    "key",
    "host",
    "raw",
    "record",
)


def keys_of(batch: Batch) -> list[str | None]:
    """The event key of each row, None for a blank one (no bytes and an empty record)."""
    rows = batch.rows
    records = rows.records if isinstance(rows, DictRows) else None
    return [
        None
        if (not (raw := rows.raw(index)) or raw.isspace())
        and (records is None or not records[index])
        else batch.event_key(index)
        for index in range(len(rows))
    ]


def _parsed(rows: Rows, index: int) -> Record | None:
    """The record of a row that is not JSON text by itself; None where it is, or can't be read."""
    if isinstance(rows, JsonLines):
        return None
    try:
        return rows.record(index)
    except ValueError:
        return {}


def materialised(batch: Batch) -> Batch:
    """The batch with Arrow rows turned into Python ones all at once: one by one takes 50 times
    as long."""
    rows = batch.rows
    if not isinstance(rows, ArrowRows):
        return batch
    raws = [orjson.dumps(record, default=str) for record in rows.batch.to_pylist()]
    records = [json_object(raw) for raw in raws]
    places = [rows.place(index) for index in range(len(records))]
    return replace(batch, rows=DictRows(records, raws, places))


def record_text(raw: bytes, parsed: Record | None) -> tuple[Record, str | None]:
    """The record and the text for the `record` column (see `segments.schema`)."""
    value = None
    if raw.lstrip(_BLANK).startswith(b"{"):
        with suppress(orjson.JSONDecodeError):  # what is no JSON has a record or is unreadable
            value = orjson.loads(raw)
    if isinstance(value, dict) and (parsed is None or _same(parsed, value)):
        return value, None
    if parsed is None:
        parsed = _lenient(raw)
    return parsed, _dump(parsed)


def _same(parsed: Record, value: Record) -> bool:
    try:
        return parsed == value
    except RecursionError:  # nested so deeply that only the text can tell it whole
        return True


def _lenient(raw: bytes) -> Record:
    try:
        return json_object(raw)
    except ValueError:
        return {}


def _dump(record: Record) -> str:
    try:
        return orjson.dumps(record, default=str, option=_LOOSE).decode()
    except (TypeError, orjson.JSONEncodeError):
        return orjson.dumps(_plain(record), option=_LOOSE).decode()


def _plain(value: Any, depth: int = 0) -> Any:
    """`value` with what orjson can't write (lone surrogates, huge integers) made text, and what
    lies too deep left out."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 64:
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return clean(str(value))
