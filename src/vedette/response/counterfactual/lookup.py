"""The answer of one segment's index to one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vedette.response.counterfactual.question import Question, Values
from vedette.response.counterfactual.sidecar import Sidecar

if TYPE_CHECKING:
    import pyarrow as pa


FEW_KEYS: Final = 64
"""Up to here a search per key is quicker than a pass over the index."""


@dataclass(frozen=True, slots=True)
class Group:
    """Touched events with the same principals: their names (JSON), how many events there are, how
    many of them covered, and the last that is not (None if all are)."""

    people: str
    events: int
    covered: int
    last: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`rows` are those of events that were touched and that no finding covers."""

    groups: tuple[Group, ...]
    maybe: frozenset[str]
    rows: pa.Array


def answer_of(
    sidecar: Sidecar, question: Question, start: int, end: int, covered: pa.Array
) -> Answer:
    """What was touched in [start, end). `covered` holds the first halves of event keys.

    Raises pyarrow.ArrowInvalid for a pattern that RE2 does not take.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = _conjunction(sidecar, question.all_of)
    if question.values is not None:
        shown = _with_values(sidecar, question.values)
        rows = shown if not question.all_of else _both(rows, shown)
    rows = _between(sidecar, rows, start, end)
    hidden = _between(sidecar, _conjunction(sidecar, question.maybe), start, end)
    if len(rows):
        hidden = hidden.filter(pc.invert(pc.is_in(hidden, value_set=rows)))
    maybe = pc.unique(sidecar.column("who").take(hidden))
    people = sidecar.column("people")
    by_finding = pc.is_in(sidecar.column("event").take(rows), value_set=covered)
    time = sidecar.column("time").take(rows)
    table = pa.table(
        {
            "who": sidecar.column("who").take(rows),
            "covered": pc.cast(by_finding, pa.int64()),
            "last": pc.if_else(by_finding, pa.scalar(None, pa.int64()), time),
        }
    )
    grouped = table.group_by("who").aggregate(
        [("covered", "count"), ("covered", "sum"), ("last", "max")]
    )
    groups = tuple(
        Group(people[row["who"]].as_py(), row["covered_count"], row["covered_sum"], row["last_max"])
        for row in grouped.to_pylist()
    )
    names = frozenset(people.take(maybe).to_pylist())
    return Answer(groups, names, rows.filter(pc.invert(by_finding)))


def _conjunction(sidecar: Sidecar, groups: tuple[tuple[int, ...], ...]) -> Any:
    """Rows found under a key of every group; none if there is no group."""
    found = None
    for keys in groups:
        rows = _union([sidecar.rows(key) for key in keys])
        found = rows if found is None else _both(found, rows)
        if not len(found):
            break
    return _union([]) if found is None else found


def _with_values(sidecar: Sidecar, asked: Values) -> Any:
    import pyarrow.compute as pc

    names = sidecar.column("name")
    chosen = pc.indices_nonzero(_equal(names, asked.name))
    if asked.path != "/" and len(chosen):
        paths = sidecar.column("path").take(chosen).dictionary_decode()
        below = pc.or_(pc.equal(paths, asked.path), pc.starts_with(paths, asked.path + "/"))
        chosen = chosen.filter(below)
    if asked.pattern is not None:
        values = sidecar.column("value").take(chosen)
        fits = pc.match_substring_regex(values, asked.pattern)
        # A value that is not shown whole may have fitted.
        chosen = chosen.filter(pc.fill_null(fits, True))
    keys = sidecar.column("parameter").take(chosen)
    if len(keys) > FEW_KEYS:
        return sidecar.rows_of_many(keys)
    return _union([sidecar.rows(key) for key in keys.to_pylist()])


def _equal(column: Any, text: str) -> Any:
    """Which entries of a dictionary-encoded column are `text`."""
    import pyarrow.compute as pc

    index = pc.index(column.dictionary, text).as_py()
    return pc.equal(column.indices, index)


def _between(sidecar: Sidecar, rows: Any, start: int, end: int) -> Any:
    import pyarrow.compute as pc

    if not len(rows):
        return rows
    time = sidecar.column("time").take(rows)
    return rows.filter(pc.and_(pc.greater_equal(time, start), pc.less(time, end)))


def _union(parts: list[Any]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = [part for part in parts if len(part)]
    if len(parts) == 1:
        return parts[0]
    return pc.unique(pa.concat_arrays(parts)) if parts else pa.array([], pa.uint32())


def _both(one: Any, other: Any) -> Any:
    import pyarrow.compute as pc

    return one.filter(pc.is_in(one, value_set=other))
