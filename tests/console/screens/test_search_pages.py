"""Searching the stored events: the line, the pages, one event, and searches that are kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from urllib.parse import quote

import anyio
import pytest

from console.firm import NOW, Firm, firm
from console.ruled import HOSTILE, HOUR, SECOND, at_work, hit, stored, stored_lines
from vedette.console import turns
from vedette.console.screens.search.events import EventQuery, Events, read_events
from vedette.console.seat import Seat
from vedette.console.turns import turns_of

MANY = 130


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    folder = tmp_path_factory.mktemp("firm")
    with firm(folder) as made:
        at_work(made, folder)
        stored(
            made,
            [
                {
                    "at": NOW - HOUR - (n // 4) * SECOND,
                    "host": f"ws-{n % 5}",
                    "n": n,
                    "who": "Ada Lovelace" if n % 13 == 0 else "nobody",
                    "deep": {"er": [f"item {n}", "x"]},
                }
                for n in range(MANY)
            ],
        )
        stored(made, [{"at": NOW - 90 * HOUR, "host": "old", "n": -1, "who": HOSTILE}])
        yield made


def search(halden: Firm, q: str, more: str = "since=any") -> list[int]:
    """`n` of what is found, all pages."""
    found: list[int] = []
    cursor = ""
    while True:
        path = f"/api/v1/search/events?q={quote(q)}&{more}&limit=50&cursor={cursor}"
        answer = halden.browser("viewer").get(path)
        assert answer.status_code == 200, answer.text
        for row in answer.json()["events"]:
            text = "".join(piece["text"] for piece in row["text"])
            found.append(int(text.partition('"n": ')[2].partition(",")[0]))
        cursor = answer.json()["next"]
        if not cursor:
            return found


@pytest.mark.parametrize(
    ("q", "more", "expected"),
    [
        ("", "", set(range(MANY))),
        ('"ada lovelace"', "", {n for n in range(MANY) if n % 13 == 0}),
        ('who="Ada Lovelace" host=ws-0', "", {n for n in range(MANY) if n % 65 == 0}),
        ("n>=120", "", set(range(120, MANY))),
        ("host=old", "since=any", {-1}),
        ("host=old", "", set()),
        ('deep.er="item 7"', "", {7}),
        ("ws-*", "since=any", set()),
        ("host=ws-* n<3", "since=any", {0, 1, 2}),
        ("format=json source=win n=5", "since=any", {5}),
        ("source=nowhere", "since=any", set()),
    ],
)
def test_line_and_pages(halden: Firm, q: str, more: str, expected: set[int]) -> None:
    found = search(halden, q, more or "until=now")
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_what_matched_is_marked(halden: Firm) -> None:
    rows = halden.browser("viewer").get("/api/v1/search/events?q=LOVELACE&limit=1").json()
    assert [one["text"] for one in rows["events"][0]["text"] if one["hit"]] == ["Lovelace"]
    page = halden.browser("viewer").get("/search?q=LOVELACE").text
    assert "<mark>Lovelace</mark>" in page


def test_faults_stand_beside_the_line(halden: Firm) -> None:
    viewer = halden.browser("viewer")
    for query in ("q=n%3Eabc", "q=a~(", "q=x&since=soon", f"q={quote('a ' * 50)}"):
        page = viewer.get(f"/search?{query}")
        assert page.status_code == 200
        assert 'role="alert"' in page.text
        assert viewer.get(f"/api/v1/search/events?{query}").status_code == 422
    assert viewer.get("/search?no=1").status_code == 400
    assert viewer.get("/api/v1/search/events?cursor=xx").status_code == 400
    assert viewer.get(f"/search?q={'x' * 5000}").status_code == 422


def test_who_else(halden: Firm) -> None:
    told = halden.browser("viewer").get("/api/v1/search/who?q=lovelace").json()
    assert told["hosts"] == 5
    assert sum(group["count"] for group in told["groups"]) == told["events"] == 10
    assert "10 events on 5 hosts" in halden.browser("viewer").get("/search/who?q=lovelace").text


def test_one_event_with_its_findings_and_bytes(halden: Firm) -> None:
    hostile = b'{"time": "2026-09-20T00:00:00Z", "host": "h", "a": "\\u202e<b>x</b>", "list": [1]}'
    key, other = stored_lines(halden, [hostile, b'{"b": "\xff\x00"}'], "file:/odd#1")
    halden.found([hit(77, NOW, ("host", "h"), key=key, title="Seen in it")])
    viewer = halden.browser("viewer")
    page = viewer.get(f"/search/events/{key}")
    assert page.status_code == 200
    assert "&lt;b&gt;x&lt;/b&gt;" in page.text
    assert "Seen in it" in page.text
    assert "\u202e" not in page.text
    told = viewer.get(f"/api/v1/search/events/{key}").json()
    assert {field["path"]: field["value"] for field in told["fields"]}["list"] == "1"
    assert told["size"] == len(hostile)
    raw = viewer.get(f"/search/events/{key}/raw?at={told['time']}")
    assert raw.content == hostile
    assert raw.headers["content-type"] == "application/octet-stream"
    assert raw.headers["content-disposition"].startswith("attachment")
    odd = (
        viewer.get(f"/search/events/{other}").json
        if False
        else viewer.get(f"/api/v1/search/events/{other}")
    )
    assert odd.json()["dump"][0].startswith("00000000  7b 22 62 22")
    assert "\\xff" in odd.json()["text"]
    assert viewer.get("/search/events/" + "0" * 32).status_code == 404
    assert viewer.get("/search/events/..%2F..%2Fetc").status_code in (404, 422)


def test_pivots_find_the_event_again(halden: Firm) -> None:
    key = halden.browser("viewer").get("/api/v1/search/events?q=n%3D7").json()["events"][0]["key"]
    told = halden.browser("viewer").get(f"/api/v1/search/events/{key}").json()
    for field in told["fields"]:
        again = f"/api/v1/search/events?q={quote(field['ask'])}&since={told['day'][0]}&limit=200"
        rows = halden.browser("viewer").get(again).json()["events"]
        assert key in {row["key"] for row in rows}, field


def test_hostile_events_stay_text(halden: Firm) -> None:
    page = halden.browser("viewer").get(f"/search?since=any&q={quote('script alert host=old')}")
    assert page.status_code == 200
    assert "<mark>script</mark>" in page.text
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text


def test_saved_searches(halden: Firm) -> None:
    analyst = halden.browser("analyst")
    saved = analyst.post("/search/saved", {"name": HOSTILE[:80], "query": "q=ada&since=-7d"})
    assert saved.status_code == 303
    assert saved.headers["location"] == "/search?q=ada&since=-7d"
    assert analyst.get("/api/v1/search/saved").json()["queries"] == [
        {"name": HOSTILE[:80], "query": "q=ada&since=-7d"}
    ]
    page = analyst.get("/search").text
    assert 'href="/search?q=ada&amp;since=-7d"' in page
    assert "<script>alert" not in page
    assert analyst.post("/search/saved", {"name": "x", "query": "next=//evil"}).status_code == 422
    assert analyst.post("/search/saved/forget", {"name": "x"}).status_code == 404
    assert analyst.post("/search/saved/forget", {"name": HOSTILE[:80]}).status_code == 303
    assert analyst.get("/api/v1/search/saved").json()["queries"] == []
    viewer = halden.browser("viewer")
    assert viewer.post("/search/saved", {"name": "x", "query": "q=a"}).status_code == 403


def test_two_searches_at_once_and_no_more(halden: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    seat = Seat(halden.place, None)
    own = turns_of(seat)
    with own.turn(seat.gone), own.turn(seat.gone):
        busy = halden.browser("viewer").get("/search?q=ada")
        assert busy.status_code == 503
        assert "searches of stored events are running" in busy.text
    assert halden.browser("viewer").get("/search?q=ada").status_code == 200


def test_partial_result_says_so(halden: Firm) -> None:
    found = Events((), "c", "time", NOW - HOUR, (3, 9), 10.0)
    told = halden.application.web.pages.part("search_parts.html", "stopped", found, "/search?c=1")
    assert "Stopped to keep events flowing" in told
    assert 'href="/search?c=1"' in told


def test_search_ends_when_nobody_waits(halden: Firm) -> None:
    gone = threading.Event()
    gone.set()
    seat = Seat(halden.place, halden.person("viewer").who, "", gone)
    found = read_events(seat, EventQuery(q="who~(e|v|n|o|d){1,900}x?", since="any"))
    assert found.end in ("gone", "all")  # all: it was done before the first look
    seat.close()


def test_view_is_told_that_the_browser_left(halden: Firm) -> None:
    """Through the real routes: the browser goes while its search waits for its turn."""
    seat = Seat(halden.place, None)
    own = turns_of(seat)
    cookie = halden.application.web.callers.cookies.session
    token = halden.person("viewer").token
    scope = {
        "type": "http", "method": "GET", "path": "/search", "raw_path": b"/search",
        "query_string": b"q=ada", "scheme": "http", "http_version": "1.1", "root_path": "",
        "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 8360),
        "headers": [(b"host", b"127.0.0.1:8360"), (b"cookie", f"{cookie}={token}".encode())],
    }  # fmt: skip
    answers: list[dict[str, object]] = []

    async def ask() -> None:
        messages = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, object]:
            if messages:
                return messages.pop()
            await anyio.sleep(0.3)
            return {"type": "http.disconnect"}

        async def send(message: object) -> None:
            assert isinstance(message, dict)
            answers.append(message)

        await halden.asgi(scope, receive, send)

    gone = threading.Event()
    began = time.monotonic()
    with own.turn(gone), own.turn(gone):
        anyio.run(ask)
    assert time.monotonic() - began < turns.PATIENCE - 1
    assert answers[0]["status"] == 503
