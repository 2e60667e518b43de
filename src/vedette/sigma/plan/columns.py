"""The front end for Arrow batches: each distinct value of a column is judged once per batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vedette.model.batch import ArrowRows, python_values
from vedette.sigma.plan.dicts import Hit
from vedette.sigma.plan.judge import ABSENT, Slot
from vedette.sigma.plan.plan import FormatPlan, Kind, first_value, split_paths
from vedette.sigma.plan.predicates import record_texts
from vedette.sigma.plan.spec import Paths

if TYPE_CHECKING:
    import pyarrow as pa

Column = tuple[Sequence[int | None], Sequence[Any]]
"""Dictionary-encoded: per row the number of its value (None: null), and the distinct values."""


class ColumnFront:
    """Judges Arrow record batches of one format."""

    def __init__(self, plan: FormatPlan) -> None:
        self._plan = plan

    def rows(self, rows: ArrowRows) -> Iterator[Hit]:
        """Every row on which a rule fires, in row order."""
        columns = _Columns(rows.batch)
        hits: list[Hit] = []
        for kind, indexes in self._by_kind(columns, len(rows)):
            hits.extend(_judge(kind, indexes, columns, rows))
        hits.sort(key=lambda hit: hit[0])
        return iter(hits)

    def _by_kind(self, columns: _Columns, count: int) -> list[tuple[Kind, list[int]]]:
        values = [columns.values(paths) for paths in self._plan.discriminators]
        groups: dict[int, tuple[Kind, list[int]]] = {}
        tuples = zip(*values, strict=True) if values else iter([()] * count)
        for index, discriminators in enumerate(tuples):
            kind = self._plan.kind_of(discriminators)
            groups.setdefault(id(kind), (kind, []))[1].append(index)
        return list(groups.values())


def _judge(kind: Kind, indexes: list[int], columns: _Columns, rows: ArrowRows) -> Iterator[Hit]:
    judge = kind.judge
    classes = [_classes(slot, indexes, columns, rows) for slot in judge.slots]
    tuples = zip(*classes, strict=True) if classes else iter([()] * len(indexes))
    known = judge.outcomes.young.get
    for index, numbers in zip(indexes, tuples, strict=True):
        fired = known(numbers)
        if fired is None:
            fired = judge.outcome(numbers, lambda i=index: _values(judge.slots, rows, i))  # type: ignore[misc]  # the default binds the loop's index
        if fired:
            yield index, kind, fired


def _classes(slot: Slot, indexes: list[int], columns: _Columns, rows: ArrowRows) -> list[int]:
    spec = slot.spec
    if spec.kind == "keywords":
        return [slot.class_of_texts(record_texts(rows.record(index))) for index in indexes]
    if spec.kind == "pair":
        ones, others = columns.values(spec.paths), columns.values(spec.other)
        return [slot.class_of_pair(ones[index], others[index]) for index in indexes]
    if len(spec.paths) > 1:
        values = columns.values(spec.paths)
        return [slot.class_of(values[index]) for index in indexes]
    numbers, distinct = columns.encoded(spec.paths[0])
    memo: dict[int | None, int] = {None: ABSENT}
    found: list[int] = []
    for index in indexes:
        number = numbers[index]
        known = memo.get(number)
        if known is None:
            known = memo[number] = slot.class_of(distinct[number or 0])
        found.append(known)
    return found


def _values(slots: Sequence[Slot], rows: ArrowRows, index: int) -> list[Any]:
    record = rows.record(index)
    values: list[Any] = []
    for slot in slots:
        spec = slot.spec
        if spec.kind == "keywords":
            values.append(record_texts(record))
        elif spec.kind == "pair":
            values.append(
                (
                    first_value(record, split_paths(spec.paths)),
                    first_value(record, split_paths(spec.other)),
                )
            )
        else:
            values.append(first_value(record, split_paths(spec.paths)))
    return values


class _Columns:
    """The columns of one batch, each read once."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self._batch = batch
        self._encoded: dict[str, Column] = {}
        self._values: dict[Paths, list[Any]] = {}
        self._roots: dict[str, list[Any]] = {}

    def values(self, paths: Paths) -> list[Any]:
        """Per row the value at the first of `paths` that is not null."""
        known = self._values.get(paths)
        if known is None:
            merged: list[Any] = [None] * self._batch.num_rows
            for path in reversed(paths):
                numbers, distinct = self.encoded(path)
                for index, number in enumerate(numbers):
                    if number is not None:
                        merged[index] = distinct[number]
            known = self._values[paths] = merged
        return known

    def encoded(self, path: str) -> Column:
        """The column at a native path, dictionary-encoded."""
        known = self._encoded.get(path)
        if known is None:
            known = self._encoded[path] = self._encode(split_paths((path,))[0])
        return known

    def _encode(self, keys: tuple[str, ...]) -> Column:
        import pyarrow as pa
        import pyarrow.compute as pc

        names = self._batch.schema.names
        if keys[0] not in names:
            return [None] * self._batch.num_rows, []
        column = self._batch.column(_last(names, keys[0]))
        for key in keys[1:]:
            if not pa.types.is_struct(column.type):
                return self._by_row(keys)
            if not column.type.get_all_field_indices(key):
                return [None] * self._batch.num_rows, []
            column = pc.struct_field(column, column.type.get_all_field_indices(key)[-1:])
        if pa.types.is_nested(column.type) or pa.types.is_null(column.type):
            return self._by_row(keys)
        try:
            known = pa.types.is_dictionary(column.type)
            encoded = column if known else column.dictionary_encode()
        except pa.ArrowNotImplementedError:  # an extension type
            return self._by_row(keys)
        numbers, distinct = encoded.indices.to_pylist(), python_values(encoded.dictionary)
        if None in distinct:
            numbers = [None if n is None or distinct[n] is None else n for n in numbers]
        return numbers, distinct

    def _by_row(self, keys: tuple[str, ...]) -> Column:
        """Lists and maps on the way: as the dictionary front end reads them."""
        root = self._roots.get(keys[0])
        if root is None:
            column = self._batch.column(_last(self._batch.schema.names, keys[0]))
            root = self._roots[keys[0]] = python_values(column)
        values = [first_value({keys[0]: value}, (keys,)) for value in root]
        return [None if value is None else index for index, value in enumerate(values)], values


def _last(names: Sequence[str], name: str) -> int:
    """The position of a column; of several with one name the last, as in a row's dictionary."""
    return len(names) - 1 - list(reversed(names)).index(name)
