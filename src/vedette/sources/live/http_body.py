"""From the body of a POST to events, and to what is wrong with each bad line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from vedette.model.batch import Record, json_object
from vedette.model.errors import UnreadableError
from vedette.sources.codecs import Decoded, gzip, zstd
from vedette.sources.json_kind import shape_of
from vedette.sources.limits import BombError, Budget, Limits

TYPES: Final = frozenset(
    (
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",  # what curl says of --data-binary unless told
        "",
    )
)
CODECS: Final = {"gzip": gzip, "x-gzip": gzip, "zstd": zstd}

MAX_FAULTS: Final = 1000
"""Bad lines that an answer lists; it says how many there are besides."""


class BodyError(Exception):
    """A body that can't be read at all; `status` is that of the answer."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `place` is `line 3` of the body, or `item 3` of its array."""

    format: str
    record: Record
    raw: bytes
    place: str


@dataclass(slots=True)
class Body:
    """What a body held. `rejected` lists bad lines: {line (or item), column, error}."""

    events: list[Event] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0

    def reject(self, kind: str, number: int, error: Exception) -> None:
        self.refused += 1
        if self.refused <= MAX_FAULTS:
            # only a parser's own error knows the column
            what = getattr(error, "msg", None) or str(error)
            column = getattr(error, "colno", 1)
            self.rejected.append({kind: number, "column": column, "error": what})


def decompressed(body: bytes, encoding: str, limit: int) -> bytes:
    """The body without its Content-Encoding. Raises BodyError: 415 for an encoding that is not
    known, 413 for more than `limit` bytes, 400 for damage."""
    if encoding in ("", "identity"):
        return body
    codec = CODECS.get(encoding)
    if codec is None:
        raise BodyError(415, f"Content-Encoding {encoding[:40]!r} is not known; use gzip or zstd")
    budget = Budget(Limits(ratio=0, floor=limit), 0)
    stream = Decoded(io.BytesIO(body), encoding, codec, budget)
    pieces = []
    try:
        while piece := stream.read(1 << 20):
            pieces.append(piece)
    except BombError as error:
        what = f"the body is larger than {limit} bytes once decompressed; send smaller ones"
        raise BodyError(413, what) from error
    except UnreadableError as error:
        raise BodyError(400, str(error)) from error
    return b"".join(pieces)


def read_body(body: bytes, forced: str | None = None) -> Body:
    """The events of NDJSON, or of one JSON array. `forced` is the format they all are of.

    Raises BodyError(400) for an array that is not JSON; a bad line is among the rejected.
    """
    result = Body()
    if body.lstrip()[:1] == b"[":
        for number, value in enumerate(_items(body), 1):
            if isinstance(value, dict):
                _add(result, value, orjson.dumps(value), f"item {number}", forced)
            else:
                what = f"expected a JSON object, found {type(value).__name__}"
                result.reject("item", number, ValueError(what))
        return result
    for number, line in enumerate(body.split(b"\n"), 1):
        line = line.removesuffix(b"\r")
        if not line or line.isspace():
            continue
        try:
            value = json_object(line)
        except ValueError as error:
            result.reject("line", number, error)
        else:
            _add(result, value, line, f"line {number}", forced)
    return result


def _items(body: bytes) -> Iterator[Any]:
    try:
        yield from orjson.loads(body)
    except orjson.JSONDecodeError as error:
        what = f"line {error.lineno}, column {error.colno}: not JSON ({error.msg})"
        raise BodyError(
            400, f"{what}; send one object a line to have the good ones kept"
        ) from error


def _add(result: Body, value: Record, raw: bytes, place: str, forced: str | None) -> None:
    shape = shape_of(value)
    if forced is not None and shape.format != forced:
        result.events.append(Event(forced, value, raw, place))
        return
    records = shape.records(value)
    for number, record in enumerate(records, 1):
        row = place if len(records) == 1 else f"{place} row {number}"
        result.events.append(Event(shape.format, record, raw, row))
