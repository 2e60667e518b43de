"""What is remembered of values that flag nothing: never of others, and never too much."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.seclang.parse import load_program
from vedette.seclang.plan import sieve
from vedette.seclang.plan.sieve import Quiet
from vedette.seclang.request import Request
from vedette.seclang.run.transaction import Engine

RULES = rb"""
SecRuleEngine On
SecRule ARGS "@rx (?i)evil" "id:1,phase:2,pass,log,t:none,t:removeWhitespace"
SecRule ARGS "@detectSQLi" "id:2,phase:2,pass,log"
SecRule REQUEST_COOKIES "@pm bad worse" "id:3,phase:2,pass,log,t:base64Decode"
SecRule ARGS:a "!@rx ^[a-z ]*$" "id:4,phase:2,pass,log"
SecRule QUERY_STRING "@endsWith x" "id:5,phase:1,pass,log"
SecRule REQUEST_URI_RAW "@rx [^ -~]" "id:6,phase:1,pass,log"
"""
_PROGRAM = load_program([Path("r.conf")], data={"r.conf": RULES})
_ENGINE, _PLAIN = Engine(_PROGRAM), Engine(_PROGRAM, plan=False)
_VALUES = st.sampled_from(
    (b"", b"fine", b"e+vil", b"EVIL", b"1'+or+'1'='1", b"YmFk", b"bad", b"x", b"7", b"\xe9")
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(_VALUES, _VALUES, _VALUES), min_size=1, max_size=6))
def test_as_the_interpreter_whatever_came_before(asked: list[tuple[bytes, bytes, bytes]]) -> None:
    for first, second, cookie in asked:
        headers = ((b"Host", b"a"), (b"Cookie", b"c=%b; d=%b" % (cookie, second)))
        request = Request(b"GET", b"/?a=%b&b=%b" % (first, second), headers=headers)
        assert _ENGINE.inspect(request) == _PLAIN.inspect(request)


def test_it_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieve, "_QUIET", 8)
    quiet = Quiet()
    for number in range(0, 100, 4):
        quiet.add([b"%d" % each for each in range(number, number + 4)])
        assert len(quiet.young) <= 8
    assert quiet.unknown([b"99", b"95", b"91", b"5"]) == [b"5"]
    assert b"91" in quiet.young  # came again: it is kept
    quiet.add([b"z" * 1_000, b"short"])
    assert quiet.unknown([b"z" * 1_000, b"short"]) == [b"z" * 1_000]
