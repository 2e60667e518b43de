"""A segment's index: which rows show a value, whom they belong to, when, under which event key.

One Arrow file per segment, of one row with a list in each column, read through a memory map: a
question about one value touches a few pages of it. It can be made again from its segment at any
time. A file of another segment, another content of touched.yml or another version is stale.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
import orjson

from vedette.model.batch import Record, json_object
from vedette.model.errors import UnreadableError
from vedette.response.counterfactual.fields import Fields
from vedette.response.counterfactual.shown import Parameter, Reader, Shown, parameter_key
from vedette.store.segments import Segment, read_tables, replacing

if TYPE_CHECKING:
    import pyarrow as pa

VERSION: Final = "2"
_META: Final = b"vedette.touched"
_COLUMNS: Final = ["event_time", "format", "key", "raw", "record"]
_LISTS: Final = ("keys", "ends", "rows", "who", "time", "event", "people")
_PARAMETERS: Final = ("path", "name", "value", "parameter")


class About(msgspec.Struct, frozen=True):
    """What an index says of its segment. `shown` and `unseen` count events per kind; `unknown`
    events per format of which nothing is known; `unread` could not be parsed, or not wholly."""

    version: str
    fields: str
    path: str
    size: int
    events: int
    formats: dict[str, int]
    shown: dict[str, int]
    unseen: dict[str, int]
    unknown: dict[str, int]
    unread: int


class Sidecar:
    """An index in memory or mapped from its file. Rows are those of the segment, from 0."""

    def __init__(self, table: pa.RecordBatch, about: About) -> None:
        self.about = about
        for name in (*_LISTS, *_PARAMETERS):
            if table.column(name).null_count or len(table) != 1:
                raise ValueError(f"column {name} is not one list")
        self._lists = {name: table.column(name).values for name in (*_LISTS, *_PARAMETERS)}
        self._keys = _view(self._lists["keys"], "Q")
        self._ends = _view(self._lists["ends"], "i")

    def rows(self, key: int) -> pa.Array:
        """The rows found under a key, ascending."""
        at = bisect_left(self._keys, key)
        if at == len(self._keys) or self._keys[at] != key:
            return self._lists["rows"].slice(0, 0)
        begin = self._ends[at - 1] if at else 0
        return self._lists["rows"].slice(begin, self._ends[at] - begin)

    def rows_at(self, places: pa.Array) -> pa.Array:
        """The rows found under the keys at these places (of `parameter`), each row once. Raises
        UnreadableError where the index is damaged: it must not lead beside the rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        offsets = pa.concat_arrays([pa.array([0], pa.int32()), self._lists["ends"]])
        try:
            under = pa.ListArray.from_arrays(offsets, self._lists["rows"])
            under.validate(full=True)
            return pc.unique(under.take(places).flatten())
        except (pa.ArrowInvalid, pa.ArrowIndexError) as error:
            raise UnreadableError(
                f"{self.about.path}: its index is damaged ({error}); remove the folder of the "
                "indexes, they are made again"
            ) from error

    def column(self, name: str) -> pa.Array:
        """`who` (an index into `people`), `time` or `event` (the first half of the event's key)
        per row; `people` (JSON lists of kind and value); `path`, `name`, `value`, `parameter`
        (the place of its key, from 0, for `rows_at`) per distinct parameter."""
        return self._lists[name]


def build(root: Path, segment: Segment, fields: Fields, reader: Reader) -> pa.RecordBatch:
    """Index a segment. Raises UnreadableError where it can't be read."""
    import pyarrow as pa

    building = _Building(reader)
    try:
        for table in read_tables(root / segment.path, _COLUMNS):
            building.add(table)
    except (OSError, pa.ArrowException) as error:
        raise UnreadableError(
            f"{root / segment.path}: the stored events can't be read ({error}); restore the file "
            "or remove it"
        ) from error
    return building.batch(fields.digest, segment)


def write(path: Path, batch: pa.RecordBatch) -> None:
    """Write an index, synced and renamed. Raises OSError."""
    import pyarrow as pa

    with (
        replacing(path) as temporary,
        pa.OSFile(str(temporary), "wb") as stream,
        pa.ipc.new_file(stream, batch.schema) as writer,
    ):
        writer.write_batch(batch)


def load(path: Path, segment: Segment, fields: Fields) -> Sidecar | None:
    """The index in a file; None where there is none, it is stale or damaged."""
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as stream, pa.ipc.open_file(stream) as file:
            if file.num_record_batches != 1:
                return None
            return sidecar_of(file.get_batch(0), segment, fields)
    except (OSError, ValueError, KeyError, AttributeError, pa.ArrowException):
        return None  # made again from the segment


