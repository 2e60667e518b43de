"""A real HAProxy asks over SPOE, configured as the guide says."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from servers.haproxy import haproxy
from servers.postfix import free_port, server_folder
from shield.decision.deciding import Deciding, deciding, snippet
from shield.proxy.marking import MarkingGuard
from vedette.shield.decision.spoe.agent import SpoeSettings


@contextmanager
def _asked(settings: SpoeSettings, closed: bool = False) -> Iterator[tuple[Deciding, int]]:
    guard = MarkingGuard(body_wanted=100_000)
    with deciding(settings, guard) as made, server_folder("haproxy") as root:
        port = free_port()
        (root / "shield.cfg").write_text(snippet("shield-haproxy.md", "spoe"))
        text = snippet("shield-haproxy.md", "haproxy")
        if closed:
            extra = snippet("shield-haproxy.md", "haproxy-closed")
            text = text.replace("    default_backend", extra + "    default_backend")
        text = text.replace("/etc/haproxy/shield.cfg", str(root / "shield.cfg"))
        text = text.replace("127.0.0.1:8091", f"127.0.0.1:{made.port}")
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{made.origin.port}")
        text = text.replace("bind :80", f"bind 127.0.0.1:{port}")
        with haproxy(root, text, port):
            yield made, port


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[Deciding, int]]:
    with _asked(SpoeSettings(port=0)) as both:
        yield both
        assert both[0].alarms == []


def _ask(
    port: int, method: str, target: str, body: bytes | None = None, **more: str
) -> tuple[int, bytes, str | None]:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in more.items()}
    client.request(method, target, body, named)
    answer = client.getresponse()
    got = answer.status, answer.read(), answer.headers["X-Incident"]
    client.close()
    return got


def test_what_passes(asked: tuple[Deciding, int]) -> None:
    made, port = asked
    assert _ask(port, "GET", "/a%20b?c=d", X_Mine="e")[:2] == (200, b"ok\n")
    visit = made.guard.visits[-1]
    request = visit.request
    assert (request.method, request.target, request.protocol) == (
        b"GET",
        b"/a%20b?c=d",
        b"HTTP/1.1",
    )
    assert (request.client, request.server, request.server_port) == ("127.0.0.1", "127.0.0.1", port)
    assert request.client_port > 0
    assert (b"x-mine", b"e") in request.headers
    assert visit.calls == ["headers", "body", "end"]


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [("GET", "/?a=EVIL", None), ("POST", "/", b"a=EVIL"), ("PUT", "/", b"x" * 9000 + b"EVIL")],
    ids=["target", "body", "longer-body"],
)
def test_what_is_blocked(
    asked: tuple[Deciding, int], method: str, target: str, body: bytes | None
) -> None:
    made, port = asked
    before = len(made.origin.got)
    assert _ask(port, method, target, body) == (403, b"Blocked. Incident i-1\n", "i-1")
    assert len(made.origin.got) == before


@pytest.mark.parametrize("size", [100, 14_000, 15_300, 16_000, 40_000])
def test_bodies_as_far_as_the_buffer_holds(asked: tuple[Deciding, int], size: int) -> None:
    made, port = asked
    body = b"x" * size
    assert _ask(port, "POST", "/", body)[:2] == (200, b"ok\n")
    assert made.origin.got[-1].body == body
    visit = made.guard.visits[-1]
    assert body.startswith(visit.seen) and visit.cut == (len(visit.seen) < size)
    assert len(visit.seen) >= min(size, 14_000)


def test_many_requests_over_few_connections(asked: tuple[Deciding, int]) -> None:
    made, port = asked
    before = len(made.guard.visits)
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for number in range(100):
        client.request("GET", f"/{number}{'EVIL' if number % 10 == 0 else ''}")
        answer = client.getresponse()
        answer.read()
        assert answer.status == (403 if number % 10 == 0 else 200)
    client.close()
    assert len(made.guard.visits) == before + 100


def test_without_an_agent_requests_pass() -> None:
    with _asked(SpoeSettings(port=0)) as (made, port):
        assert _ask(port, "GET", "/EVIL")[0] == 403
        made.guard.breaks_at = "headers"
        assert _ask(port, "GET", "/EVIL")[0] == 200  # fail_open, with an alarm
        assert len(made.alarms) == 1


def test_without_an_agent_requests_are_refused_if_so_chosen() -> None:
    with _asked(SpoeSettings(port=0, fragments=2000), closed=True) as (made, port):
        assert _ask(port, "GET", "/a")[0] == 200
        # what the agent refuses to take makes SPOE fail
        until = time.monotonic() + 5
        assert _ask(port, "POST", "/", b"x" * 9000)[0] == 503
        assert time.monotonic() < until
        assert "too big" in made.alarms[0]
