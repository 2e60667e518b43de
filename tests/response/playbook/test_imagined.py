"""Actions that people ask about, whatever they write."""

from __future__ import annotations

import pytest

from vedette.model.errors import ConfigError
from vedette.model.finding import Entity
from vedette.response.playbook.kinds import imagined, load_kinds

NOW = 1_790_000_000_000_000
ADDRESS = Entity("address", "203.0.113.9")


def test_what_fits_becomes_an_action() -> None:
    made = imagined("refuse-client", ADDRESS, ["path=/shop", "site=shop.example"], NOW)
    assert made.scope == (("path", "/shop"), ("site", "shop.example"))
    assert made.target == ADDRESS
    assert made == imagined("refuse-client", ADDRESS, ["site=shop.example", "path=/shop"], NOW)


@pytest.mark.parametrize(
    ("kind", "target", "scopes", "said"),
    [
        ("explode", ADDRESS, [], "'explode': is no action; take one of"),
        ("refuse-client", None, [], "target: refuse-client is aimed at one address"),
        ("refuse-client", Entity("host", "ws-1"), [], "aimed at one address"),
        ("refuse-client", Entity("address", " "), [], "aimed at one address"),
        ("refuse-client", ADDRESS, ["path"], "'path': write name=value"),
        ("refuse-client", ADDRESS, ["path="], "'path': write name=value"),
        ("refuse-client", ADDRESS, ["colour=red"], "narrowed by site, path"),
        ("refuse-client", ADDRESS, ["path=/", "path=/a"], "path: is there twice"),
        ("isolate-host", Entity("host", "ws-1"), ["path=/"], "narrowed by nothing"),
    ],
)
def test_what_does_not_is_said(
    kind: str, target: Entity | None, scopes: list[str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        imagined(kind, target, scopes, NOW)


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as told:
        imagined("refuse-client", None, ["colour=red", "path"], NOW)
    assert len(told.value.faults) == 3


def test_a_narrowing_names_only_what_its_kind_knows() -> None:
    """What the counterfactual check narrows an action to can be carried out."""
    known = load_kinds()
    assert {"direction"} == set(known["refuse-address"].scopes)
    assert "host" in known["freeze-process"].scopes
    assert "path" in known["refuse-client"].scopes
