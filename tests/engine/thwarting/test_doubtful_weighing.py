"""What is presumed of an actor while it is more likely that there is no attack: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from response.counterfactual.touched_store import DAY, HOUR, NOW, Store, action
from vedette.engine.thwarting.weighing import Weigher
from vedette.model.finding import Entity
from vedette.response.counterfactual.check import Limits
from vedette.response.playbook.facts import Facts
from vedette.store.state import State

CLIENT = Entity("address", "203.0.113.9")
REFUSE = action("refuse-client", CLIENT)
EWS = "/ews/exchange.asmx"
ON_EWS = action("refuse-client", CLIENT, {"path": EWS})
STRICT = Limits(least="critical")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with State(tmp_path) as state:
        yield Store(tmp_path, state)


def asked(at: int, status: int = 200, client: str = CLIENT.value, path: str = EWS) -> Any:
    return {"at": at, "c-ip": client, "cs-method": "POST", "cs-uri": path, "cs-uri-stem": path,
            "sc-status": status}  # fmt: skip


LONG_AGO = asked(3 * DAY, client="198.51.100.1")


def benign(store: Store, certainty: float) -> int:
    facts = Facts("i", ("collection",), 0.5, certainty, "medium", (CLIENT,))
    weigher = Weigher(store.check(), lambda: NOW, strict=store.check(STRICT))
    return weigher.for_incident(facts, NOW - 4 * DAY)(REFUSE).benign_count


@pytest.mark.parametrize(("certainty", "expected"), [(0.37, 1), (0.6, 0)])
def test_what_has_gone_on_for_days_is_routine_though_a_rule_names_it(
    store: Store, certainty: float, expected: int
) -> None:
    batch = store.add("access", [LONG_AGO, asked(2 * DAY), asked(DAY // 2), asked(HOUR)])
    store.find(batch, [1, 2, 3], "medium")
    assert benign(store, certainty) == expected


@pytest.mark.parametrize("certainty", [0.37, 0.6])
def test_what_began_today_is_not(store: Store, certainty: float) -> None:
    store.add("access", [LONG_AGO, asked(DAY // 2), asked(HOUR)])
    assert benign(store, certainty) == 0


@pytest.mark.parametrize(
    ("requests", "whole", "page"),
    [
        ([asked(HOUR, 401), asked(9, 403)], False, False),
        ([asked(HOUR, 401), asked(9, 200)], True, True),
        ([asked(HOUR, 401), asked(9, 200, path="/shop")], True, False),
        ([asked(HOUR, 401), asked(9, 200, client="198.51.100.2")], False, False),
        ([asked(HOUR, 401) | {"sc-status": None}], True, True),
        ([], True, True),
    ],
)
def test_what_the_website_refused_itself_is_taken_from_nobody(
    store: Store, requests: list[Any], whole: bool, page: bool
) -> None:
    store.add("access", [LONG_AGO, *requests])
    weigher = Weigher(store.check(), lambda: NOW, strict=store.check(STRICT))
    assert weigher.takes(REFUSE) is whole
    assert weigher.takes(ON_EWS) is page
    assert Weigher(store.check(), lambda: NOW).takes(ON_EWS)
    assert weigher.takes(action("refuse-address", CLIENT))
