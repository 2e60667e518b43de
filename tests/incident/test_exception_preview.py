"""A preview against the naive way: every stored finding is decoded and asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident.incident_shapes import NOON, finding_of
from vedette.incident.exceptions import ExceptionRule, preview
from vedette.incident.kinds import DAY
from vedette.store.state import Commit, State

VALUES = [
    "ws-1",
    "ws-10",
    'quo"te',
    "back\\slash",
    "é\u202e",
    "a*b",
    "a[b",
    "",
    "line\nend",
    "</b>",
]
FINDINGS = [
    finding_of(
        number,
        NOON - number * DAY,
        ("host", VALUES[number % len(VALUES)]),
        ("account", VALUES[number * 7 % len(VALUES)]),
        rule=f"r{number % 3}",
    )
    for number in range(40)
]
patterns = st.one_of(
    st.sampled_from(VALUES),
    st.sampled_from(["*", "ws-*", "*1", "?s-1", "back\\*", 'quo"*', "é*", "a[*", "a?b", "line*"]),
    st.text('ws-1*?"\\é[', max_size=5),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    with State(tmp_path_factory.mktemp("state")) as state:
        state.commit(Commit(findings=FINDINGS, found=NOON))
        yield state


@given(st.lists(st.tuples(st.sampled_from(["host", "account"]), patterns), max_size=2),
       st.sampled_from(["", "r1", "r2"]))  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_as_naive(store: State, conditions: list[tuple[str, str]], rule: str) -> None:
    made = ExceptionRule(rule, tuple(conditions), "o", "r", NOON, NOON + DAY)
    seen = store.read(lambda connection: preview(connection, made, NOON, 30))
    recent = [one for one in FINDINGS if one.time >= NOON - 30 * DAY]
    of_rule = [one for one in recent if rule in ("", one.rule.id)]
    hidden = [one for one in of_rule if made.hides(one)]
    assert (seen.looked_at, seen.hidden) == (len(of_rule), len(hidden))
    assert set(seen.samples) <= {one.id for one in hidden}
