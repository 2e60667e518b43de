"""Events on their way: one batch holds events of one format from one source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from vedette.model.logsource import Logsource
from vedette.model.problem import Problem

if TYPE_CHECKING:
    import pyarrow as pa

Record = Mapping[str, Any]
"""One event: native field names to JSON values, nested as the source wrote them."""


class Rows(Protocol):
    """The events of a batch. Indexes run from 0; a blank row has the record `{}` and raw `b""`."""

    def __len__(self) -> int: ...

    def record(self, index: int) -> Record:
        """The event as a dictionary. Raises ValueError where the row can't be parsed."""
        ...

    def raw(self, index: int) -> bytes:
        """The event's bytes as they were read, without the line's end."""
        ...

    def place(self, index: int) -> str:
        """Where the row stands in its source, unique there, the same on every reading:
        `line 12`, `record 4`, `byte 1920`."""
        ...


@dataclass(frozen=True, slots=True)
class DictRows:
    """Rows that are parsed already."""

    records: Sequence[Record]
    raws: Sequence[bytes]
    places: Sequence[str]

    def __len__(self) -> int:
        return len(self.records)

    def record(self, index: int) -> Record:
        return self.records[index]

    def raw(self, index: int) -> bytes:
        return self.raws[index]

    def place(self, index: int) -> str:
        return self.places[index]


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Lines that each hold one JSON object, not parsed yet: a detector reads the fields it needs.

    `lines` keeps blank lines (as `b""`), so that line i of the batch is line `first + i` of the
    source. Whether a line is JSON at all shows when it is read; the reader of it reports that.
    """

    lines: Sequence[bytes]
    first: int = 1

    def __len__(self) -> int:
        return len(self.lines)

    def record(self, index: int) -> Record:
        line = self.lines[index]
        return json_object(line) if line.strip() else {}

    def raw(self, index: int) -> bytes:
        return self.lines[index]

    def place(self, index: int) -> str:
        return f"line {self.first + index}"


@dataclass(frozen=True, slots=True)
class ArrowRows:
    """Rows of one Arrow record batch; nested columns are structs. A null is an absent field."""

    batch: pa.RecordBatch
    first: int = 0

    def __len__(self) -> int:
        return int(self.batch.num_rows)

    def record(self, index: int) -> Record:
        row = self.batch.slice(index, 1)
        names = self.batch.schema.names
        return {name: python_values(row.column(at))[0] for at, name in enumerate(names)}

    def raw(self, index: int) -> bytes:
        return orjson.dumps(self.record(index), default=str)

    def place(self, index: int) -> str:
        return f"record {self.first + index}"


def python_values(column: pa.Array) -> list[Any]:
    """A column's values as Python has them; where Python has no such value (a time with
    nanoseconds or beyond year 9999, text that is no UTF-8), as Arrow writes it."""
    try:
        values: list[Any] = column.to_pylist()
        return values
    except (ValueError, OverflowError):
        return [_python_value(scalar) for scalar in column]


def _python_value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return scalar.as_buffer().to_pybytes().decode("utf-8", "replace")
    except (ValueError, OverflowError):
        return _written(scalar)


def _written(scalar: Any) -> Any:
    """A value as Arrow writes it; of nested values each by itself."""
    import pyarrow as pa

    if isinstance(scalar, pa.StructScalar):
        return {name: _python_value(inner) for name, inner in scalar.items()}
    if isinstance(scalar, pa.MapScalar):  # as `as_py` gives maps
        return [(_python_value(one["key"]), _python_value(one["value"])) for one in scalar.values]
    if isinstance(scalar, pa.ListScalar):
        return [_python_value(inner) for inner in scalar]
    try:
        return scalar.cast(pa.string()).as_py()
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return str(scalar)


def json_object(line: bytes) -> dict[str, Any]:
    """Parse one JSON object as every reader here does.

    orjson first; what it refuses but the standard library takes (lone surrogate escapes, NaN,
    huge numbers) is taken too, because real logs hold it. Raises ValueError, also where the
    value is not an object or nests deeper than either parser allows.
    """
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        value = _lenient(line, error)
    if not isinstance(value, dict):
        raise ValueError(f"expected a JSON object, found {type(value).__name__}")
    return value


def _lenient(line: bytes, error: orjson.JSONDecodeError) -> Any:
    import json  # only damaged lines come here

    if b"\\ud" not in line.lower() and b"N" not in line and b"I" not in line:
        raise error
    try:
        return json.loads(line.decode("utf-8"))
    except RecursionError as deep:
        raise ValueError("nested too deeply") from deep


@dataclass(frozen=True, slots=True)
class Position:
    """Where to go on reading a source; `mark` is written and understood by the source alone."""

    source: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one format from one source, in source order.

    `format` names the field mapping that reads them (`windows`, `auditd`, `zeek`, ...).
    `logsource` is what the source as a whole is known to be (product windows, say); mappings
    refine it per event. `arrival` is in microseconds since the epoch, UTC. `position` is where
    to resume once the whole batch is safe. `positional` is False where a place says nothing that
    would be the same on a second delivery (HTTP): then an event is known by its content.
    """

    source: str
    format: str
    rows: Rows
    logsource: Logsource = Logsource()
    arrival: int = 0
    position: Position | None = None
    positional: bool = True
    nbytes: int = 0
    problems: tuple[Problem, ...] = field(default=())

    def event_key(self, index: int) -> str:
        """What makes this event the same event on a second reading: a hex digest of 128 bits."""
        digest = hashlib.blake2b(self.source.encode(errors="surrogateescape"), digest_size=16)
        digest.update(b"\0")
        if self.positional:
            digest.update(self.rows.place(index).encode())
        digest.update(b"\0")
        digest.update(self.rows.raw(index))
        return digest.hexdigest()
