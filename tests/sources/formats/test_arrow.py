"""Parquet and Arrow IPC: batches of columns with the right kind."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.batch import ArrowRows, DictRows
from vedette.model.errors import UnreadableError
from vedette.sources.format import Chunk, FileFormat
from vedette.sources.formats import arrow
from vedette.sources.formats.arrow import FORMAT, PARQUET, ArrowFormat
from vedette.sources.recognise import recognise


def parquet(table: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=3000, compression="zstd")
    return sink.getvalue()


def ipc_file(table: Any) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=6000)
    return sink.getvalue()


def ipc_stream(table: Any) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


WRITERS: dict[str, tuple[Callable[[Any], bytes], FileFormat]] = {
    "parquet": (parquet, PARQUET),
    "arrow file": (ipc_file, FORMAT),
    "arrow stream": (ipc_stream, FORMAT),
}
each = pytest.mark.parametrize(("write", "format"), WRITERS.values(), ids=list(WRITERS))


def read(format: FileFormat, data: bytes) -> list[Chunk]:
    with io.BytesIO(data) as stream:
        return list(format.read(stream))


def records(chunks: list[Chunk]) -> list[Any]:
    return [chunk.rows.record(i) for chunk in chunks for i in range(len(chunk.rows))]


@each
def test_columns_stay_columns(write: Callable[[Any], bytes], format: FileFormat) -> None:
    table = pa.table({"EventID": range(10_000), "Channel": ["Security"] * 10_000})
    data = write(table)
    assert recognise(data) is format
    chunks = read(format, data)
    assert {chunk.format for chunk in chunks} == {"windows"}
    assert all(isinstance(chunk.rows, ArrowRows) for chunk in chunks)
    assert max(len(chunk.rows) for chunk in chunks) <= arrow.BATCH_ROWS
    assert sum(len(chunk.rows) for chunk in chunks) == 10_000
    last = chunks[-1].rows
    assert last.record(len(last) - 1) == {"EventID": 9999, "Channel": "Security"}
    assert last.place(len(last) - 1) == "record 10000"


@each
def test_nested_columns(write: Callable[[Any], bytes], format: FileFormat) -> None:
    rows = [{"winlog": {"channel": "Security", "event_data": {"Image": f"{n}"}}} for n in range(5)]
    chunks = read(format, write(pa.Table.from_pylist(rows)))
    assert {chunk.format for chunk in chunks} == {"winlog"}
    assert records(chunks) == rows


@each
def test_dotted_columns_are_nested(write: Callable[[Any], bytes], format: FileFormat) -> None:
    row = {
        "winlog.channel": "c",
        "winlog.event_data.Image": "i",
        "winlog.event_data.User": None,
        "n": 1,
    }
    (chunk,) = read(format, write(pa.Table.from_pylist([row, row])))
    assert chunk.format == "winlog"
    assert isinstance(chunk.rows, ArrowRows)
    assert chunk.rows.record(1) == {
        "winlog": {"channel": "c", "event_data": {"Image": "i", "User": None}},
        "n": 1,
    }


def test_a_kind_that_needs_converting_is_converted() -> None:
    row = {"ts": 1.0, "id.orig_h": "192.0.2.1", "conn_state": "SF", "unset": None}
    (chunk,) = read(PARQUET, parquet(pa.Table.from_pylist([row])))
    assert chunk.format == "zeek"
    assert isinstance(chunk.rows, DictRows)
    assert chunk.rows.record(0) == {
        "ts": 1.0,
        "id": {"orig_h": "192.0.2.1"},
        "conn_state": "SF",
        "_path": "conn",
    }


def test_the_named_kind_wins() -> None:
    (chunk,) = read(arrow.ParquetFormat(forced="osquery"), parquet(pa.table({"a": [1]})))
    assert chunk.format == "osquery"


@each
def test_no_rows_are_no_events(write: Callable[[Any], bytes], format: FileFormat) -> None:
    assert read(format, write(pa.table({"a": pa.array([], pa.int64())}))) == []


@each
def test_a_file_without_its_end(write: Callable[[Any], bytes], format: FileFormat) -> None:
    data = write(pa.table({"a": range(20_000), "b": [str(n) for n in range(20_000)]}))
    try:
        chunks = read(format, data[: len(data) // 2])
    except UnreadableError as error:
        assert "damaged" in str(error)
    else:
        assert sum(len(chunk.problems) for chunk in chunks) == 1


def test_a_file_of_impossibly_many_rows_is_not_read_to_its_end() -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": pa.nulls(1_000_000, pa.int8())}), sink)
    chunks = read(arrow.ParquetFormat(empty_rows=1000), sink.getvalue())
    (problem,) = [problem for chunk in chunks for problem in chunk.problems]
    assert "more rows than" in problem.what
    assert sum(len(chunk.rows) for chunk in chunks) < 500_000


@each
def test_text_that_is_none_costs_its_batch(
    write: Callable[[Any], bytes], format: FileFormat
) -> None:
    count = 3 * arrow.BATCH_ROWS
    texts = pa.array([b"x"] * (count - 1) + [b"\xff"]).cast(pa.binary())
    offsets, data = texts.buffers()[1:]
    names = pa.StringArray.from_buffers(count, offsets, data)
    chunks = read(format, write(pa.table({"name": names})))
    (problem,) = [problem for chunk in chunks for problem in chunk.problems]
    lost = count - sum(len(chunk.rows) for chunk in chunks)
    assert problem.where == f"record {count - lost + 1}"
    assert problem.what.startswith(f"{lost} records of damaged")
    assert lost <= arrow.BATCH_ROWS


SMALL = pa.table({"EventID": [1, 2, 3], "Channel": ["a", "b", "c"], "deep": [{"x": [1]}] * 3})


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(sorted(WRITERS)),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=5),
    st.integers(0, 3000),
)
def test_damage_never_raises_anything_else(
    name: str, damage: list[tuple[int, int]], end: int
) -> None:
    write, format = WRITERS[name]
    data = bytearray(write(SMALL))
    for at, byte in damage:
        data[at % len(data)] = byte
    try:
        for chunk in read(format, bytes(data[:end])):
            for index in range(len(chunk.rows)):
                chunk.rows.record(index)
    except UnreadableError:
        pass


def test_recognition() -> None:
    assert not ArrowFormat().recognises(b"\xff\xff\xff\xff\xff\xff\xff\xff")
    assert not ArrowFormat().recognises(b"")
    assert not PARQUET.recognises(b"PAR")
