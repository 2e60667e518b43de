"""What outlives a transaction, what ends one early, and every variable there is."""

from __future__ import annotations

import pytest

from seclang.run.rule_tables import FORM, HOST, Row, heard, program_of
from vedette.seclang.parse.names import COLLECTIONS, SCALARS
from vedette.seclang.request import Request, Response
from vedette.seclang.run.budget import Budget
from vedette.seclang.run.outcome import Outcome
from vedette.seclang.run.persistent import MOST_VARIABLES, Persistent, Record
from vedette.seclang.run.transaction import Engine

SECOND = 1_000_000
COUNT = """\
SecAction "id:1,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR}"
SecRule ARGS:a "@streq 1" "id:2,phase:2,pass,nolog,setvar:ip.n=+1,expirevar:ip.n=60"
SecRule IP:n "@ge 3" "id:3,phase:2,deny,status:429,log"
"""


def request(target: bytes = b"/?a=1", client: str = "203.0.113.7", second: int = 0) -> Request:
    return Request(b"GET", target, headers=(HOST,), client=client, received=second * SECOND)


def engines(rules: str, budget: Budget | None = None) -> list[Engine]:
    program = program_of(rules)
    return [Engine(program, plan=plan, budget=budget) for plan in (True, False)]


@pytest.mark.parametrize("engine", engines(COUNT), ids=["plan", "plain"])
def test_collections_outlive_a_transaction_and_expire(engine: Engine) -> None:
    def status(second: int, client: str = "203.0.113.7") -> int:
        return heard(engine.inspect(request(client=client, second=second))).status

    assert [status(1), status(2), status(3)] == [0, 0, 429]
    assert status(4, "203.0.113.8") == 0
    assert status(62) == 429  # each time anew, 60 seconds from it
    assert [status(122), status(123), status(124)] == [0, 0, 429]
    assert status(124 + 3_600) == 0  # nobody opened it for so long (SecCollectionTimeout)


def test_each_collection_by_its_action() -> None:
    rules = (
        'SecAction "id:1,phase:1,pass,nolog,setsid:%{ARGS.s},setuid:%{ARGS.u},setrsc:%{ARGS.r},'
        'initcol:global=g"\n'
        'SecAction "id:2,phase:1,pass,nolog,setvar:session.n=+1,setvar:user.n=+1,'
        'setvar:resource.n=+1,setvar:global.n=+1"\n'
        'SecRule SESSION:n "@eq 2" "id:3,phase:2,pass,log"\n'
        'SecRule USER:n "@eq 2" "id:4,phase:2,pass,log"\n'
        'SecRule RESOURCE:n "@eq 2" "id:5,phase:2,pass,log"\n'
        'SecRule GLOBAL:n "@eq 2" "id:6,phase:2,pass,log"\n'
        'SecRule SESSIONID "@streq x" "id:7,phase:2,pass,log"\n'
        'SecRule USERID "@streq y" "id:8,phase:2,pass,log"\n'
    )
    for engine in engines(rules):
        assert heard(engine.inspect(request(b"/?s=x&u=y&r=z"))).ids == (7, 8)
        assert heard(engine.inspect(request(b"/?s=x&u=o&r=o"))).ids == (3, 6, 7)
        assert heard(engine.inspect(request(b"/?s=o&u=y&r=z"))).ids == (4, 5, 8)


def test_a_collection_that_nobody_opened_takes_nothing() -> None:
    rules = (
        'SecAction "id:1,phase:1,pass,nolog,setvar:ip.n=1"\n'
        'SecRule &IP:n "@eq 0" "id:2,phase:2,pass,log"\n'
    )
    assert [heard(engine.inspect(request())).ids for engine in engines(rules)] == [(2,), (2,)]


