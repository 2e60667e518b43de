"""From a query to the condition that DuckDB evaluates. What users write goes into parameters,
never into the text of the statement."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from vedette.model.path import split_path
from vedette.store.query import Filter, SearchQuery

DOCUMENT: Final = "(CASE WHEN record IS NULL THEN decode(raw) ELSE record END)"
"""The event as JSON. `record` is null only where `raw` is valid JSON, hence valid UTF-8."""

_RAW_TEXT: Final = "coalesce(TRY(decode(raw)), CAST(raw AS VARCHAR))"
_NUMBER: Final = r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*"


@dataclass(slots=True)
class Condition:
    """The text of a WHERE clause and the parameters of its question marks, in order."""

    parts: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)

    def add(self, part: str, *parameters: Any) -> None:
        self.parts.append(part)
        self.parameters.extend(parameters)

    def __str__(self) -> str:
        return " AND ".join(self.parts) or "true"


def condition_of(query: SearchQuery) -> Condition:
    """The condition on one row of a segment, with its document as `doc`."""
    condition = Condition()
    if query.start is not None:
        condition.add("epoch_us(event_time) >= ?", query.start)
    if query.end is not None:
        condition.add("epoch_us(event_time) < ?", query.end)
    if query.keys:
        condition.add("list_contains(?, key)", list(query.keys))
    for column, names in (
        ("source", query.sources),
        ("format", query.formats),
        ("host", query.hosts),
    ):
        if names:
            tests = [_text_test(column, name) for name in names]
            condition.add(
                "(" + " OR ".join(f"coalesce({test}, false)" for test, _ in tests) + ")",
                *(value for _, values in tests for value in values),
            )
    if query.after is not None:
        _add_after(condition, *query.after)
    for text in query.texts:
        _add_text(condition, text)
    for one in query.filters:
        _add_filter(condition, one)
    return condition


def pattern_of(value: str) -> tuple[str, bool]:
    """The LIKE pattern (escape `!`) of a value with `*` and `?`, and whether it has any."""
    parts: list[str] = []
    wild = False
    for char in value:
        if char in "*?":
            parts.append("%" if char == "*" else "_")
            wild = True
        else:
            parts.append("!" + char if char in "%_!" else char)
    return "".join(parts), wild


def pointer(keys: tuple[str, ...]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)


def _add_after(condition: Condition, time: int, arrival: int, key: str, place: str) -> None:
    condition.add(
        "(epoch_us(event_time) < ? OR (epoch_us(event_time) = ? AND (epoch_us(arrival_time) < ? OR "
        "(epoch_us(arrival_time) = ? AND (key < ? OR (key = ? AND place < ?))))))",
        time, time, arrival, arrival, key, key, place,
    )  # fmt: skip


def _add_text(condition: Condition, text: str) -> None:
    """The text as it is, as JSON writes it, and as JSON in ASCII writes it."""
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    needles = list(dict.fromkeys((text, escaped, json.dumps(text)[1:-1])))

    def tests(column: str) -> str:
        return " OR ".join(f"contains({_folded(column, one)}, lower(?))" for one in needles)

    condition.add(
        f"({tests('doc')} OR (record IS NOT NULL AND ({tests('bytes')})))", *needles, *needles
    )


def _folded(column: str, needle: str) -> str:
    """Folding a whole event takes four times as long as looking through it."""
    return f"lower({column})" if needle.lower() != needle.upper() else column


def _add_filter(condition: Condition, one: Filter) -> None:
    tests: list[str] = []
    parameters: list[Any] = []
    for path in one.paths:
        test, values = _path_test(split_path(path), one)
        tests.append(test)
        parameters += values
    negation = "NOT " if one.op.startswith("!") else ""
    condition.add(f"{negation}({' OR '.join(tests) or 'false'})", *parameters)


def _path_test(keys: tuple[str, ...], one: Filter) -> tuple[str, list[Any]]:
    whole = pointer(keys)
    alone, alone_values = _value_test("json_extract_string(doc, ?)", [whole], one)
    each, each_values = _value_test("item", [], one)
    tests = [
        "CASE json_type(doc, ?) WHEN 'ARRAY' THEN "
        f"len(list_filter(json_extract_string(json_extract(doc, ?), '$[*]'), lambda item: {each}"
        f")) > 0 ELSE {alone} END"
    ]
    parameters = [whole, whole, *each_values, *alone_values]
    for cut in range(1, len(keys)):
        above, below = pointer(keys[:cut]), pointer(keys[cut:])
        inner, inner_values = _value_test("json_extract_string(element, ?)", [below], one)
        tests.append(
            "(json_type(doc, ?) = 'ARRAY' AND "
            f"len(list_filter(json_extract(json_extract(doc, ?), '$[*]'), lambda element: {inner}"
            ")) > 0)"
        )
        parameters += [above, above, *inner_values]
    return "(" + " OR ".join(f"coalesce({test}, false)" for test in tests) + ")", parameters


def _value_test(value: str, parameters: list[Any], one: Filter) -> tuple[str, list[Any]]:
    """The test of one scalar; `parameters` belong to each mention of `value`."""
    if one.op in ("=", "!="):
        test, values = _text_test(value, one.value)
        return f"coalesce({test}, false)", [*parameters, *values]
    if one.op in ("~", "!~"):
        return f"coalesce(regexp_matches({value}, ?, 'i'), false)", [*parameters, one.value]
    test = (
        f"coalesce(CASE WHEN regexp_full_match({value}, '{_NUMBER}') "
        f"THEN TRY_CAST({value} AS DOUBLE) {one.op} ? END, false)"
    )
    return test, [*parameters, *parameters, float(one.value)]


def _text_test(value: str, wanted: str) -> tuple[str, list[str]]:
    pattern, wild = pattern_of(wanted)
    if not wild:
        return f"lower({value}) = lower(?)", [wanted]
    if not wanted.strip("*"):
        return f"{value} IS NOT NULL", []
    return f"lower({value}) LIKE lower(?) ESCAPE '!'", [pattern]


COLUMNS: Final = (
    "epoch_us(event_time), epoch_us(arrival_time), source, format, product, category, service, "
    "place, key, host, raw, record"
)


def statement(condition: Condition, newest_first: bool, limited: bool) -> str:
    """The whole query; its parameters are the files, those of the condition, and the limit."""
    order = "DESC" if newest_first else "ASC"
    text = (
        f"SELECT {COLUMNS} FROM (SELECT *, {DOCUMENT} AS doc, "  # noqa: S608 - constants only
        f"CASE WHEN record IS NULL THEN doc ELSE {_RAW_TEXT} END AS bytes "
        f"FROM read_parquet(?)) WHERE {condition} "
        f"ORDER BY event_time {order}, arrival_time {order}, key {order}, place {order}"
    )
    return text + (" LIMIT ?" if limited else "")


def counting(condition: Condition, most: int) -> str:
    """The number of matching events by host and source, the largest groups; its parameters are the
    files and those of the condition."""
    return (
        "SELECT host, source, count(*), epoch_us(min(event_time)), epoch_us(max(event_time)) "  # noqa: S608 - constants only
        f"FROM (SELECT *, {DOCUMENT} AS doc, "
        f"CASE WHEN record IS NULL THEN doc ELSE {_RAW_TEXT} END AS bytes "
        f"FROM read_parquet(?)) WHERE {condition} "
        f"GROUP BY host, source ORDER BY count(*) DESC, host, source LIMIT {most}"
    )
