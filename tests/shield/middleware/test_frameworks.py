"""Real applications behind the middleware, asked over real servers on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from shield.middleware import fastapi_site, flask_site, starlette_site
from shield.middleware.example_guard import BLOCK, ExampleGuard
from shield.middleware.serving_sites import uvicorn_serves, werkzeug_serves, wsgiref_serves
from vedette.shield.middleware import asgi, wsgi
from vedette.shield.middleware.settings import Settings

WANTED = 64 << 10
SITES = [
    "starlette-uvicorn",
    "fastapi-uvicorn",
    "django-uvicorn",
    "flask-werkzeug",
    "django-wsgiref",
]


class Site:
    def __init__(self, client: httpx.Client, guard: ExampleGuard, app: Any) -> None:
        self.client = client
        self.guard = guard
        self.app = app


def application(framework: str, asynchronous: bool) -> Any:
    if framework == "django":
        from shield.middleware import django_site

        return django_site.asgi() if asynchronous else django_site.wsgi()
    return {"fastapi": fastapi_site, "flask": flask_site, "starlette": starlette_site}[
        framework
    ].site()


@contextlib.contextmanager
def served(name: str, settings: Settings | None = None) -> Iterator[Site]:
    framework, _, server = name.partition("-")
    guard = ExampleGuard(body_wanted=WANTED, response_wanted=WANTED)
    app = application(framework, server == "uvicorn")
    with contextlib.ExitStack() as stack:
        if server == "uvicorn":
            shielded: Any = asgi.ShieldMiddleware(app, guard, settings)
            base = stack.enter_context(uvicorn_serves(shielded))
        else:
            shielded = wsgi.ShieldMiddleware(app, guard, settings)
            serves = wsgiref_serves if server == "wsgiref" else werkzeug_serves
            base = stack.enter_context(serves(shielded))
        client = stack.enter_context(httpx.Client(base_url=base, timeout=10))
        yield Site(client, guard, app)


@pytest.fixture(scope="module", params=SITES)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with served(request.param) as found:
        yield found
        found.client.close()
    assert found.guard.all_ended_once()


def is_blocked(answer: httpx.Response) -> bool:
    blocked = answer.status_code == 403 and answer.headers["x-incident"] == "7"
    assert not blocked or answer.content == BLOCK.body
    return blocked


def test_pages(site: Site) -> None:
    answer = site.client.get("/page", params={"name": "O'Hara é"})
    assert answer.status_code == 200
    assert answer.text == "<p>Hello O'Hara é</p>"
    seen = site.guard.last
    assert seen.request.method == b"GET"
    assert seen.request.target == b"/page?name=O%27Hara+%C3%A9"
    assert seen.request.client == "127.0.0.1"
    headers = {k.lower(): v for k, v in seen.request.headers}
    assert headers[b"host"].startswith(b"127.0.0.1:")
    assert seen.calls[1:2] == [("body", b"", False)]
    assert ("response_body", answer.content, False) in seen.calls


@pytest.mark.parametrize("query", ["<script", "<script>alert(1)</script>"])
def test_a_blocked_page(site: Site, query: str) -> None:
    assert (
        is_blocked(site.client.get("/page?x=" + query)) or b"%3C" in site.guard.last.request.target
    )
    assert is_blocked(site.client.get("/page", headers={"X-Thing": query}))


def test_head(site: Site) -> None:
    answer = site.client.head("/page")
    assert answer.content == b""
    assert answer.status_code in (200, 405)
    assert is_blocked_head(site.client.head("/page", headers={"X-Thing": "<script"}))
    assert site.client.get("/page").status_code == 200  # the connection is in order


def is_blocked_head(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and answer.content == b""


def test_forms(site: Site) -> None:
    answer = site.client.post("/form", data={"a": "1 2", "b": "Ü&="})
    assert answer.json() == {"a": "1 2", "b": "Ü&="}
    assert site.guard.last.calls[1] == ("body", b"a=1+2&b=%C3%9C%26%3D", False)
    raw = {"Content-Type": "application/x-www-form-urlencoded"}
    assert is_blocked(site.client.post("/form", content=b"a=<script>&b=", headers=raw))


def test_an_api(site: Site) -> None:
    assert site.client.post("/api", json={"a": [1, "é"]}).json() == {"got": {"a": [1, "é"]}}
    assert is_blocked(site.client.post("/api", json={"a": "<script>"}))


@pytest.mark.parametrize("size", [10, WANTED, 3 << 20])
def test_uploads(site: Site, size: int) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    answer = site.client.post(
        "/upload", files={"file": ("a.bin", content)}, data={"note": "of mine"}
    )
    assert answer.json() == {"sha256": hashlib.sha256(content).hexdigest(), "note": "of mine"}
    name, data, cut = site.guard.last.calls[1]
    assert (name, cut, len(data) <= WANTED) == ("body", size >= WANTED, True)


def test_chunked_uploads(site: Site, request: pytest.FixtureRequest) -> None:
    if "wsgiref" in request.node.callspec.params["site"]:
        pytest.skip("wsgiref knows no chunked requests")
    pieces = [b'{"a": "', b"x" * 100_000, b'"}']
    headers = {"Content-Type": "application/json"}
    answer = site.client.post("/api", content=iter(pieces), headers=headers)
    assert answer.json() == {"got": {"a": "x" * 100_000}}
    assert site.guard.last.calls[1] == ("body", b"".join(pieces)[:WANTED], True)


def test_events(site: Site) -> None:
    with site.client.stream("GET", "/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert b"".join(answer.iter_bytes()) == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"
    assert "response_body" not in site.guard.last.names


def test_files(site: Site) -> None:
    answer = site.client.get("/file")
    assert answer.content.startswith(b'"""')
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_leaking_page(site: Site) -> None:
    assert is_blocked(site.client.get("/leak"))
    assert "response_body" in site.guard.last.names


