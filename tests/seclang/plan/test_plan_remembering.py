"""What a plan remembers stays bounded, and is never changed by who uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vedette.seclang.ir import Program
from vedette.seclang.parse import load_program
from vedette.seclang.plan import known as known_module
from vedette.seclang.plan.plan import Plan
from vedette.seclang.request import Request
from vedette.seclang.run.budget import Budget
from vedette.seclang.run.transaction import Engine

RULES = """
SecRuleEngine On
SecAction "id:1,phase:1,pass,nolog,setvar:tx.score=0"
SecRule REQUEST_HEADERS_NAMES "@rx ^X-(.*)$" "id:2,phase:1,pass,nolog,capture,\
setvar:tx.name_%{tx.1}=%{MATCHED_VAR}"
SecRule TX:/^name_/ "@contains evil" "id:3,phase:1,deny,status:403,log"
SecRule ARGS "@contains bad" "id:4,phase:2,pass,log,setvar:tx.score=+5"
SecRule TX:score "@ge 5" "id:5,phase:2,deny,status:406,log"
"""


@pytest.fixture
def program() -> Program:
    return load_program([Path("r.conf")], data={"r.conf": RULES.encode()})


def _request(name: bytes, value: bytes = b"") -> Request:
    return Request(b"GET", b"/?a=" + value, headers=((name, b"v"),))


def test_what_is_remembered_is_not_changed_by_requests(program: Program) -> None:
    engine = Engine(program)
    calm = engine.inspect(_request(b"X-One"))
    assert calm.tx["score"] == b"0"
    for _ in range(3):
        harmed = engine.inspect(_request(b"X-One", b"bad"))
        assert harmed.tx["score"] == b"5"
        assert harmed.intervention is not None and harmed.intervention.status == 406
        again = engine.inspect(_request(b"X-One"))
        assert again == calm
        again.tx["score"] = b"99"  # the outcome is the caller's own


def test_names_that_never_end_do_not_fill_the_memory(program: Program) -> None:
    engine = Engine(program)
    plan = engine.plan
    assert isinstance(plan, Plan)
    for number in range(2 * known_module.MOST):
        outcome = engine.inspect(_request(b"X-%d" % number))
        assert outcome.tx[f"name_{number}"] == b"X-%d" % number
        assert plan.remembered <= known_module.MOST
    evil = engine.inspect(_request(b"X-evil"))
    assert [match.id for match in evil.matches] == [3]


@pytest.mark.parametrize("plan", [True, False])
@pytest.mark.parametrize(
    ("budget", "value", "cut"),
    [
        (Budget(), b"bad", ""),
        (Budget(arguments=1), b"bad", ""),
        (Budget(arguments=1), b"x&b=bad", "arguments"),
        (Budget(bytes=3), b"bad", "bytes"),
    ],
)
def test_budgets(program: Program, budget: Budget, value: bytes, cut: str, plan: bool) -> None:
    outcome = Engine(program, budget=budget, plan=plan).inspect(_request(b"X", value))
    assert outcome.cut == cut
    assert (outcome.intervention is None) is bool(cut)


def test_a_budget_of_values(program: Program) -> None:
    engine = Engine(program, budget=Budget(values=50))
    assert engine.inspect(_request(b"X", b"1&b=bad")).cut == ""
    many = b"&".join(b"a%d=x%d" % (n, n) for n in range(200))
    assert engine.inspect(_request(b"X", many)).cut == "values"


@pytest.mark.parametrize("plan", [True, False])
def test_a_budget_of_time(program: Program, plan: bool) -> None:
    engine = Engine(program, budget=Budget(cpu_us=1), plan=plan)
    many = b"&".join(b"a%d=x%d" % (n, n) for n in range(900))
    assert engine.inspect(_request(b"X", many)).cut == "cpu_us"
