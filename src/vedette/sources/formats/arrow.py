"""Parquet files and Arrow IPC files and streams: columns in, columns out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from vedette.model.batch import ArrowRows
from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.format import Chunk
from vedette.sources.formats.arrow_columns import shape_of_columns, with_nested_columns
from vedette.sources.formats.grouping import Grouping
from vedette.sources.json_kind import Shape

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS: Final = 4096
MAX_EMPTY_ROWS: Final = 1 << 20
ROWS_PER_BYTE: Final = 64
"""A file may hold that many rows, and this many for each of its bytes: run-length coding
makes rows that cost next to nothing, and a forged count more than anyone could read."""

_PARQUET: Final = b"PAR1"
_ARROW: Final = b"ARROW1\0\0"
_CONTINUATION: Final = b"\xff\xff\xff\xff"


class _Columns:
    """What Parquet and Arrow IPC have in common; `forced` names the format of the events."""

    name = ""

    def __init__(self, forced: str | None = None, empty_rows: int = MAX_EMPTY_ROWS) -> None:
        self._forced = forced
        self._empty_rows = empty_rows

    def read(self, stream: BinaryIO) -> Iterator[Chunk]:
        """One chunk for each record batch; places are `record 1`, `record 2`, ...

        Raises UnreadableError where nothing can be read; damage further on is a Problem. It
        costs its record batch, or, where the next one can't be found, the rest of the file.
        """
        import pyarrow as pa

        size = stream.seek(0, 2)
        stream.seek(0)
        allowed = self._empty_rows + ROWS_PER_BYTE * size
        first = 1
        shape: Shape | None = None
        batches = self._batches(stream)
        while True:
            try:
                batch = next(batches, None)
                if batch is None:
                    return
                if first + batch.num_rows > allowed:
                    raise ValueError(f"more rows than {size} bytes can hold")
            except (pa.ArrowException, OSError, ValueError, NotImplementedError) as error:
                if first == 1:
                    raise UnreadableError(f"damaged {self.name} file ({_brief(error)})") from error
                what = f"damaged {self.name} data ({_brief(error)}), the rest is not read"
                yield _problem(f"record {first}", what)
                return
            try:
                # offsets of a hostile file could point outside its buffers, texts be none
                batch.validate(full=True)
                if shape is None and batch.num_rows:
                    shape = shape_of_columns(batch, self._forced)
                chunks = _chunks(batch, shape, first)
            except (pa.ArrowException, ValueError, NotImplementedError) as error:
                what = f"{batch.num_rows} records of damaged {self.name} data ({_brief(error)})"
                chunks = [_problem(f"record {first}", what)]
            first += batch.num_rows
            yield from chunks

    def _batches(self, stream: BinaryIO) -> Iterator[pa.RecordBatch]:
        raise NotImplementedError


class ParquetFormat(_Columns):
    """Apache Parquet; row groups are read 4,096 rows at a time."""

    name = "parquet"

    def recognises(self, head: bytes) -> bool:
        return head.startswith(_PARQUET)

    def _batches(self, stream: BinaryIO) -> Iterator[pa.RecordBatch]:
        import pyarrow.parquet as pq

        with pq.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 20) as file:
            yield from file.iter_batches(batch_size=BATCH_ROWS, use_threads=False)


class ArrowFormat(_Columns):
    """Arrow IPC: the file format (also known as Feather 2) and the stream format."""

    name = "arrow"

    def recognises(self, head: bytes) -> bool:
        if head.startswith(_ARROW):
            return True
        # a stream begins with a schema message, whose length is a multiple of 8
        length = int.from_bytes(head[4:8], "little")
        return head.startswith(_CONTINUATION) and 16 <= length < 1 << 24 and length % 8 == 0

    def _batches(self, stream: BinaryIO) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        if stream.read(len(_ARROW)) == _ARROW:
            stream.seek(0)
            with pa.ipc.open_file(stream) as file:
                for index in range(file.num_record_batches):
                    yield from _sliced(file.get_batch(index))
            return
        stream.seek(0)
        with pa.ipc.open_stream(stream) as reader:
            for batch in reader:
                yield from _sliced(batch)


def _sliced(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for start in range(0, batch.num_rows, BATCH_ROWS):
        yield batch.slice(start, BATCH_ROWS)


def _chunks(batch: pa.RecordBatch, shape: Shape | None, first: int) -> list[Chunk]:
    if shape is None or not batch.num_rows:
        return []
    if shape.convert is None:
        rows = ArrowRows(with_nested_columns(batch), first)
        return [Chunk(shape.format, rows, nbytes=int(batch.nbytes))]
    out = Grouping()
    source = ArrowRows(batch, first)
    for index, record in enumerate(batch.to_pylist()):
        records = shape.records(_without_nulls(record))
        for number, converted in enumerate(records, 1):
            place = source.place(index)
            place = place if len(records) == 1 else f"{place} row {number}"
            out.add(shape.format, converted, source.raw(index), place)
    return out.take()


def _without_nulls(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not None}


def _problem(where: str, what: str) -> Chunk:
    out = Grouping()
    out.problem(Problem(where, what, "write the file again"))
    return out.take()[0]


def _brief(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


PARQUET = ParquetFormat()
FORMAT = ArrowFormat()
