"""What would have been blocked, counted and shown."""

from __future__ import annotations

import io
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.problem import Problem
from vedette.seclang.request import Request
from vedette.seclang.run.outcome import Hit, Intervention, Match, Outcome
from vedette.shield.replay.replayed import Replayed
from vedette.shield.replay.report import (
    Bounds,
    Example,
    PathTotal,
    Report,
    Row,
    report,
    report_json,
)
from vedette.shield.replay.shown import print_report
from vedette.shield.replay.template import parameter_template, path_template

AT = 1_795_248_930_000_000
STOP = Intervention("deny", 403, 2, 949110)


def request(target: str, client: str = "1.2.3.4", at: int = AT, place: str = "log:1") -> Replayed:
    made = Request(b"GET", target.encode(), client=client, received=at)
    return Replayed(made, b"", None, place, frozenset())


def match(id: int, *hits: tuple[str, bytes], severity: int | None = 2) -> Match:
    found = tuple(Hit(variable, value) for variable, value in hits)
    return Match(id, 2, f"rule {id}", "", severity, (), found, "f", 1)


SCORE = match(949110, ("TX:BLOCKING_INBOUND_ANOMALY_SCORE", b"5"))


def blocked(*matches: Match, stop: Intervention = STOP) -> Outcome:
    return Outcome((*matches, SCORE), None, stop, {})


PASSED = Outcome((), None, None, {})


def test_counting() -> None:
    sql = match(942100, ("ARGS:q", b"' OR 1=1"))
    chain = match(920400, ("REQUEST_METHOD", b"GET"), ("ARGS:json.a.array_3", b"4111111111111111"))
    found = report(
        [
            (request("/item/12?q=x", "1.1.1.1", AT + 5), blocked(sql)),
            (request("/item/13", "1.1.1.2", AT, "log:2"), blocked(sql, chain)),
            (request("/item/14", "1.1.1.2", AT, "log:3"), PASSED),
            (request("/", "1.1.1.3", 0, "log:4"), blocked(sql)),
            Problem("log:5", "no entry"),
        ]
    )
    assert found == Report(
        requests=4,
        blocked=3,
        blocked_clients=3,
        first=AT,
        last=AT + 5,
        rows=(
            Row("/item/{number}", "ARGS:q", 942100, "rule 942100", 2, 2, False,
                (Example("' OR 1=1", "log:1"),)),
            Row("/", "ARGS:q", 942100, "rule 942100", 1, 1, False,
                (Example("' OR 1=1", "log:4"),)),
            Row("/item/{number}", "ARGS:json.a.array_*", 920400, "rule 920400", 1, 1, False,
                (Example("(masked)", "log:2"),)),
        ),
        paths=(PathTotal("/item/{number}", 3, 2), PathTotal("/", 1, 1)),
        left_over=0,
        problems=1,
        first_problems=("log:5: no entry",),
    )  # fmt: skip


def test_rules_without_a_severity_count_where_they_block_themselves() -> None:
    own = match(1001, ("REQUEST_URI", b"/old"), severity=None)
    noise = match(1002, ("REQUEST_URI", b"/old"), severity=None)
    outcome = Outcome((noise, own), Intervention("deny", 403, 1, 1001), None, {})
    assert [row.rule for row in report([(request("/"), outcome)]).rows] == [1001]
    only_scores = report([(request("/"), blocked())])
    assert [(row.rule, row.parameter) for row in only_scores.rows] == [
        (949110, "TX:BLOCKING_INBOUND_ANOMALY_SCORE")
    ]


def test_the_order_of_requests_changes_no_count() -> None:
    outcomes = [
        (request(f"/{n % 3}/x", f"1.1.1.{n % 5}"), blocked(match(942100 + n % 2, ("ARGS:q", b"x"))))
        for n in range(60)
    ]
    first = report(outcomes)
    random.Random(7).shuffle(outcomes)
    again = report(outcomes)
    assert first == again
    assert report_json(first) == report_json(again)


