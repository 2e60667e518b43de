"""Recorded events, read in the plainest way."""

from __future__ import annotations

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from vedette.model.batch import ArrowRows
from vedette.sources.files import read_files


def evtx_records(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The events of EVTX files, as the product reads them."""
    records: list[dict[str, Any]] = []
    for batch in read_files([str(path) for path in paths]):
        assert batch.problems == ()
        assert batch.format == "windows" or len(batch.rows) == 0
        records.extend(dict(batch.rows.record(index)) for index in range(len(batch.rows)))
    return records


def zipped_lines(path: Path) -> Iterator[bytes]:
    """The lines of the files in a zip, without what macOS puts beside them."""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith("/") and not name.startswith("__MACOSX/"):
                yield from archive.read(name).splitlines()


def arrow_rows(records: Sequence[dict[str, Any]]) -> Iterator[tuple[ArrowRows, list[int]]]:
    """The records as Arrow batches of one kind each, with the records' positions. A field that
    has values of several types becomes text, as in any column store."""
    kinds: dict[Any, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        kinds[str(record.get("Channel")), str(record.get("EventID"))].append(index)
    for indexes in kinds.values():
        chosen = [records[index] for index in indexes]
        names = list(dict.fromkeys(name for record in chosen for name in record))
        columns = [_column([record.get(name) for record in chosen]) for name in names]
        if names:
            yield ArrowRows(pa.RecordBatch.from_arrays(columns, names=names)), indexes


def _column(values: list[Any]) -> pa.Array:
    types = {type(value) for value in values if value is not None}
    large = any(isinstance(value, int) and abs(value) >= 1 << 63 for value in values)
    if len(types) > 1 or large:
        values = [None if value is None else _text(value) for value in values]
    return pa.array(values)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
