"""Rules that ask for what a log never held."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpora
from vedette.seclang.ir import Operator, Place, Program, Rule, Settings, Target
from vedette.seclang.parse.program import load_program
from vedette.seclang.run.transaction import Engine
from vedette.shield.client import NOBODY
from vedette.shield.replay.lines import Lines
from vedette.shield.replay.replayed import Replayed
from vedette.shield.replay.unknown import Judging, unjudgeable

SOME = frozenset(("REQUEST_HEADERS", "!REQUEST_HEADERS:user-agent", "REQUEST_COOKIES",
                  "ARGS_POST", "RESPONSE_HEADERS:set-cookie"))  # fmt: skip


def rule(*links: tuple[Target, ...], id: int = 1) -> Rule:
    made = [Rule(id, 2, targets, Operator("rx", "x"), Place("f", 1)) for targets in links]
    first, *rest = made
    return Rule(id, 2, first.targets, first.operator, first.place, links=tuple(rest))


def counted(name: str, key: str | None = None) -> Target:
    return Target(name, key, counted=True)


@pytest.mark.parametrize(
    ("links", "left_out"),
    [
        ([(counted("REQUEST_HEADERS", "Host"),)], True),
        ([(counted("REQUEST_HEADERS", "User-Agent"),)], False),
        ([(counted("REQUEST_HEADERS"),)], True),
        ([(counted("REQUEST_HEADERS_NAMES"),)], True),
        ([(counted("RESPONSE_HEADERS"),)], True),
        ([(counted("RESPONSE_HEADERS", "Set-Cookie"),)], True),
        ([(counted("RESPONSE_HEADERS", "Server"),)], False),
        ([(counted("ARGS"),)], False),
        ([(Target("REQUEST_HEADERS"),)], False),
        ([(Target("REQUEST_HEADERS", "Accept"),)], True),
        ([(Target("REQUEST_HEADERS", "User-Agent"),)], False),
        ([(Target("REQUEST_COOKIES"), Target("REQUEST_COOKIES_NAMES"))], True),
        ([(Target("REQUEST_COOKIES"), Target("ARGS"))], False),
        ([(Target("ARGS"), counted("ARGS_POST"))], True),
        ([(Target("ARGS"),), (counted("REQUEST_HEADERS", "Host"),)], True),
        ([(Target("ARGS"), Target("ARGS_POST", excluded=True))], False),
        ([()], False),
        ([(Target("TX", "score"),)], False),
    ],
)
def test_what_is_left_out(links: list[tuple[Target, ...]], left_out: bool) -> None:
    program = Program((rule(*links),), Settings(), {}, ())
    assert (unjudgeable(program, SOME) == {1}) == left_out
    assert unjudgeable(program, frozenset()) == frozenset()


RULES = rb"""
SecRuleEngine On
SecDefaultAction "phase:1,log,pass"
SecAction "id:1,phase:1,nolog,pass,setvar:tx.level=1"
SecRule &REQUEST_HEADERS:Host "@eq 0" "id:2,phase:1,deny,status:400,msg:'no host'"
SecRule &REQUEST_HEADERS:User-Agent "@eq 0" "id:3,phase:1,deny,msg:'no agent'"
SecRule ARGS "@contains attack" "id:4,phase:2,deny,status:403,severity:CRITICAL,msg:'an attack'"
SecRule RESPONSE_STATUS "@streq 500" "id:5,phase:3,deny,status:403,msg:'an error'"
SecRule TX:LEVEL "@lt 1" "id:6,phase:2,pass,nolog,skipAfter:END"
"""


def line(target: str, agent: str = "curl/8.0", status: int = 200) -> Replayed:
    text = (
        f'1.2.3.4 - - [21/Nov/2026:08:15:30 +0000] "GET {target} HTTP/1.1" {status} 1 "-" "{agent}"'
    )
    return Lines(NOBODY).entry(text.encode(), "log:1")


@pytest.mark.parametrize("plan", [False, True])
def test_judging(plan: bool) -> None:
    path = Path("/rules.conf")
    engine = Engine(load_program([path], data={str(path): RULES}), plan=plan)
    judging = Judging(engine)

    def found(replayed: Replayed) -> list[int]:
        return [match.id for match in judging(replayed).matches if match.logged]

    assert 2 in [match.id for match in engine.inspect(line("/").request).matches]
    assert found(line("/")) == []
    assert found(line("/", agent="-")) == [3]
    assert found(line("/?q=an+attack")) == [4]
    assert found(line("/", status=500)) == [5]
    assert [match.id for match in Judging(engine, responses=False)(line("/", status=500)).matches
            if match.logged] == []  # fmt: skip
    assert judging.left_out(line("/").missing) == {2}


def test_the_core_rule_set_on_access_logs() -> None:
    root = corpora.crs()
    program = load_program([root / "crs-setup.conf.example", root / "rules"])
    left_out = unjudgeable(program, line("/").missing)
    # a missing Host, Content-Length or Accept is not held against a log that has none of them
    assert {920170, 920180, 920280, 920300, 920310, 920340} <= left_out
    # a missing User-Agent is, for Combined logs have it; so is what stands in the target
    assert not {920320, 920330, 941100, 942100, 930120, 932160, 913100, 949110, 920380} & left_out
    judging = Judging(Engine(program, plan=False))
    assert judging(line("/shop?item=12")).matches == ()
    attack = judging(line("/?q=1%27%20union%20select%20password%20from%20users--"))
    assert 942100 in [match.id for match in attack.matches]
    assert attack.intervention or attack.would
