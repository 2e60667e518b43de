"""Narrowing until in budget, and what is protected."""

from __future__ import annotations

from response.counterfactual.touched_store import NOW, action
from vedette.model.action import Action
from vedette.model.finding import Entity
from vedette.response.counterfactual.cost import Cost, Touched, unknown_cost
from vedette.response.counterfactual.narrowing import MOST_CHECKS, MOST_PATHS, narrow, settle

HOST = Entity("host", "ws-01.firm.example")
ENTITIES = (
    HOST,
    Entity("address", "203.0.113.9"),
    Entity("address", "198.51.100.1"),
    Entity("process", "WS-01/44/1790000000"),
    Entity("process", "ws-02/45"),
    Entity("process", "c:\\evil.exe"),
    Entity("mailbox", "jane@mail.jobs.example"),
    Entity("mailbox", "ann@firm.example"),
    Entity("url", "https://jobs.example/offer.zip?x=1"),
    Entity("url", "/login?next=a"),
)


def costing(count: int) -> Cost:
    benign = (Touched(Entity("account", "ann"), 1, NOW),) if count else ()
    return Cost(benign, count, 0, count, 0, (0, NOW), {}, 0.0, complete=True)


def free(entity: Entity) -> str | None:
    return None


def kinds(actions: tuple[Action, ...]) -> list[tuple[str, str, dict[str, str]]]:
    return [(one.kind, one.target.value, dict(one.scope)) for one in actions]


def test_each_kind_narrows_to_what_the_incident_names() -> None:
    cost = costing(1)
    assert kinds(narrow(action("isolate-host", HOST), cost, ENTITIES)) == [
        ("freeze-process", "WS-01/44/1790000000", {"host": HOST.value}),
        ("freeze-process", "c:\\evil.exe", {"host": HOST.value}),
    ]
    network = action("refuse-address", Entity("address", "203.0.113.0/24"), {"direction": "in"})
    assert kinds(narrow(network, cost, ENTITIES)) == [
        ("refuse-address", "203.0.113.9", {"direction": "in"})
    ]
    assert kinds(
        narrow(action("refuse-domain", Entity("domain", "jobs.example")), cost, ENTITIES)
    ) == [
        ("refuse-sender", "jane@mail.jobs.example", {}),
        ("refuse-url", "https://jobs.example/offer.zip?x=1", {}),
    ]
    client = action("refuse-client", Entity("address", "203.0.113.9"))
    narrower = narrow(client, cost, ENTITIES)
    assert [dict(one.scope)["path"] for one in narrower] == ["/login", "/offer.zip"]
    assert narrow(narrower[0], cost, ENTITIES) == ()
    assert len({client.id, *(one.id for one in narrower)}) == 3


def test_what_is_in_budget_goes_and_the_rest_is_asked() -> None:
    asked = action("isolate-host", HOST)

    def run(one: Action) -> Cost:
        return costing({"isolate-host": 3}.get(one.kind, 0 if "44" in one.target.value else 1))

    settled = settle(asked, run, 0, ENTITIES, free)
    assert [one.action.target.value for one in settled.go] == ["WS-01/44/1790000000"]
    assert [one.action.target.value for one in settled.ask] == ["c:\\evil.exe"]
    assert settled.ask[0].why == "1 benign principals would be touched, the budget is 0"
    settled = settle(asked, lambda one: costing(1), 3, ENTITIES, free)
    assert settled.go[0].action == asked
    # Three benign principals, of whom one is listed: any of the others may be protected.
    assert asked not in [one.action for one in settle(asked, run, 3, ENTITIES, free).go]


def test_an_incomplete_look_never_goes() -> None:
    asked = action("refuse-hash", Entity("hash", "sha256:" + "ab" * 32))
    settled = settle(asked, lambda one: unknown_cost((0, 1), "no log"), 1_000, ENTITIES, free)
    assert settled.go == ()
    assert settled.ask[0].why == "the look is not complete: no log"


def test_protected_targets_hosts_of_processes_and_principals_are_never_automatic() -> None:
    def protected(entity: Entity) -> str | None:
        return "plant" if entity in (HOST, Entity("account", "ann")) else None

    def never(one: Action) -> Cost:
        raise AssertionError(one)

    asked = settle(action("isolate-host", HOST), never, 99, ENTITIES, protected).ask
    assert asked[0].why == "host ws-01.firm.example is protected: plant"
    process = action("freeze-process", Entity("process", "WS-01.firm.example/44"))
    assert settle(process, never, 99, ENTITIES, protected).ask
    address = action("refuse-address", Entity("address", "203.0.113.9"))
    settled = settle(address, lambda one: costing(1), 99, (), protected)
    assert settled.ask[0].why == "account ann is protected: plant"


def test_the_number_of_checks_is_bounded() -> None:
    many = [Entity("url", f"https://bad.example/p{n}") for n in range(3 * MOST_CHECKS)]
    checks: list[str] = []

    def run(one: Action) -> Cost:
        checks.append(one.id)
        return costing(1)

    settled = settle(action("refuse-domain", Entity("domain", "bad.example")), run, 0, many, free)
    assert len(checks) == MOST_CHECKS
    assert len(settled.ask) == 3 * MOST_CHECKS


def test_many_paths_are_narrowed_to_those_above_them() -> None:
    many = [Entity("url", f"/{n % 3}/a/p{n}") for n in range(60)] + [Entity("url", "/b/c")]
    client = action("refuse-client", Entity("address", "203.0.113.9"))
    narrower = narrow(client, costing(1), many)
    assert [dict(one.scope)["path"] for one in narrower] == ["/0/a", "/1/a", "/2/a", "/b/c"]
    wide = [Entity("url", f"/{n}") for n in range(60)]
    assert len(narrow(client, costing(1), wide)) == MOST_PATHS


def test_what_nobody_can_count_is_not_narrowed() -> None:
    blind = unknown_cost((0, 1), "nothing is stored")
    client = action("refuse-client", Entity("address", "203.0.113.9"))
    settled = settle(client, lambda one: blind, 0, [Entity("url", "/login")], free)
    assert [each.action for each in settled.ask] == [client]
    assert settled.go == ()