def test_bounds() -> None:
    bounds = Bounds(rows=5, paths=6, clients=4)
    found = report(
        (
            (
                request(f"/{'abc'[n % 3]}{n % 10}/x", f"1.1.1.{n}"),
                blocked(match(n, ("ARGS:q", b"%d" % n))),
            )
            for n in range(100)
        ),
        bounds,
    )
    assert len(found.rows) == 5
    assert found.left_over == 95
    assert len(found.paths) == 7
    assert sum(each.requests for each in found.paths) == 100
    again = blocked(match(1, ("ARGS:q", b"x")))
    (row,) = report(((request("/", f"1.1.1.{n}"), again) for n in range(9)), bounds).rows
    assert (row.clients, row.clients_at_least) == (4, True)


@pytest.mark.parametrize(
    ("target", "template"),
    [
        ("/", "/"),
        ("/shop/item/4711?q=1", "/shop/item/{number}"),
        ("/a/7", "/a/{number}"),
        ("/api/v1/users", "/api/v1/users"),
        ("/u/0b8f2f66-3d5e-4b7f-9d0a-2f8f1a2b3c4d/x", "/u/{uuid}/x"),
        ("/c/deadbeef01", "/c/{hex}"),
        ("/feedback", "/feedback"),
        ("/2026-11-21/news", "/{date}/news"),
        ("/article-20261121-title.html", "/article-{number}-title.html"),
        ("/jquery-3.6.0.min.js", "/jquery-3.6.0.min.js"),
        ("/me@site.example/x", "/{address}/x"),
        ("/" + "a" * 60, "/{text}"),
        ("/%3Cscript%3E", "/{text}"),
        ("/a%20b", "/{text}"),
        ("/reset/" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE", "/reset/{secret}"),
        ("http://site.example/a/12", "/a/{number}"),
        ("/a/b/c/d/e/f/g/h/i/j", "/a/b/c/d/e/f/g/h/…"),
        ("*", "*"),
        ("", ""),
    ],
)
def test_path_templates(target: str, template: str) -> None:
    assert path_template(target.encode()) == template


@given(st.binary(max_size=300))
def test_any_target(target: bytes) -> None:
    template = path_template(target)
    assert template.isprintable()
    assert len(template) <= 9 * 60


def test_parameter_templates() -> None:
    assert parameter_template("ARGS:items[12][name]") == "ARGS:items[*][name]"
    assert len(parameter_template("ARGS:" + "x " * 500)) <= 80


def lines(found: Report, **options: int) -> list[str]:
    out = io.StringIO()
    print_report(found, out, **options)
    return [line.rstrip() for line in out.getvalue().splitlines() if line.strip()]


def test_shown() -> None:
    sql = match(942100, ("ARGS:q", b"\x1b[31m' OR 1=1 password=x"))
    found = report(
        [(request("/item/12"), blocked(sql)), (request("/"), PASSED), Problem("a:1", "torn")]
    )
    assert lines(found) == [
        "1 request of 2 (50.00%) would have been blocked, of 1 client",
        "2026-11-21T08:15:30.000000Z to 2026-11-21T08:15:30.000000Z",
        "/item/{number}  ██████████████████████████████  1 of 1",
        "requests  clients  rule    path            parameter  for example (masked)",
        "       1        1  942100  /item/{number}  ARGS:q     ␛[31m' OR 1=1 password=(masked)",
        "                                                      rule 942100",
        "1 line could not be read, the first:",
        "  a:1: torn",
    ]
    assert max(map(len, lines(found, width=60))) <= 70
    assert lines(report([(request("/"), PASSED)]))[0].startswith("0 requests of 1 (0.00%)")
    assert lines(report([]))[0] == "0 requests of 0 would have been blocked, of 0 clients"


def test_shown_where_only_ascii_goes() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_report(report([(request("/a%20b"), blocked(match(1, ("ARGS:é", b"\xc3\xa9"))))]), out)
    out.seek(0)
    assert "###" in out.read()


def test_json() -> None:
    told = json.loads(report_json(report([(request("/a"), blocked(match(1, ("ARGS:q", b"x"))))])))
    assert told["first"] == "2026-11-21T08:15:30.000000Z"
    assert told["rows"][0]["examples"] == [{"value": "x", "place": "log:1"}]
    assert json.loads(report_json(report([])))["first"] is None