def test_a_variable_that_is_dropped_leaves_no_deadline() -> None:
    rules = (
        'SecAction "id:1,phase:1,pass,nolog,initcol:ip=x"\n'
        'SecRule ARGS:a "@streq 1" "id:2,phase:1,pass,nolog,setvar:ip.n=1,expirevar:ip.n=5"\n'
        'SecRule ARGS:a "@streq 2" "id:3,phase:1,pass,nolog,setvar:!ip.n,setvar:ip.n=2"\n'
        'SecRule IP:n "@eq 2" "id:4,phase:2,pass,log"\n'
    )
    for engine in engines(rules):
        engine.inspect(request(b"/?a=1"))
        assert heard(engine.inspect(request(b"/?a=2", second=1))).ids == (4,)
        assert heard(engine.inspect(request(b"/", second=60))).ids == (4,)


def test_records_are_bounded() -> None:
    kept = Persistent(10, most=2)
    first = kept.open("IP", b"a", 0)
    kept.open("IP", b"b", 0)
    assert kept.open("IP", b"a", SECOND) is first
    kept.open("IP", b"c", SECOND)  # b was used longest ago
    assert kept.open("IP", b"a", SECOND) is first
    assert kept.open("SESSION", b"a", SECOND) is not first
    assert kept.open("IP", b"a", 12 * SECOND) is not first
    record = Record(0)
    for number in range(MOST_VARIABLES + 5):
        record.put(b"%d" % number, b"")
    assert len(record.values) == MOST_VARIABLES


LOUD = 'SecRule ARGS "@rx ." "id:1,phase:1,pass,log"\nSecAction "id:2,phase:2,deny,log"\n'
BUDGETS = {
    "arguments": (Budget(arguments=2), request(b"/?a&b&c"), request(b"/?a&b")),
    "bytes": (Budget(bytes=9), request(b"/?a=234567890"), request(b"/?a=2345678")),
    "values": (Budget(values=4), request(b"/?a=7&b=8&c=9&d=10&e=11&f=12"), request(b"/?a")),
}


@pytest.mark.parametrize("name", BUDGETS)
@pytest.mark.parametrize("planned", [True, False])
def test_a_budget_that_is_used_up_is_told(name: str, planned: bool) -> None:
    budget, over, within = BUDGETS[name]
    if name == "values" and not planned:
        pytest.skip("values are counted where a plan looks at them")
    engine = Engine(program_of(LOUD), plan=planned, budget=budget)
    outcome = engine.inspect(over)
    assert (outcome.cut, outcome.intervention) == (name, None)
    outcome = engine.inspect(within)
    assert outcome.cut == ""
    assert outcome.intervention is not None


def test_processor_time_is_bounded() -> None:
    rules = "".join(
        f'SecRule ARGS "@rx a.*b.*{number}$" "id:{number},phase:2,pass,nolog,multiMatch,'
        't:urlDecodeUni,t:lowercase,t:sha1,t:hexEncode"\n'
        for number in range(1, 200)
    )
    hard = request(b"/?a=" + b"ab" * 20_000)
    for engine in engines(rules, Budget(cpu_us=1_000)):
        assert engine.inspect(hard).cut == "cpu_us"


def test_a_cut_transaction_stays_cut() -> None:
    (engine, _) = engines(LOUD, Budget(arguments=1))
    transaction = engine.transaction(request(b"/?a&b"))
    assert transaction.request_headers() is None
    assert transaction.request_body(b"") is None
    assert transaction.response_headers(Response(200)) is None
    assert transaction.finish() == Outcome((), None, None, {}, "arguments")


def test_a_body_over_the_limit_is_refused_or_read_in_part() -> None:
    row = Row(
        'SecRule ARGS:c "@rx ." "id:2,phase:2,pass,log"\n'
        'SecRule INBOUND_DATA_ERROR "@eq 1" "id:3,phase:2,pass,log"',
        (),
        body=b"c=12345678",
    )
    limit = "SecRequestBodyLimit 5\nSecRequestBodyLimitAction "
    refused, part = (
        Engine(program_of(f"{limit}{action}\n{row.rules}"))
        for action in ("Reject", "ProcessPartial")
    )  # fmt: skip
    assert heard(refused.inspect(row.request, row.body)).status == 413
    assert heard(part.inspect(row.request, row.body)).ids == (2, 3)


