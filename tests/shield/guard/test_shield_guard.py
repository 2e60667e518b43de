"""The guard: shadow and enforcement, budgets, failures, what it tells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shield.small_pack import ATTACK, HOST, NOW, Guarded, policy
from vedette.seclang.request import Request, Response
from vedette.shield.guard import ShieldGuard
from vedette.shield.guard.outlet import Collected
from vedette.shield.policy.ready import Ready, make_ready
from vedette.shield.policy.settings import Budgets, Page, Place
from vedette.shield.secret_shapes import MASKED

ENFORCE = Place(mode="enforce")
HTML = Response(200, ((b"Content-Type", b"text/html; charset=utf-8"),))


def test_the_shadow_tells_and_lets_pass(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path))
    assert guarded.send(ATTACK, response=Response(200)) is None
    assert guarded.send(b"/?q=shoes") is None
    (record,) = guarded.records()
    assert record == {
        "kind": "request",
        "time": "2026-03-02T09:10:40.000000Z",
        "id": f"u{NOW}",
        "site": "shop",
        "host": "shop.example",
        "method": "GET",
        "path": "/",
        "template": "/",
        "client": "203.0.113.7",
        "action": "would_block",
        "mode": "shadow",
        "status": 200,
        "score": 5,
        "before": 0,
        "threshold": 5,
        "rule": 949110,
        "phase": 2,
        "judged_us": record["judged_us"],
        "hits": [
            {
                "rule": 942100,
                "msg": "SQL injection",
                "severity": 2,
                "tags": ["attack-sqli"],
                "paranoia": 1,
                "variable": "ARGS:q",
                "parameter": "ARGS:q",
                "value": "1 union select 2",
            }
        ],
    }
    assert json.loads(json.dumps(record)) == record


def test_enforcement_blocks_with_an_incident_and_says_nothing_of_the_rule(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path, ENFORCE))
    block = guarded.send(ATTACK)
    assert block is not None
    assert block.status == 403
    headers = dict(block.headers)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", block.incident)
    assert headers[b"X-Vedette-Incident"] == block.incident.encode()
    assert block.incident.encode() in block.body
    assert not re.search(rb"942100|949110|SQL|union|rule", block.body)
    (record,) = guarded.records()
    assert (record["action"], record["status"]) == ("blocked", 403)
    assert record["incident"] == block.incident
    again = guarded.send(ATTACK)
    assert again is not None
    assert again.incident != block.incident


def test_the_page_is_the_users(tmp_path: Path) -> None:
    page = Page(status=406, body="Sorry: {incident}", content_type="text/plain")
    block = Guarded(policy(tmp_path, ENFORCE, page=page)).send(ATTACK)
    assert block is not None
    assert block.status == 406
    assert block.body == f"Sorry: {block.incident}".encode()
    assert (b"Content-Type", b"text/plain") in block.headers


def test_responses_are_judged(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path, ENFORCE))
    assert guarded.send(response=HTML, response_body=b"<p>fine</p>") is None
    assert guarded.send(response=Response(200, ((b"X-Leak", b"1"),))) is not None
    block = guarded.send(response=HTML, response_body=b"<p>SQL syntax error near</p>")
    assert block is not None
    packed = Response(200, (*HTML.headers, (b"Content-Encoding", b"gzip")))
    assert guarded.send(response=packed, response_body=b"SQL syntax error") is None
    assert [record["phase"] for record in guarded.records()] == [3, 4]
    deaf = Guarded(policy(tmp_path, ENFORCE, responses=False))
    assert deaf.send(response=HTML, response_body=b"SQL syntax error") is None


def test_in_the_shadow_a_request_that_would_be_blocked_is_not_judged_further(
    tmp_path: Path,
) -> None:
    guarded = Guarded(policy(tmp_path))
    guarded.send(ATTACK, response=Response(200, ((b"X-Leak", b"1"),)))
    assert [hit["rule"] for hit in guarded.records()[0]["hits"]] == [942100]


def test_a_canary_enforces_for_some_clients(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path, Place(mode="enforce", canary=30)))
    clients = [f"203.0.113.{i}" for i in range(200)]
    blocked = {client for client in clients if guarded.send(ATTACK, client=client)}
    assert 35 < len(blocked) < 85
    assert blocked == {client for client in clients if guarded.send(ATTACK, client=client)}
    assert {record["action"] for record in guarded.records()} == {"blocked", "would_block"}


def test_a_sample_judges_some_clients_and_counts_all(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path, Place(mode="enforce", sample=30)))
    for i in range(200):
        guarded.send(ATTACK, client=f"203.0.113.{i}")
    guarded.guard.close()
    (traffic,) = guarded.records("traffic")
    assert traffic["requests"] == 200
    assert traffic["judged"] == len(guarded.records())
    assert 35 < traffic["judged"] < 85


@pytest.mark.parametrize("over", ["pass", "reject"])
def test_a_long_body_is_judged_as_far_as_the_budget_goes(tmp_path: Path, over: Any) -> None:
    budgets = Budgets(body=2_000, over=over)
    guarded = Guarded(policy(tmp_path, ENFORCE, budgets=budgets))
    form = ((HOST), (b"Content-Type", b"application/x-www-form-urlencoded"))
    assert guarded.send(body=b"a=" + b"x" * 1_998, headers=form) is None
    assert guarded.records() == []
    block = guarded.send(body=b"a=" + b"x" * 5_000, headers=form)
    (record,) = guarded.records()
    assert record["cut"] == "body"
    if over == "reject":
        assert block is not None
        assert block.status == 413
        assert record["action"] == "blocked"
        return
    assert block is None
    assert record["action"] == "passed"
    attack = guarded.send(body=b"a=1+union+select+2&b=" + b"x" * 5_000, headers=form)
    assert attack is not None


def test_a_long_upload_or_json_passes_although_its_end_is_missing(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path, ENFORCE, budgets=Budgets(body=2_000)))
    kind = (b"Content-Type", b"multipart/form-data; boundary=b")
    upload = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n'
        + b"x" * 5_000
        + b"\r\n--b--\r\n"
    )
    assert guarded.send(body=upload, headers=(HOST, kind)) is None
    json_kind = (b"Content-Type", b"application/json")
    assert guarded.send(body=b'{"a": "' + b"x" * 5_000 + b'"}', headers=(HOST, json_kind)) is None
    assert guarded.send(body=b'{"a": ', headers=(HOST, json_kind)) is not None
    assert guarded.send(body=upload[:300], headers=(HOST, kind)) is not None


@pytest.mark.parametrize("over", ["pass", "reject"])
def test_too_many_arguments(tmp_path: Path, over: Any) -> None:
    guarded = Guarded(policy(tmp_path, ENFORCE, budgets=Budgets(arguments=50, over=over)))
    assert guarded.send(b"/?" + b"&".join(b"a%d=1" % i for i in range(50))) is None
    assert guarded.records() == []
    block = guarded.send(b"/?" + b"&".join(b"a%d=1" % i for i in range(51)))
    assert (block is not None) is (over == "reject")
    (record,) = guarded.records()
    assert record["cut"] == "arguments"
    assert record["status"] == (400 if over == "reject" else 0)


@pytest.mark.parametrize("fail", ["open", "closed"])
def test_out_of_time(tmp_path: Path, fail: Any) -> None:
    guarded = Guarded(policy(tmp_path, ENFORCE, budgets=Budgets(cpu_us=1), fail=fail))
    block = guarded.send(ATTACK)
    (record,) = guarded.records()
    assert record["cut"] == "cpu_us"
    if fail == "closed":
        assert block is not None
        assert block.status == 503
    else:
        assert block is None
        (alarm,) = guarded.records("alarm")
        assert "passed without being wholly judged" in alarm["sentence"]


class BrokenEngine:
    """An engine with a fault."""

    def transaction(self, request: Request) -> Any:
        raise RuntimeError("a fault in the engine")


@pytest.mark.parametrize("fail", ["open", "closed"])
def test_a_fault_in_judging_is_an_alarm_and_the_policys_choice(tmp_path: Path, fail: Any) -> None:
    made = policy(tmp_path, Place(), fail=fail)
    out = Collected()
    engines: Any = {None: BrokenEngine()}
    guard = ShieldGuard(Ready(made, engines), out, now=lambda: NOW)
    for _ in range(5):
        visit = guard.visit(Request(b"GET", b"/", received=NOW))
        block = visit.headers()
        assert (block is not None) is (fail == "closed")
        if block is None:
            assert visit.body(b"", False) is None
            assert visit.response(Response(200)) is None
            assert visit.response_wanted() == 0
        else:
            assert block.status == 503
        visit.end()
        visit.end()
    (alarm,) = out.records
    assert alarm["kind"] == "alarm"
    assert "a fault in the engine" in alarm["sentence"]
    assert ("refused with 503" if fail == "closed" else "passed unjudged") in alarm["sentence"]


def test_alarms_are_told_once_a_minute_with_their_number(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path))
    for _ in range(10):
        guarded.guard.alarm("it broke")
    guarded.time += 61_000_000
    guarded.guard.tick(guarded.time)
    assert [alarm["count"] for alarm in guarded.records("alarm")] == [1, 9]
    for i in range(1_000):
        guarded.guard.alarm(f"another {i}")
    assert len(guarded.records("alarm")) < 300


def test_nothing_secret_is_kept(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path))
    secrets = ["hunter2secret", "sid-4711-abcdef", "4111111111111111", "Bearer abc.def.ghi"]
    headers = (
        HOST,
        (b"Cookie", b"session=sid-4711-abcdef union select"),
        (b"Authorization", b"Bearer abc.def.ghi"),
        (b"Content-Type", b"application/x-www-form-urlencoded"),
    )
    body = (
        b"password=hunter2secret+union+select&card=4111111111111111+union+select"
        b"&note=token%3Dhunter2secret+union+select"
    )
    guarded.send(b"/reset/4111111111111111?token=hunter2secret", body, headers=headers)
    text = json.dumps([*guarded.records(), *guarded.records("traffic")])
    assert text.count("942100") >= 3
    assert [secret for secret in secrets if secret in text] == []
    assert MASKED in text


def test_rules_are_replaced_for_the_next_request(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path, ENFORCE))
    request = Request(b"GET", ATTACK, b"HTTP/1.1", (HOST,), received=NOW)
    before = guarded.guard.visit(request)
    other = policy(tmp_path / "other", ENFORCE)
    (tmp_path / "other/rules/RULES.conf").write_text('SecAction "id:1,phase:1,pass,nolog"\n')
    guarded.guard.replace(make_ready(other))
    after = guarded.guard.visit(request)
    assert (before.headers() or before.body(b"", False)) is not None
    assert (after.headers() or after.body(b"", False)) is None


def test_lines_as_modsecurity_writes_them(tmp_path: Path) -> None:
    log = tmp_path / "shield.log"
    guarded = Guarded(policy(tmp_path, ENFORCE), log=log)
    guarded.send(ATTACK)
    guarded.send(b"/fine")
    lines = log.read_text().splitlines()
    assert len(lines) == 2
    assert re.match(
        r"2026/03/02 09:10:40 \[error\] \d+#0: \[client 203\.0\.113\.7\] ModSecurity: Warning\. .*"
        r'\[id "942100"\] \[msg "SQL injection"\] \[data "1 union select 2"\] \[severity "2"\].*'
        r'\[tag "attack-sqli"\].*\[hostname "shop\.example"\] \[uri "/"\] \[unique_id "u\d+"\]',
        lines[0],
    )
    assert "ModSecurity: Access denied with code 403 (phase 2)." in lines[1]
    assert '[id "949110"]' in lines[1]
    log.rename(tmp_path / "rotated")
    guarded.time += 2_000_000
    guarded.send(ATTACK)
    assert len(log.read_text().splitlines()) == 2
    guarded.guard.close()


def test_a_log_that_cant_be_written_is_an_alarm(tmp_path: Path) -> None:
    guarded = Guarded(policy(tmp_path, ENFORCE), log=tmp_path / "none" / "x.log")
    assert guarded.send(ATTACK) is not None
    (alarm,) = guarded.records("alarm")
    assert "lines are lost" in alarm["sentence"]
    assert len(guarded.records()) == 1


@given(
    st.binary(max_size=300),
    st.binary(max_size=500),
    st.lists(st.tuples(st.binary(max_size=30), st.binary(max_size=60)), max_size=6),
    st.sampled_from(["203.0.113.7", "", "unix", "2001:db8::1%eth0", "not an address"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_judged_without_a_fault(
    target: bytes, body: bytes, headers: list[tuple[bytes, bytes]], client: str
) -> None:
    HELD.send(target, body, headers=headers, client=client, response=HTML, response_body=body)
    assert HELD.records("alarm") == []
    for record in HELD.records():
        json.dumps(record).encode()
    HELD.out.records.clear()


HELD: Guarded


@pytest.fixture(scope="module", autouse=True)
def _held(tmp_path_factory: pytest.TempPathFactory) -> None:
    global HELD  # one guard for all examples
    HELD = Guarded(policy(tmp_path_factory.mktemp("held"), ENFORCE))