def test_errors(site: Site) -> None:
    with contextlib.suppress(httpx.RemoteProtocolError):  # a server may just close
        assert site.client.get("/boom").status_code == 500
    assert site.client.get("/page").status_code == 200


def test_many_clients_at_once(site: Site) -> None:
    answers: list[bool] = []

    def one() -> None:
        with httpx.Client(base_url=site.client.base_url, timeout=20) as client:
            for number in range(5):
                text = f"{threading.get_ident()} {number}"
                fine = client.post("/api", json={"a": text}).json() == {"got": {"a": text}}
                answers.append(fine and is_blocked(client.post("/api", json={"a": "<script>"})))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 30


@pytest.mark.parametrize("name", ["starlette-uvicorn", "fastapi-uvicorn"])
@pytest.mark.parametrize("judged", [False, True])
def test_websockets(name: str, judged: bool) -> None:
    with served(name, Settings(websockets=judged)) as site:
        address = str(site.client.base_url).replace("http", "ws", 1) + "/socket"
        with connect(address) as socket:
            socket.send("<script>")
            assert socket.recv() == "echo <script>"
        if judged:
            with pytest.raises(InvalidStatus) as caught:
                connect(address, additional_headers={"X-Thing": "<script"})
            assert caught.value.response.status_code == 403
            assert site.guard.visits[0].names == ["headers", "body", "end"]
            assert site.guard.all_ended_once()
        else:
            with connect(address, additional_headers={"X-Thing": "<script"}) as socket:
                socket.send("x")
                assert socket.recv() == "echo x"
            assert not site.guard.visits


def test_background_tasks_run() -> None:
    with served("starlette-uvicorn") as site:
        assert site.client.get("/page").status_code == 200
        assert site.client.get("/page").status_code == 200
        assert site.client.get("/events").status_code == 200
        assert site.app.state.notes == 2


@pytest.mark.parametrize("asynchronous", [True, False])
def test_events_arrive_as_they_come(asynchronous: bool) -> None:
    """The second event is only sent once the client has the first."""
    seen = threading.Event()
    events = {"type": "http.response.start", "status": 200,
              "headers": [(b"content-type", b"text/event-stream")]}  # fmt: skip

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(events)
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        assert await asyncio.to_thread(seen.wait, 10)
        await send({"type": "http.response.body", "body": b"data: 2\n\n"})

    def old_app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        yield b"data: 1\n\n"
        assert seen.wait(10)
        yield b"data: 2\n\n"

    guard = ExampleGuard()
    serving = (
        uvicorn_serves(asgi.ShieldMiddleware(app, guard))
        if asynchronous
        else werkzeug_serves(wsgi.ShieldMiddleware(old_app, guard))
    )
    with serving as base, httpx.stream("GET", base, timeout=10) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == b"data: 1\n\n"
        seen.set()
        assert b"".join(pieces) == b"data: 2\n\n"
