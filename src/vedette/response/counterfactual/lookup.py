"""The answer of one segment's index to one question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vedette.response.counterfactual.question import Question, Values
from vedette.response.counterfactual.sidecar import Sidecar

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Answer:
    """`groups` are touched events with the same principals: `people` (JSON), how many `events`
    there are, how many of them `covered`, and the time of the `last` that is not (null if all
    are). `rows` are those of events that were touched and that no finding covers."""

    groups: pa.Table
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
    grouped = table.group_by("who", use_threads=False).aggregate(
        [("covered", "count"), ("covered", "sum"), ("last", "max")]
    )
    groups = pa.table(
        {
            "people": people.take(grouped["who"].combine_chunks()),
            "events": grouped["covered_count"],
            "covered": grouped["covered_sum"],
            "last": grouped["last_max"],
        }
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

    chosen = pc.indices_nonzero(_where(sidecar.column("name"), lambda name: name == asked.name))
    if asked.path != "/" and len(chosen):
        below = asked.path + "/"
        chosen = chosen.filter(
            _where(
                sidecar.column("path").take(chosen),
                lambda path: path == asked.path or path.startswith(below),
            )
        )
    if asked.pattern is not None:
        values = sidecar.column("value").take(chosen)
        fits = pc.match_substring_regex(values, asked.pattern)
        # A value that is not shown whole may have fitted.
        chosen = chosen.filter(pc.fill_null(fits, True))
    return sidecar.rows_at(sidecar.column("parameter").take(chosen))


def _where(column: Any, fits: Callable[[str], bool]) -> Any:
    """Which entries of a dictionary-encoded column fit, each distinct text looked at once."""
    import pyarrow as pa

    told = pa.array([fits(text) for text in column.dictionary.to_pylist()], pa.bool_())
    return told.take(column.indices)


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
