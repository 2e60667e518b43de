"""A real nginx asks by `auth_request`, configured as the guide says."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from servers.nginx import nginx
from servers.postfix import free_port, server_folder
from shield.decision.deciding import Deciding, deciding, snippet
from vedette.shield.decision.service import DecisionSettings


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[Deciding, int]]:
    with deciding(DecisionSettings(asker="nginx", port=0)) as made, server_folder("nginx") as root:
        port = free_port()
        text = snippet("shield-nginx.md", "nginx")
        text = text.replace("127.0.0.1:8090", f"127.0.0.1:{made.port}")
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{made.origin.port}")
        text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
        with nginx(root, text, port):
            yield made, port
    assert made.alarms == []


def _ask(port: int, method: str, target: str, **more: str) -> tuple[int, bytes, str | None]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = b"a=EVIL" if method == "POST" else None
    named = {name.replace("_", "-"): value for name, value in more.items()}
    client.request(method, target, body, named)
    answer = client.getresponse()
    got = answer.status, answer.read(), answer.headers["X-Incident"]
    client.close()
    return got


def test_what_passes(asked: tuple[Deciding, int]) -> None:
    made, port = asked
    assert _ask(port, "GET", "/a%20b?c=d", X_Mine="e", Cookie="f=g")[:2] == (200, b"ok\n")
    visit = made.guard.visits[-1]
    request = visit.request
    assert (request.method, request.target, request.protocol) == (
        b"GET",
        b"/a%20b?c=d",
        b"HTTP/1.1",
    )
    assert (request.client, request.client_port > 0) == ("127.0.0.1", True)
    assert sorted(request.headers) == [
        (b"Accept-Encoding", b"identity"),
        (b"Cookie", b"f=g"),
        (b"Host", b"127.0.0.1:%d" % port),
        (b"X-Mine", b"e"),
    ]
    assert visit.calls == ["headers", "body", "end"]
    assert made.origin.got[-1].line == b"GET /a%20b?c=d HTTP/1.0"


@pytest.mark.parametrize(
    ("target", "more"),
    [("/?a=EVIL", {}), ("/", {"User_Agent": "EVIL"})],
    ids=["target", "header"],
)
def test_what_is_blocked(asked: tuple[Deciding, int], target: str, more: dict[str, str]) -> None:
    made, port = asked
    before = len(made.origin.got)
    assert _ask(port, "GET", target, **more) == (403, b"Blocked. Incident i-1\n", "i-1")
    assert len(made.origin.got) == before


def test_bodies_are_not_seen_as_the_guide_says(asked: tuple[Deciding, int]) -> None:
    made, port = asked
    assert _ask(port, "POST", "/")[:2] == (200, b"ok\n")
    visit = made.guard.visits[-1]
    assert (visit.request.method, visit.seen, visit.cut) == (b"POST", b"", False)
    assert (b"Content-Length", b"6") in visit.request.headers
    assert made.origin.got[-1].body == b"a=EVIL"


def test_a_client_cannot_speak_for_nginx(asked: tuple[Deciding, int]) -> None:
    made, port = asked
    forged = {
        "X_Original_URI": "/nice", "X_Original_Method": "GET", "X_Original_Client": "6.6.6.6",
        "X_Original_Connection": "x", "X_Original_Other": "y",
    }  # fmt: skip
    assert _ask(port, "GET", "/EVIL", **forged)[0] == 403
    request = made.guard.visits[-1].request
    assert (request.target, request.client) == (b"/EVIL", "127.0.0.1")
    assert b"Connection" not in dict(request.headers)


def test_a_question_without_the_snippet_is_a_visible_mistake() -> None:
    with deciding(DecisionSettings(asker="nginx", port=0)) as made:
        assert _ask(made.port, "GET", "/")[0] == 400
        assert "snippet" in made.alarms[0]
