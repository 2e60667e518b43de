"""Questions as Envoy's documentation says that its ext_authz filter sends them over HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from shield.decision.deciding import Deciding, deciding
from vedette.shield.decision.service import DecisionSettings


@pytest.fixture(scope="module")
def asked() -> Iterator[Deciding]:
    with deciding(DecisionSettings(asker="envoy", port=0)) as made:
        yield made
        assert made.alarms == []


def _ask(
    made: Deciding, method: str, target: str, headers: dict[str, str], body: bytes = b""
) -> http.client.HTTPResponse:
    client = http.client.HTTPConnection("127.0.0.1", made.port, timeout=20)
    client.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in {
        "host": "shop.example",
        "content-length": str(len(body)),
        **headers,
    }.items():
        client.putheader(name, value)
    client.endheaders(body)
    answer = client.getresponse()
    answer.read()
    client.close()
    return answer


def test_what_passes(asked: Deciding) -> None:
    headers = {"cookie": "a=b", "x-forwarded-for": "6.6.6.6, 203.0.113.9"}
    assert _ask(asked, "GET", "/check/a?b=c", headers).status == 200
    request = asked.guard.visits[-1].request
    assert (request.method, request.target, request.client) == (b"GET", b"/a?b=c", "203.0.113.9")
    assert request.headers == (
        (b"host", b"shop.example"),
        (b"cookie", b"a=b"),
        (b"x-forwarded-for", b"6.6.6.6, 203.0.113.9"),
    )
    assert _ask(asked, "GET", "/check", {}).status == 200
    assert asked.guard.visits[-1].request.target == b"/"


@pytest.mark.parametrize("partial", ["true", "false"])
def test_bodies_whole_and_in_part(asked: Deciding, partial: str) -> None:
    headers = {"x-envoy-auth-partial-body": partial}
    assert _ask(asked, "POST", "/check/", headers, b"a=fine").status == 200
    visit = asked.guard.visits[-1]
    assert (visit.seen, visit.cut) == (b"a=fine", partial == "true")
    assert visit.request.headers[1] == (b"content-length", b"6")
    answer = _ask(asked, "POST", "/check/", headers, b"a=EVIL")
    assert (answer.status, answer.headers["X-Vedette-Incident"]) == (403, "i-1")


def test_a_path_without_the_prefix_is_denied() -> None:
    with deciding(DecisionSettings(asker="envoy", port=0)) as made:
        assert _ask(made, "GET", "/other", {}).status == 400
        assert made.alarms and made.guard.visits == []
