"""Segments: Parquet files of stored events, each written once and never changed.

A segment is written to a temporary name, synced, renamed and its folder synced; from then on the
manifest (a table of the state database) decides whether it counts. A segment that was renamed but
never committed does not count, so a crash between the two leaves nothing twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

TEMPORARY: Final = ".tmp"
KEPT: Final = "kept"
"""The folder of events that findings refer to and that retention spared."""

VERSION: Final = b"1"
ROW_GROUP_ROWS: Final = 32_768
ROW_GROUP_BYTES: Final = 16 << 20
"""A row group holds at most this much raw text: what a merge keeps in memory."""

_REPEATED: Final = ["source", "format", "product", "category", "service", "host"]
_MEASURED: Final = [*_REPEATED, "event_time", "arrival_time"]


@dataclass(frozen=True, slots=True)
class Segment:
    """What the manifest knows of a segment. `path` is relative to the store's root; times are
    microseconds since the epoch, inclusive; `size` is the file's bytes, `raw` those of the events
    in it. A `kept` segment is not subject to retention."""

    path: str
    rows: int
    size: int
    raw: int
    min_time: int
    max_time: int
    min_arrival: int
    max_arrival: int
    kept: bool = False


def schema() -> pa.Schema:
    """The columns of a segment.

    `raw` holds the event's exact bytes. `record` is null where `raw` is a JSON object as every
    parser here reads it; elsewhere it is the parsed event as JSON (`{}` where nothing could be
    read). `key` is the event key in hexadecimal.
    """
    import pyarrow as pa

    time = pa.timestamp("us", tz="UTC")
    text = pa.string()
    return pa.schema(
        [
            pa.field("event_time", time, nullable=False),
            pa.field("arrival_time", time, nullable=False),
            pa.field("source", text, nullable=False),
            pa.field("format", text, nullable=False),
            pa.field("product", text),
            pa.field("category", text),
            pa.field("service", text),
            pa.field("place", text, nullable=False),
            pa.field("key", text, nullable=False),
            pa.field("host", text),
            pa.field("raw", pa.binary(), nullable=False),
            pa.field("record", text),
        ],
        metadata={b"vedette.segment": VERSION},
    )


def segment_path(sequence: int, arrival: int, kept: bool = False) -> str:
    """Where segment `sequence` lies below the root: its day of arrival, or the kept folder."""
    day = datetime.fromtimestamp(arrival // 1_000_000, UTC).date().isoformat()
    return f"{KEPT if kept else day}/{sequence:016d}.parquet"


def sequence_of(path: str) -> int | None:
    """The number in a segment's name; None for a file that is no segment."""
    name = path.rpartition("/")[2].removesuffix(".parquet")
    return int(name) if len(name) == 16 and name.isascii() and name.isdigit() else None


def write_segment(root: Path, path: str, tables: Iterable[pa.Table], kept: bool = False) -> Segment:
    """Write, sync and rename a segment; what was there under this name is replaced.

    The tables follow `schema()` and hold at least one row together. Raises OSError (a full disk,
    say) with nothing left behind but a file with a temporary name.
    """
    tally = _Tally()
    with replacing(root / path) as temporary, _writer(temporary) as writer:
        for table in tables:
            tally.add(table)
            rows = _group_rows(table)
            writer.write_table(table, row_group_size=rows)
    size = (root / path).stat().st_size
    return tally.segment(path, size, kept)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path; when the block ends well, sync it and rename it to `path` for good."""
    folder = path.parent
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make renames and removals in `folder` outlive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_tables(path: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """The row groups of a segment, one at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with path.open("rb") as stream, pq.ParquetFile(pa.PythonFile(stream, mode="r")) as file:
        for index in range(file.num_row_groups):
            yield file.read_row_group(index, columns=columns, use_threads=False)


@contextmanager
def _writer(path: Path) -> Iterator[pq.ParquetWriter]:
    import pyarrow.parquet as pq

    with (
        path.open("wb") as stream,
        pq.ParquetWriter(
            stream,
            schema(),
            compression="zstd",
            use_dictionary=_REPEATED,
            write_statistics=_MEASURED,
            write_page_index=False,
        ) as writer,
    ):
        yield writer


def _group_rows(table: pa.Table) -> int:
    per_row: int = max(1, table["raw"].nbytes // max(1, table.num_rows))
    return max(1, min(ROW_GROUP_ROWS, ROW_GROUP_BYTES // per_row))


class _Tally:
    """Adds up what the manifest wants to know, table by table."""

    def __init__(self) -> None:
        self.rows = self.raw = 0
        self.times: list[int] = []
        self.arrivals: list[int] = []

    def add(self, table: pa.Table) -> None:
        if not table.num_rows:
            return
        self.rows += table.num_rows
        self.raw += raw_bytes(table)
        for name, seen in (("event_time", self.times), ("arrival_time", self.arrivals)):
            seen[:] = _range(table[name], seen)

    def segment(self, path: str, size: int, kept: bool) -> Segment:
        (low, high), (first, last) = self.times, self.arrivals
        return Segment(path, self.rows, size, self.raw, low, high, first, last, kept)


def raw_bytes(table: pa.Table) -> int:
    """The bytes of the events themselves."""
    import pyarrow.compute as pc

    return int(pc.sum(pc.binary_length(table["raw"])).as_py() or 0)


def _range(column: Any, seen: list[int]) -> list[int]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.min_max(column.cast(pa.int64())).as_py()
    return [min([found["min"], *seen]), max([found["max"], *seen])]


def describe_segment(root: Path, path: str) -> Segment:
    """What the manifest should say of a segment that it does not know.

    Raises OSError or ValueError where the file is not a whole segment.
    """
    tally = _Tally()
    for table in read_tables(root / path, ["event_time", "arrival_time", "raw"]):
        tally.add(table)
    if not tally.rows:
        raise ValueError("it holds no events")
    size = (root / path).stat().st_size
    return tally.segment(path, size, path.startswith(f"{KEPT}/"))
