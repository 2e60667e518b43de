"""What playbooks propose, and which one is chosen."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from response.playbook.playbook_shapes import (
    END,
    FACTS,
    START,
    act,
    ask,
    dumped,
    playbook,
    simple,
    step_id,
)
from vedette.model.bundled import bundled
from vedette.model.finding import Entity
from vedette.model.instant import instant_of
from vedette.model.yaml_data import read_tree
from vedette.response.playbook.choosing import choose
from vedette.response.playbook.condition import read_condition
from vedette.response.playbook.facts import STAGES, Facts
from vedette.response.playbook.holding import holds, like
from vedette.response.playbook.kinds import load_kinds
from vedette.response.playbook.playbook import EXTENSION, Playbook
from vedette.response.playbook.reading import load_playbooks, read_playbook
from vedette.response.playbook.running import CROWD, run

NOW = instant_of("2026-11-21T12:00:00Z") or 0
KINDS = load_kinds()
OUT = Entity("address", "203.0.113.7")


def read(value: object) -> Playbook:
    return read_playbook(dumped(value), "p.json", KINDS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[incident:priority >= 0.5]", True),
        ("incident:priority > 0.5", False),
        ("incident:level = 'high' AND incident:level > 'medium'", True),
        ("incident:level >= 'critical'", False),
        ("incident:stages = 'execution'", True),
        ("incident:stages != 'execution'", False),
        ("incident:stages IN ('impact', 'initial-access')", True),
        ("incident:stages NOT IN ('impact')", True),
        ("incident:reached >= 'persistence'", False),
        ("incident:reached == 'execution'", True),
        ("incident:techniques LIKE 'T1566%'", True),
        ("entity:kind = 'process' OR entity:address LIKE '203.%'", True),
        ("NOT (entity:kind = 'process') AND (incident:id = 'i1')", True),
        ("incident:certainty >= __sure__:value", True),
        ("incident:certainty >= __given__:value", False),
        ("NOT incident:certainty >= __given__:value", False),
        ("__sure__:value <= 0.8", True),
    ],
)
def test_conditions(text: str, expected: bool) -> None:
    condition = read_condition(text, {"__sure__": "0.8", "__given__": None})
    assert holds(condition, FACTS, {"__sure__": "0.8"}) is expected


@pytest.mark.parametrize(
    "text",
    ["", "incident:priority", "incident:priority > 2", "incident:level = 'hgh'", "a:b = 'c'",
     "incident:priority = 'x'", "incident:stages = 1", "entity:value < 'a'", "[incident:id = 'a'",
     "incident:id = 'a' incident:id = 'b'", "incident:id = __no__:value", "(" * 5_000,
     "NOT " * 300 + "incident:id = 'a'", "incident:id IN ()", "incident:priority LIKE 'a'", "'"],
)  # fmt: skip
def test_faulty_conditions(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_condition(text, {})


@settings(max_examples=200, deadline=None)
@given(st.text("a:=<>'()[]NOTRDANINLKEincidentpriority_% 0.5", max_size=40))
def test_any_text_is_a_condition_or_an_error(text: str) -> None:
    try:
        made = read_condition(text, {})
    except ValueError:
        return
    assert holds(made, FACTS, {}) in (True, False)


def naive_like(text: str, pattern: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(naive_like(text[at:], pattern[1:]) for at in range(len(text) + 1))
    return bool(text) and pattern[0] in ("_", text[0]) and naive_like(text[1:], pattern[1:])


@settings(max_examples=300, deadline=None)
@given(st.text("ab%_", max_size=7), st.text("ab%_", max_size=7))
def test_like_is_the_naive_one(text: str, pattern: str) -> None:
    assert like(text, pattern) == naive_like(text, pattern)


def test_a_decision_has_all_that_an_action_needs() -> None:
    made = read(simple(act("refuse-address", END, minutes=5, scope={"direction": "in"})))
    (decision,) = run(made, FACTS).decisions
    assert (decision.target, decision.technique, decision.duration, decision.scope) == (
        OUT, "D3-NTF", 300_000_000, (("direction", "in"),),
    )  # fmt: skip
    assert (decision.approvals, decision.group) == ((), "")


def gated() -> Playbook:
    one, two, three = (step_id("action", each) for each in (1, 2, 3))
    other = step_id("end", 2)
    workflow = {
        START: {"type": "start", "on_completion": one}, one: ask(two, three),
        two: act("refuse-address", END), three: act("refuse-client", other),
        END: {"type": "end"}, other: {"type": "end"},
    }  # fmt: skip
    return read(playbook(workflow))


def test_an_approval_gates_what_follows() -> None:
    made, asked = gated(), step_id("action", 1)
    (waits,) = run(made, FACTS).decisions
    assert [each.role for each in waits.approvals] == ["security team"]
    (free,) = run(made, FACTS, {asked: True}).decisions
    assert (free.kind, free.approvals) == ("refuse-address", ())
    (other,) = run(made, FACTS, {asked: False}).decisions
    assert (other.kind, other.approvals) == ("refuse-client", ())


def test_a_failure_goes_to_the_exception() -> None:
    one, two = step_id("action", 1), step_id("action", 2)
    first = {k: v for k, v in act("refuse-address", END).items() if k != "on_completion"}
    workflow = {
        START: {"type": "start", "on_completion": one}, one: {**first, "on_success": END},
        END: {"type": "end"}, two: act("refuse-client", step_id("end", 2)),
        step_id("end", 2): {"type": "end"},
    }  # fmt: skip
    made = read(playbook(workflow, workflow_exception=two))
    assert [each.kind for each in run(made, FACTS).decisions] == ["refuse-address"]
    failed = run(made, FACTS, {one: False})
    assert [each.kind for each in failed.decisions] == ["refuse-address", "refuse-client"]


def test_parallel_branches_have_groups_of_their_own() -> None:
    both, one, two = step_id("parallel", 1), step_id("action", 1), step_id("action", 2)
    workflow = {
        START: {"type": "start", "on_completion": both},
        both: {"type": "parallel", "next_steps": [one, two], "on_completion": END},
        one: act("refuse-address", step_id("end", 1)), two: act("refuse-client", step_id("end", 2)),
        step_id("end", 1): {"type": "end"}, step_id("end", 2): {"type": "end"},
        END: {"type": "end"},
    }  # fmt: skip
    found = run(read(playbook(workflow)), FACTS).decisions
    assert [(each.kind, each.group) for each in found] == [
        ("refuse-address", f"{both}#0"), ("refuse-client", f"{both}#1"),
    ]  # fmt: skip


def test_more_targets_than_expected_wait_for_a_person() -> None:
    facts = msgspec.structs.replace(
        FACTS, entities=tuple(Entity("address", f"203.0.113.{each}") for each in range(30))
    )
    found = run(read(simple()), facts).decisions
    assert len(found) == 30
    assert {each.approvals[0].role for each in found} == {CROWD}


def test_an_unknown_scope_proposes_nothing_and_says_so() -> None:
    variables = {"__way__": {"type": "string", "external": True}}
    made = read(
        simple(act("refuse-address", END, scope={"direction": "__way__:value"}),
               playbook_variables=variables)
    )  # fmt: skip
    none = run(made, FACTS)
    assert none.decisions == ()
    assert "nothing is known for its scope direction" in none.trail[-1].words
    known = msgspec.structs.replace(FACTS, variables=(("__way__", "in"),))
    assert run(made, known).decisions[0].scope == (("direction", "in"),)


ATTACKS = {
    "Recruiter lure": (("initial-access",), ("T1566.002",)),
    "Website intrusion": (("initial-access", "persistence"), ("T1190", "T1505.003")),
    "Host intrusion after a lure": (("initial-access", "execution"), ("T1566.001", "T1204.002")),
    "Mass mail theft": (("collection",), ("T1114.002",)),
    "Payment tampering": (("execution", "impact"), ("T1565.001",)),
    "Trusted tool misuse": (("execution", "command-and-control"), ("T1105",)),
}
ENTITIES = tuple(
    Entity(kind, value)
    for kind, value in (
        ("address", "203.0.113.7"), ("address", "192.168.3.4"), ("host", "pc1"),
        ("account", "ann"), ("process", "pc1/7/1"), ("person", "jane@jobs.example"),
        ("person", "ann@firm.example"), ("url", "http://jobs.example/a"), ("hash", "sha256:00"),
        ("domain", "firm.example"),
    )
)  # fmt: skip
OWN = frozenset(
    each for each in ENTITIES
    if each.value in ("pc1", "ann", "ann@firm.example", "firm.example")
)  # fmt: skip
COSTLY = {"isolate-host", "disable-account", "retract-message"}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("certainty", [0.3, 0.95])
def test_the_bundled_playbook_of_each_attack(name: str, certainty: float) -> None:
    stages, techniques = ATTACKS[name]
    facts = Facts("i", stages, 0.7, certainty, "high", ENTITIES, techniques, OWN)
    choice = choose(load_playbooks(), facts, NOW)
    assert choice.playbook is not None
    assert choice.playbook.name == name
    found = run(choice.playbook, facts)
    assert found.decisions
    assert any(each.kind == "tell" for each in found.decisions)
    for each in found.decisions:
        assert each.approvals or each.kind not in COSTLY
        if each.kind.startswith("refuse-") or each.kind == "hold-message":
            assert each.target not in OWN
            assert each.target.value != "192.168.3.4"
    backwards = msgspec.structs.replace(facts, entities=facts.entities[::-1])
    assert run(choice.playbook, backwards) == found


def test_choosing_is_by_priority_then_name_and_explained() -> None:
    def made(name: str, number: int, **more: object) -> Playbook:
        extension = {EXTENSION: {"trigger": "incident:priority >= 0.5"}}
        value = simple(playbook_extensions=extension)
        return read({**value, "name": name, "id": step_id("playbook", number), **more})

    some = [
        made("b", 1), made("a", 2), made("z", 3, priority=9),
        made("first", 4, priority=1, valid_until="2026-01-01T00:00:00Z"),
        made("gone", 5, priority=2, revoked=True),
    ]  # fmt: skip
    choice = choose(some, FACTS, NOW)
    assert choice.playbook is not None
    assert choice.playbook.name == "z"
    assert [each.name for each in choice.considered] == ["first", "gone", "z", "a", "b"]
    assert [each.why for each in choice.considered][:2] == [
        "is not valid at this time", "is revoked",
    ]  # fmt: skip
    none = choose(some, msgspec.structs.replace(FACTS, priority=0.1), NOW)
    assert none.playbook is None


def test_the_stages_are_the_tactics_of_incidents() -> None:
    faults: list[str] = []
    tree = read_tree(bundled("incidents") / "tactics.yml", faults)
    assert tree is not None
    names = [each["name"] for each in tree.plain()["tactics"]]
    assert names == [each for each in STAGES if each not in ("lure", "delivery")]