def test_a_multipart_body_that_is_cut_needs_no_end() -> None:
    rules = (
        "SecRequestBodyLimit {limit}\nSecRequestBodyLimitAction ProcessPartial\n"
        'SecRule REQBODY_ERROR "@eq 1" "id:2,phase:2,pass,log"\n'
        'SecRule ARGS:c "@streq 1" "id:3,phase:2,pass,log"'
    )
    body = (
        b'--x\r\nContent-Disposition: form-data; name="c"\r\n\r\n1\r\n--x\r\n'
        b'Content-Disposition: form-data; name="d"\r\n\r\n' + b"2" * 500
    )
    head = Request(
        b"POST", b"/", headers=(HOST, (b"Content-Type", b"multipart/form-data; boundary=x"))
    )
    cut, whole = (program_of(rules.format(limit=limit)) for limit in (300, 1_000))
    assert heard(Engine(cut).inspect(head, body)).ids == (3,)
    assert 2 in heard(Engine(whole).inspect(head, body)).ids


def test_what_is_no_file_has_a_limit_of_its_own() -> None:
    program = program_of(
        "SecRequestBodyNoFilesLimit 20\n"
        'SecRule REQBODY_ERROR "@eq 1" "id:2,phase:2,pass,log"\n'
        'SecRule ARGS:c "@rx ." "id:3,phase:2,pass,log"'
    )
    head = Request(b"POST", b"/", headers=(HOST, FORM))
    assert heard(Engine(program).inspect(head, b"c=1")).ids == (3,)
    assert heard(Engine(program).inspect(head, b"c=" + b"1" * 30)).ids == (2,)


def test_a_forced_body_is_seen_whoever_read_it() -> None:
    rules = (
        'SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML{more}"\n'
        'SecRule REQUEST_BODY "@contains <a>" "id:2,phase:2,pass,log"'
    )
    head = Request(b"POST", b"/", headers=(HOST, (b"Content-Type", b"text/xml")))
    for more, ids in (("", ()), (",ctl:forceRequestBodyVariable=On", (2,))):
        for engine in engines(rules.format(more=more)):
            assert heard(engine.inspect(head, b"<a>1</a>")).ids == ids


def test_bodies_of_responses_are_wanted_by_their_type() -> None:
    rules = "SecResponseBodyLimit 100\n"
    transaction = Engine(program_of(rules)).transaction(request())
    assert transaction.response_body_wanted(b"text/HTML; charset=utf-8") == 100
    assert transaction.response_body_wanted(b"image/png") == 0


def test_every_variable_is_read_alike() -> None:
    """By the plan, plainly, and as a macro; with nothing in the request and with everything."""
    rules = "".join(
        f'SecRule {name} "@rx ." "id:{100 * place + phase},phase:{phase},pass,log,'
        f"logdata:'%{{{name}}}'\"\n"
        for place, name in enumerate(sorted(SCALARS | COLLECTIONS), 1)
        for phase in (1, 2, 5)
        if name != "RULE"
    )
    program = program_of(rules)
    full = Request(
        b"POST", b"/a/b.php?c=d", client="203.0.113.7", received=1_700_000_000_000_000,
        headers=(HOST, (b"Cookie", b"e=f"), (b"Authorization", b"Basic YTpi"),
                 (b"Content-Type", b"multipart/form-data; boundary=x")),
    )  # fmt: skip
    body = b'--x\r\nContent-Disposition: form-data; name="g"; filename="h"\r\n\r\ni\r\n--x--\r\n'
    answer = Response(200, ((b"Content-Type", b"text/html"),))
    planned, plain = Engine(program), Engine(program, plan=False)
    for asked in ((full, body, answer, b"page"), (Request(b"GET", b"/"), b"", None, b"")):
        said = planned.inspect(*asked)
        assert said == plain.inspect(*asked)
    assert len({match.id // 100 for match in planned.inspect(full, body, answer).matches}) > 50
