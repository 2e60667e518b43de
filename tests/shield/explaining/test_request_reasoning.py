"""Why a request is judged as it is."""

from __future__ import annotations

from pathlib import Path

from shield.small_pack import policy
from vedette.shield.exclusion.settings import Exclusion
from vedette.shield.explaining import Reasoning, explain, read_pasted
from vedette.shield.explaining.reasoning import Change
from vedette.shield.explaining.shown import lines
from vedette.shield.policy.pack import load_pack
from vedette.shield.policy.settings import Policy


def reasoning(made: Policy, text: bytes, level: int | None = None, **said: bool) -> Reasoning:
    return explain(load_pack(made, level), read_pasted(text), **said)


def test_every_step_from_the_value_to_the_score(tmp_path: Path) -> None:
    text = b"GET /?q=1%2520UNION/**/select&password=hunter2 HTTP/1.1\nHost: a\n\n"
    found = reasoning(policy(tmp_path), text)
    assert (found.verdict, found.by, found.status) == ("blocked", 949110, 403)
    assert (found.score, found.threshold) == (5, 5)
    assert found.arguments == (("q", "1%20UNION/**/select"), ("password", "(masked)"))
    first, last = found.steps
    assert (first.rule, first.severity, first.adds) == (
        942100, 2, {"blocking_inbound_anomaly_score": 5},
    )  # fmt: skip
    (seen,) = first.seen
    assert seen.variable == "ARGS:q"
    assert seen.value == "1%20UNION/**/select"
    assert seen.changes == (
        Change("urldecodeuni", "1 UNION/**/select"),
        Change("replacecomments", "1 UNION select"),
    )
    assert (seen.matched, seen.start, seen.end) == ("UNION select", 2, 14)
    assert last.rule == 949110
    shown = "\n".join(lines(found))
    for part in ("942100  SQL injection", "t:replacecomments -> 1 UNION select", "score 5",
                 "RULES.conf:", "would be blocked by rule 949110"):  # fmt: skip
        assert part in shown
    assert "hunter2" not in shown


def test_secrets_on_request(tmp_path: Path) -> None:
    text = b"GET /?password=hunter2 HTTP/1.1\nHost: a\n\n"
    assert reasoning(policy(tmp_path), text, secrets=True).arguments == (("password", "hunter2"),)


def test_what_passes_and_a_higher_level(tmp_path: Path) -> None:
    text = b"GET /?q=O'Brien HTTP/1.1\nHost: a\n\n"
    assert reasoning(policy(tmp_path), text).verdict == "passed"
    strict = reasoning(policy(tmp_path), text, 2)
    assert [step.rule for step in strict.steps] == [942500, 949110]


def test_what_an_exclusion_took_away(tmp_path: Path) -> None:
    made = policy(
        tmp_path,
        exclusions=(
            Exclusion(number=1, site="shop", path="/", target="ARGS:q", rule=942100),
            Exclusion(number=2, site="shop", path="/", rule=941100),
        ),
    )
    found = reasoning(made, b"GET /?q=union+select+<script> HTTP/1.1\nHost: a\n\n")
    assert found.verdict == "passed"
    assert found.excluded == {"": (941100,), "ARGS:q": (942100,)}
    assert "rules without ARGS:q: 942100" in list(lines(found))


def test_a_response_of_a_har_entry(tmp_path: Path) -> None:
    text = (
        b'{"request": {"method": "GET", "url": "http://a/"}, "response": {"status": 200, "headers":'
        b' [{"name": "Content-Type", "value": "text/html"}],'
        b' "content": {"text": "SQL syntax error"}}}'
    )
    assert reasoning(policy(tmp_path), text).by == 951100