def sidecar_of(batch: pa.RecordBatch, segment: Segment, fields: Fields) -> Sidecar | None:
    """The index in a record batch; None if it is not that of this segment and these fields."""
    about = msgspec.json.decode((batch.schema.metadata or {})[_META], type=About)
    asked = (VERSION, fields.digest, segment.path, segment.size)
    if (about.version, about.fields, about.path, about.size) != asked:
        return None
    return Sidecar(batch, about)


class _Building:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._keys, self._rows = array("Q"), array("I")
        self._who, self._time, self._event = array("I"), array("q"), array("Q")
        self._people: dict[tuple[tuple[str, str], ...], int] = {}
        self._parameters: dict[Parameter, None] = {}
        self._formats: Counter[str] = Counter()
        self._shown: Counter[str] = Counter()
        self._unseen: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._unread = 0

    def add(self, table: pa.Table) -> None:
        import pyarrow as pa

        self._time.extend(table["event_time"].cast(pa.int64()).to_pylist())
        self._event.extend(int(key[:16], 16) for key in table["key"].to_pylist())
        columns = (table[name].to_pylist() for name in ("format", "raw", "record"))
        for form, raw, text in zip(*columns, strict=True):
            record = record_of(raw, text)
            shown = self._reader.read(form, record)
            self._formats[form] += 1
            if shown is None:
                self._unknown[form] += 1
                shown = Shown()
            if shown.cut or not record:
                self._unread += 1
            self._row(shown)

    def _row(self, shown: Shown) -> None:
        row = len(self._who)
        for key in shown.keys:
            self._keys.append(key)
            self._rows.append(row)
        for kind in shown.kinds:
            self._shown[kind] += 1
        for kind in shown.unseen:
            self._unseen[kind] += 1
        for parameter in shown.parameters:
            self._parameters[parameter] = None
        people = tuple((one.kind, one.value) for one in shown.principals)
        self._who.append(self._people.setdefault(people, len(self._people)))

    def batch(self, digest: str, segment: Segment) -> pa.RecordBatch:
        import pyarrow as pa
        import pyarrow.compute as pc

        postings = pa.table({"key": _array(self._keys), "row": _array(self._rows)})
        order = pc.sort_indices(postings, [("key", "ascending"), ("row", "ascending")])
        runs = pc.run_end_encode(postings["key"].combine_chunks().take(order))
        paths, names, values = (
            zip(*self._parameters, strict=True) if self._parameters else ((),) * 3
        )
        lists = {
            "keys": runs.values,
            "ends": runs.run_ends,
            "rows": postings["row"].combine_chunks().take(order),
            "who": _array(self._who),
            "time": _array(self._time),
            "event": _array(self._event),
            "people": pa.array([orjson.dumps(one).decode() for one in self._people], pa.string()),
            "path": pa.array(paths, pa.string()).dictionary_encode(),
            "name": pa.array(names, pa.string()).dictionary_encode(),
            "value": pa.array(values, pa.string()),
            "parameter": pc.index_in(
                pa.array(map(parameter_key, self._parameters), pa.uint64()), value_set=runs.values
            ),
        }
        about = About(
            VERSION,
            digest,
            segment.path,
            segment.size,
            len(self._who),
            dict(self._formats),
            dict(self._shown),
            dict(self._unseen),
            dict(self._unknown),
            self._unread,
        )
        schema = pa.schema(
            [pa.field(name, pa.list_(one.type)) for name, one in lists.items()],
            metadata={_META: msgspec.json.encode(about)},
        )
        rows = [
            pa.ListArray.from_arrays(pa.array([0, len(one)], pa.int32()), one)
            for one in lists.values()
        ]
        return pa.record_batch(rows, schema=schema)


def record_of(raw: bytes, text: str | None) -> Record:
    """A stored event as a dictionary; empty where it can't be read."""
    given = raw if text is None else text.encode("utf-8", "replace")
    try:
        return json_object(given)
    except ValueError:
        return {}


def _array(values: array[int]) -> pa.Array:
    import pyarrow as pa

    types = {"Q": pa.uint64(), "I": pa.uint32(), "q": pa.int64()}
    return pa.Array.from_buffers(types[values.typecode], len(values), [None, pa.py_buffer(values)])


def _view(values: Any, code: Literal["Q", "i"]) -> memoryview[int]:
    size = {"Q": 8, "i": 4}[code]
    whole: memoryview[int] = memoryview(values.buffers()[1] or b"")
    begin = values.offset * size
    return whole[begin : begin + len(values) * size].cast(code)
