"""Search against a naive filter over dictionaries."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.stored import NOON, batch_of, told, write
from vedette.model.batch import Batch, DictRows
from vedette.model.errors import UnreadableError
from vedette.model.path import split_path
from vedette.store.columns import Columns, keys_of
from vedette.store.query import (
    Filter,
    QueryError,
    SearchQuery,
    parse_filter,
    parse_time,
)
from vedette.store.search import StorePaths, fetch, search
from vedette.store.segments import segment_path, write_segment
from vedette.store.state import Commit, State

AWKWARD = ["Image", "a.b", "it's", 'quo"te', "sla/sh", "til~de", "sp ace", "$", "*", "", "é", "0"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[tuple[StorePaths, State]]:
    with State(tmp_path) as state:
        yield StorePaths(tmp_path / "events", tmp_path), state


def raws(paths: StorePaths, query: SearchQuery) -> list[Any]:
    return [json.loads(event.raw) for event in search(paths, query)]


def naive_values(value: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """All texts at a path, through one list on the way or at its end."""

    def at(inner: Any, rest: tuple[str, ...]) -> Any:
        for key in rest:
            if isinstance(inner, list):
                inner = inner[int(key)] if key.isdigit() and int(key) < len(inner) else None
            elif isinstance(inner, dict):
                inner = inner.get(key)
            else:
                return None
        return inner

    whole = at(value, keys)
    if isinstance(whole, list):
        yield from (naive_text(item) for item in whole if item is not None)
    elif whole is not None:
        yield naive_text(whole)
    for cut in range(1, len(keys)):
        above = at(value, keys[:cut])
        if isinstance(above, list):
            below = (at(item, keys[cut:]) for item in above)
            yield from (naive_text(item) for item in below if item is not None)


def naive_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def naive_match(record: dict[str, Any], one: Filter) -> bool:
    values = [text for path in one.paths for text in naive_values(record, split_path(path))]
    op = one.op.removeprefix("!")
    if op == "=":
        glob = re.sub(r"([\[\]])", r"[\1]", one.value.lower())
        found = any(fnmatch.fnmatchcase(text.lower(), glob) for text in values)
    elif op == "~":
        found = any(re.search(one.value, text, re.IGNORECASE) for text in values)
    else:
        numbers = [float(t) for t in values if re.fullmatch(r"[+-]?\d+(\.\d+)?", t)]
        compare = {
            ">": float.__gt__,
            "<": float.__lt__,
            ">=": float.__ge__,
            "<=": float.__le__,
        }[op]
        found = any(compare(number, float(one.value)) for number in numbers)
    return not found if one.op.startswith("!") else found


texts = st.text(st.sampled_from("abAB01 \\/%_!'\"*?[]{}é\n"), max_size=6)
scalars = texts | st.integers(-20, 20) | st.booleans() | st.none() | st.sampled_from([1.5, -0.25])
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(AWKWARD), inner, max_size=3)
    ),
    max_leaves=6,
)
records = st.dictionaries(st.sampled_from(AWKWARD), values, max_size=4)
paths = st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=3).map(
    lambda keys: ".".join(f"[{key}]" for key in keys)
)
filters = st.one_of(
    st.builds(Filter, paths.map(lambda path: (path,)), st.sampled_from(["=", "!="]), texts),
    st.builds(
        Filter,
        paths.map(lambda path: (path,)),
        st.sampled_from(["~", "!~"]),
        st.sampled_from(["a", "^a", "b$", "[ab]1", r"\\", "a.b", "é"]),
    ),
    st.builds(
        Filter,
        paths.map(lambda path: (path,)),
        st.sampled_from([">", "<", ">=", "<="]),
        st.integers(-20, 20).map(str),
    ),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(records, min_size=1, max_size=8), st.lists(filters, min_size=1, max_size=2))
def test_filters_equal_a_naive_filter(
    tmp_path_factory: pytest.TempPathFactory,
    events: list[dict[str, Any]],
    conditions: list[Filter],
) -> None:
    folder = tmp_path_factory.mktemp("store")
    with State(folder) as state:
        numbered = [{**event, "n#": number} for number, event in enumerate(events)]
        write(folder / "events", state, batch_of(numbered))
        query = SearchQuery(filters=tuple(conditions), limit=None)
        found = raws(StorePaths(folder / "events", folder), query)
    expected = [one for one in numbered if all(naive_match(one, c) for c in conditions)]
    assert sorted(one["n#"] for one in found) == [one["n#"] for one in expected]


def test_time_order_and_limit_over_many_segments(store: tuple[StorePaths, State]) -> None:
    where, state = store
    times = [(number * 37) % 100 for number in range(100)]
    for begin in range(0, 100, 4):
        chunk = [
            {"time": f"2026-09-21T12:00:00.{time:06d}Z", "t": time}
            for time in times[begin : begin + 4]
        ]
        write(where.segments, state, batch_of(chunk, first=begin))
    newest = [one["t"] for one in raws(where, SearchQuery(limit=7))]
    assert newest == [99, 98, 97, 96, 95, 94, 93]
    oldest = [one["t"] for one in raws(where, SearchQuery(limit=7, newest_first=False))]
    assert oldest == [0, 1, 2, 3, 4, 5, 6]
    noon = parse_time("2026-09-21T12:00:00Z", 0)
    within = raws(where, SearchQuery(start=noon + 10, end=noon + 13, limit=None))
    assert [one["t"] for one in within] == [12, 11, 10]


def test_an_event_stored_twice_is_found_once(store: tuple[StorePaths, State]) -> None:
    where, state = store
    batch = batch_of([{"time": "2026-09-21T12:00:00Z", "a": n} for n in range(20)])
    for _ in range(3):
        write(where.segments, state, batch)
    assert len(raws(where, SearchQuery(limit=None))) == 20
    assert len(raws(where, SearchQuery(limit=15))) == 15
    assert len(raws(where, SearchQuery(limit=100))) == 20


def test_what_people_write_never_becomes_sql(store: tuple[StorePaths, State]) -> None:
    where, state = store
    write(where.segments, state, batch_of([{"a": "x"}]))
    hostile = "'; DROP TABLE events; --\" /* $[*] \\ ?"
    for query in (
        SearchQuery(filters=(Filter((hostile,), "=", hostile),)),
        SearchQuery(filters=(Filter((hostile, "a"), "~", re.escape("'; --")),)),
        SearchQuery(texts=(hostile,), sources=(hostile,), formats=(hostile,), hosts=(hostile,)),
        SearchQuery(keys=(hostile,)),
    ):
        assert raws(where, query) == []
    assert raws(where, SearchQuery()) == [{"a": "x"}]


def test_free_text_looks_through_json_escapes(store: tuple[StorePaths, State]) -> None:
    where, state = store
    write(where.segments, state, batch_of([{"p": "C:\\Windows\\Éclair"}, {"p": 'say "hi"'}]))
    for text in ("c:\\windows", "ÉCLAIR", "c:\\\\windows", "Windows\\Éc"):
        assert [one["p"] for one in raws(where, SearchQuery(texts=(text,)))] == [
            "C:\\Windows\\Éclair"
        ], text
    assert len(raws(where, SearchQuery(texts=('"hi"',)))) == 1
    assert raws(where, SearchQuery(texts=("windows", "hi"))) == []


def test_what_could_not_be_parsed_is_stored_and_found(store: tuple[StorePaths, State]) -> None:
    where, state = store
    raw = [b"\xff\xfebroken EVENT", b'{"half": ', b'{"a": "\\ud800 lone"}', b"[" * 5000]
    deep = b'{"a":' * 900 + b"1" + b"}" * 900
    rows = DictRows(
        [{}, {}, {"a": "\ud800 lone"}, {}, json.loads(deep)], [*raw, deep], list("abcde")
    )
    batch = Batch("odd\udcff", "json", rows, arrival=NOON)
    columns = Columns()
    columns.add(batch, told, keys_of(batch))
    path = segment_path(state.next_sequence(), NOON)
    state.commit(Commit([write_segment(where.segments, path, [columns.table()])]))
    assert {event.raw for event in search(where, SearchQuery())} == {*raw, deep}
    assert [e.raw for e in search(where, SearchQuery(texts=("broken event",)))] == [raw[0]]
    lone = list(search(where, SearchQuery(filters=(parse_filter("a=*lone"),))))
    assert [event.raw for event in lone] == [raw[2]]
    assert lone[0].record() == {"a": "\ufffd lone"}


def test_hosts_sources_and_keys(store: tuple[StorePaths, State]) -> None:
    where, state = store
    batch = batch_of([{"host": "DC01"}, {"host": "ws-7"}, {}], source="s1")
    write(where.segments, state, batch, batch_of([{"host": "dc02"}], source="s2"))
    assert len(raws(where, SearchQuery(hosts=("dc*",)))) == 2
    assert raws(where, SearchQuery(hosts=("dc*",), sources=("S2",))) == [{"host": "dc02"}]
    assert len(raws(where, SearchQuery(hosts=("*",)))) == 3
    key = batch.event_key(1)
    assert fetch(where, [key, "unknown"])[key].raw == b'{"host": "ws-7"}'


@pytest.mark.parametrize("text", ["Image", "=x", "a>b", "x" * 5000])
def test_a_wrong_filter_says_how_to_write_it(text: str) -> None:
    with pytest.raises(QueryError, match=r"write|no field|longer|number"):
        parse_filter(text)


def test_parse_filter_and_time() -> None:
    assert parse_filter("Image=*\\cmd.exe") == Filter(("Image",), "=", "*\\cmd.exe")
    assert parse_filter("[a=b].c >= 4") == Filter(("[a=b].c",), ">=", " 4")
    assert parse_filter("a!~x=y") == Filter(("a",), "!~", "x=y")
    assert parse_filter("a=") == Filter(("a",), "=", "")
    assert parse_filter("Image=x", lambda name: ("w.Image", name)).paths == ("w.Image", "Image")
    assert parse_time("-2h", 7_200_000_000) == 0
    assert parse_time("now", 5) == 5
    assert parse_time("1970-01-02", 0) == 86_400_000_000
    with pytest.raises(QueryError, match="not understood"):
        parse_time("yesterday", 0)


def test_a_wrong_expression_is_an_error_of_the_query(store: tuple[StorePaths, State]) -> None:
    where, _ = store
    with pytest.raises(QueryError, match="RE2"):
        list(search(where, SearchQuery(filters=(Filter(("a",), "~", "(?=x)"),))))


def test_no_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="vedette watch"):
        list(search(StorePaths(tmp_path, tmp_path), SearchQuery()))
