"""Bounded search: the same events as the unbounded one, and an end that does not lie."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from store.stored import NOON, batch_of, write
from vedette.model.instant import rfc3339
from vedette.store.bounded import Bounds, count_within, search_within
from vedette.store.query import Filter, QueryError, SearchQuery
from vedette.store.search import StoredEvent, StorePaths, search
from vedette.store.state import State

SECOND = 1_000_000
SEGMENTS, EACH = 7, 60


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorePaths]:
    """Segments that overlap in time, with many events of one moment."""
    folder = tmp_path_factory.mktemp("store")
    where = StorePaths(folder / "events", folder)
    with State(folder) as state:
        for number in range(SEGMENTS):
            records = [
                {
                    "time": rfc3339(NOON + (number * 40 + at // 3) * SECOND),
                    "host": f"ws-{at % 4}",
                    "n": number * EACH + at,
                    "word": "odd" if at % 2 else "even",
                }
                for at in range(EACH)
            ]
            write(where.segments, state, batch_of(records, first=number * EACH + 1))
    yield where


def numbers(events: list[StoredEvent]) -> list[int]:
    return [event.record()["n"] for event in events]


def whole(paths: StorePaths, query: SearchQuery) -> list[int]:
    return numbers(list(search(paths, query)))


@pytest.mark.parametrize("limit", [1, 7, 60, 1000])
@pytest.mark.parametrize(
    "query",
    [
        SearchQuery(),
        SearchQuery(texts=("odd",)),
        SearchQuery(hosts=("ws-1",), start=NOON + 50 * SECOND, end=NOON + 200 * SECOND),
        SearchQuery(filters=(Filter(("n",), ">", "200"),)),
        SearchQuery(texts=("nowhere",)),
    ],
)
def test_same_as_unbounded(paths: StorePaths, query: SearchQuery, limit: int) -> None:
    found = search_within(paths, query, limit, Bounds())
    expected = whole(paths, replace(query, limit=None))
    assert numbers(found.events) == expected[:limit]
    assert found.end == ("limit" if len(expected) >= limit else "all")


def test_pages_give_each_event_once(paths: StorePaths) -> None:
    seen: list[int] = []
    after = None
    while True:
        query = SearchQuery(texts=("odd",), after=after)
        events = search_within(paths, query, 11, Bounds()).events
        seen += numbers(events)
        if len(events) < 11:
            break
        last = events[-1]
        after = (last.event_time, last.arrival_time, last.key, last.place)
    assert seen == whole(paths, SearchQuery(texts=("odd",), limit=None))


@pytest.mark.parametrize("stop", ["time", "gone"])
def test_end_in_time_is_whole_so_far(paths: StorePaths, stop: str) -> None:
    bounds = Bounds(seconds=0.0) if stop == "time" else Bounds(gone=lambda: True)
    # one regular expression that takes long on each event
    slow = SearchQuery(filters=(Filter(("word",), "~", "(e|v|n|o|d){1,900}x?"),) * 12)
    began = time.monotonic()
    found = search_within(paths, slow, 1000, bounds)
    assert time.monotonic() - began < 10
    expected = list(search(paths, SearchQuery(limit=None)))
    if found.end == "all":  # a quick machine was done before the first look
        assert numbers(found.events) == numbers(expected)
        return
    assert found.end == stop
    assert found.complete is not None
    assert found.segments[0] < found.segments[1] == SEGMENTS
    assert numbers(found.events) == [
        event.record()["n"] for event in expected if event.event_time > found.complete
    ]


def test_counts_by_host(paths: StorePaths) -> None:
    counted = count_within(paths, SearchQuery(texts=("odd",)), Bounds())
    assert counted.end == "all"
    assert {(one.host, one.count) for one in counted.groups} == {
        ("ws-1", SEGMENTS * EACH // 4),
        ("ws-3", SEGMENTS * EACH // 4),
    }
    assert sum(one.count for one in count_within(paths, SearchQuery(), Bounds()).groups) == 420


def test_faulty_expression_says_so(paths: StorePaths) -> None:
    with pytest.raises(QueryError, match="RE2"):
        search_within(paths, SearchQuery(filters=(Filter(("n",), "~", "("),)), 5, Bounds())
