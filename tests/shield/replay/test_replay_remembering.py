"""Lines that repeat are judged once, unless something besides them has a say."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seclang.plan import seclang_samples
from vedette.seclang.parse.program import load_program
from vedette.seclang.request import Request
from vedette.seclang.run.outcome import Outcome
from vedette.seclang.run.transaction import Engine
from vedette.shield.replay.replayed import Replayed
from vedette.shield.replay.unknown import Judging


def _engine(rules: str, *, plan: bool = True) -> Engine:
    return Engine(load_program([Path("r.conf")], data={"r.conf": rules.encode()}), plan=plan)


def _judged(judging: Judging, request: Request) -> Outcome:
    return judging(Replayed(request, b"", None, "log:1", frozenset()))


STEADY = """
SecRuleEngine On
SecRule ARGS "@contains attack" "id:1,phase:2,deny,msg:'%{MATCHED_VAR}'"
SecRule REMOTE_ADDR "@ipMatch 10.0.0.0/8" "id:2,phase:1,log,pass,setvar:tx.own=1"
"""


def test_a_line_that_repeats_is_judged_once() -> None:
    judging = Judging(_engine(STEADY))
    first = _judged(judging, Request(b"GET", b"/?a=attack", client="192.0.2.1"))
    again = _judged(judging, Request(b"GET", b"/?a=attack", client="192.0.2.2", received=5))
    assert again is first
    other = _judged(judging, Request(b"GET", b"/?a=attack", client="10.0.0.1"))
    assert [match.id for match in other.matches] == [2, 1]
    assert _judged(judging, Request(b"GET", b"/?a=attack", client="192.0.2.3")) is first


@pytest.mark.parametrize(
    "rule",
    [
        'SecRule TIME_SEC "@ge 0" "id:1,phase:1,log,pass"',
        'SecRule ARGS "@rx ." "id:1,phase:2,log,pass,msg:\'of %{REMOTE_ADDR}\'"',
        'SecRule ARGS "@rx ." "id:1,phase:2,log,pass,setvar:tx.x=%{unique_id}"',
        'SecRule ARGS "@rx ." "id:1,phase:2,log,pass,initcol:ip=%{REMOTE_ADDR}"',
        'SecRule ARGS "@rx ." "id:1,phase:2,log,pass,chain"\nSecRule REMOTE_ADDR "@rx ."',
        'SecRule ARGS "@streq %{REMOTE_ADDR}" "id:1,phase:2,log,pass"',
        'SecAction "id:1,phase:5,log,pass,setvar:ip.count=+1"',
    ],
)
def test_what_others_have_a_say_in_is_judged_anew(rule: str) -> None:
    judging = Judging(_engine(f"SecRuleEngine On\n{rule}\n"))
    made = Request(b"GET", b"/?a=192.0.2.1", client="192.0.2.1", unique_id="x")
    assert _judged(judging, made) is not _judged(judging, made)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**40))
def test_random_rules_say_the_same_as_without_memory(seed: int) -> None:
    random = Random(seed)
    rules = seclang_samples.rules(random)
    if random.random() < 0.7:  # without what the memory has to stand back from
        rules = "\n".join(line for line in rules.split("\n") if "initcol" not in line)
    remembering, plain = Judging(_engine(rules)), Judging(_engine(rules, plan=False))
    made = [seclang_samples.request(random)[0] for _ in range(3)]
    for number, request in enumerate(made * 3):
        asked = msgspec.structs.replace(
            request,
            client=random.choice(("127.0.0.1", "192.0.2.1")),
            received=number * 7_000_000,
            unique_id=str(number),
        )
        assert _judged(remembering, asked) == _judged(plain, asked), rules
