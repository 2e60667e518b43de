"""What the columns of an Arrow batch say about its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vedette.sources.json_kind import Shape, shape_of

if TYPE_CHECKING:
    import pyarrow as pa

_NESTED_SHAPES = ("winlog-dotted", "zeek")


def shape_of_columns(batch: pa.RecordBatch, forced: str | None = None) -> Shape:
    """The shape of a batch's events, told from its first row with every column there is.

    A shape whose conversion is the nesting of dotted columns needs none: `with_nested_columns`
    does it for the whole batch.
    """
    row: dict[str, Any] = batch.slice(0, 1).to_pylist()[0]
    shape = shape_of({key: "" if value is None else value for key, value in row.items()})
    if forced is not None and shape.format != forced:
        return Shape("json", forced)
    if shape.name in _NESTED_SHAPES and (shape.format != "zeek" or "_path" in row):
        return Shape(shape.name, shape.format)
    return shape


def with_nested_columns(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with columns `a.b`, `a.c` made one struct column `a`; no value is copied.

    A dotted name whose first part is a column of its own stays as it is.
    """
    import pyarrow as pa

    names: list[str] = batch.schema.names
    if not any("." in name for name in names):
        return batch
    groups: dict[str, list[tuple[str, Any]]] = {}
    for name, column in zip(names, batch.columns, strict=True):
        head, dot, rest = name.partition(".")
        if dot and head and rest and head not in names:
            groups.setdefault(head, []).append((rest, column))
        else:
            groups.setdefault(name, []).append(("", column))
    arrays: list[Any] = []
    for members in groups.values():
        if members[0][0] == "":
            arrays.append(members[0][1])
            continue
        inner = pa.RecordBatch.from_arrays(
            [column for _, column in members], names=[rest for rest, _ in members]
        )
        arrays.append(with_nested_columns(inner).to_struct_array())
    return pa.RecordBatch.from_arrays(arrays, names=list(groups))
