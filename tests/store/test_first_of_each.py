"""Repeated events in a merge: found by Arrow as by a set."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from store.stored import batch_of, write
from vedette.store import manifest
from vedette.store.compaction import Target, compact, first_of_each
from vedette.store.segments import Segment, read_tables
from vedette.store.state import State

PARTS = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=6), min_size=2, max_size=5)


def naive(root: Path, parts: list[Segment]) -> list[bool]:
    seen: set[tuple[str, int]] = set()
    firsts = []
    for part in parts:
        for table in read_tables(root / part.path):
            for one in table.select(["key", "event_time"]).to_pylist():
                known = (one["key"], one["event_time"])
                firsts.append(known not in seen)
                seen.add(known)
    return firsts


@given(PARTS)
@settings(max_examples=25, deadline=None)
def test_the_first_of_each_stays(parts: list[list[int]]) -> None:
    with TemporaryDirectory() as made, State(Path(made)) as state:
        root = Path(made) / "events"
        for numbers in parts:
            for number in numbers:
                # the same place in the same source is the same event
                write(root, state, batch_of([{"n": number}], first=number))
        found = state.read(manifest.live_segments)
        right = naive(root, found)
        firsts = first_of_each(root, found)
        assert (firsts.to_pylist() if firsts is not None else [True] * len(right)) == right
        compact(root, state, found[0].min_arrival, Target(), everything=True)
        assert state.read(manifest.totals)[1] == sum(right)
