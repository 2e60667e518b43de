"""What comes over the network and is no browser's: raw bytes, slow ones, too many, too large."""

from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from threading import Event
from typing import Final
from urllib.parse import urlsplit

import pytest

from console.firm import NOW, PASSWORD
from console.serving import Served, served
from vedette.console.table import API, SMALL_BODY
from vedette.console.turns import AT_ONCE, PATIENCE, Turns

SLOW: Final = 60
"""Connections that send next to nothing."""
SOON: Final = 10.0
"""Seconds: machines that run this are busy."""


@pytest.fixture(scope="module")
def halden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("halden")) as made:
        yield made


@pytest.fixture(autouse=True)
def no_fault_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Strangers write no tracebacks into the log."""
    yield
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


def connect(halden: Served) -> socket.socket:
    parts = urlsplit(halden.base)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 0), timeout=SOON)


def answers(halden: Served, sent: bytes, seconds: float = 1.0) -> list[int]:
    """The statuses of all that is answered to these bytes, within a moment after the last."""
    with closing(connect(halden)) as wire:
        wire.sendall(sent)
        wire.settimeout(seconds)
        got = b""
        try:
            while part := wire.recv(65_536):
                got += part
        except TimeoutError:
            pass
        except ConnectionResetError:
            pass
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", got)]


def head(halden: Served, line: str, *more: str) -> bytes:
    host = urlsplit(halden.base).netloc
    return "\r\n".join([line, f"Host: {host}", *more, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../access/policy.py", "/static/%2e%2e/%2e%2e/table.py", "/static/..%2f..%2fx",
        "/static/....//....//etc/passwd", "/static//etc/passwd", "/static/%00", "/static/%5c..%5c",
        "/static/abc/../vedette.css", "//etc/passwd", "/../../../../etc/passwd", "/%2e%2e/etc",
        "/static/" + "a" * 8000, "/api/v1/incidents/..%2f..%2faccess.db", "/join/..%2f..%2fx",
    ],
)  # fmt: skip
def test_no_path_leads_out(halden: Served, path: str) -> None:
    assert set(answers(halden, head(halden, f"GET {path} HTTP/1.1", "Connection: close"))) <= {
        303, 400, 401, 404, 414, 431
    }  # fmt: skip


SMUGGLED: Final = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        (f"Content-Length: {len(SMUGGLED) + 5}", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 4"),
        ("Content-Length: 0", f"Content-Length: {len(SMUGGLED) + 5}"),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: +5",),
        ("Content-Length: 5 5",),
        ("X: y\nTransfer-Encoding: chunked",),
    ],
)  # fmt: skip
def test_two_readings_of_a_length_are_none(halden: Served, headers: tuple[str, ...]) -> None:
    """Where a proxy before us and we could take the end of a request to be elsewhere, what follows
    is no request: there is one answer, or a refusal ends it."""
    told = answers(halden, head(halden, "POST /sign-in HTTP/1.1", *headers) + b"0\r\n\r\n"
                   + SMUGGLED.encode())  # fmt: skip
    assert len(told) <= 1 or 400 in told[:2], told
    assert 200 not in told


def test_headers_have_an_end(halden: Served) -> None:
    sent = head(halden, "GET / HTTP/1.1", *(f"X-{n}: {'a' * 1000}" for n in range(200)))
    assert set(answers(halden, sent)) <= {400, 431, 303}
    assert answers(halden, head(halden, "GET /livez HTTP/1.1", "Connection: close")) == [200]


@pytest.mark.parametrize("path", ["/sign-in", f"{API}/now/seen", "/try/line"])
def test_too_much_is_refused_while_it_comes(halden: Served, path: str) -> None:
    """By what it says of its length, and by its length where it says nothing."""
    big = 64 << 20
    cookie = f"Cookie: {halden.cookie}={halden.firm.person('admin').token}"
    origin = f"Origin: {halden.base}"
    kind = "Content-Type: application/x-www-form-urlencoded"
    csrf = f"X-CSRF-Token: {halden.firm.person('admin').who.csrf}"
    more = (cookie, origin, kind, csrf, "Connection: close")
    said = head(halden, f"POST {path} HTTP/1.1", f"Content-Length: {big}", *more)
    assert answers(halden, said + b"a" * 1000) == [413]
    with closing(connect(halden)) as wire:
        wire.sendall(head(halden, f"POST {path} HTTP/1.1", "Transfer-Encoding: chunked", *more))
        sent, chunk = 0, b"10000\r\n" + b"a" * 65_536 + b"\r\n"
        got = b""
        try:
            while sent < big:
                wire.sendall(chunk)
                sent += 65_536
        except OSError:
            pass  # it has hung up, as it should
        with suppress(OSError):
            got = wire.recv(65_536)
    assert got.startswith(b"HTTP/1.1 413") or (not got and sent < big)


def test_slow_ones_keep_nobody_waiting(halden: Served) -> None:
    """Connections that send a header or a body byte by byte, and streams that nobody reads."""
    admin = halden.firm.person("admin")
    cookie = f"Cookie: {halden.cookie}={admin.token}"
    with ExitStack() as held, halden.client("admin") as client:
        for number in range(SLOW):
            wire = held.enter_context(closing(connect(halden)))
            kind = number % 3
            if kind == 0:
                wire.sendall(b"GET / HTTP/1.1\r\nHost: ")
            elif kind == 1:
                form = "Content-Type: application/x-www-form-urlencoded"
                begun = head(halden, "POST /sign-in HTTP/1.1", "Content-Length: 50000", form)
                wire.sendall(begun + b"a")
            else:
                wire.sendall(head(halden, "GET /live HTTP/1.1", cookie))
        began = time.monotonic()
        for path in ("/livez", "/settings/about", "/"):
            assert client.get(path).status_code == 200
        assert time.monotonic() - began < SOON


def test_many_searches_leave_room_for_pages(halden: Served) -> None:
    """They take turns at the stored events; whoever waits for one holds no page up."""
    cookie = f"Cookie: {halden.cookie}={halden.firm.person('admin').token}"
    turns = halden.application.place.kept.of(Turns, Turns)
    with ExitStack() as held, halden.client("admin") as client:
        for _ in range(AT_ONCE):
            held.enter_context(turns.turn(Event()))
        for _ in range(SLOW):
            wire = held.enter_context(closing(connect(halden)))
            wire.sendall(head(halden, f"GET {API}/search/events?q=x HTTP/1.1", cookie))
        time.sleep(0.5)
        began = time.monotonic()
        assert client.get("/settings/about").status_code == 200
        assert time.monotonic() - began < PATIENCE / 2


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000, b'{"a":' * 20_000, b'{"a": 1' + b"0" * 5000 + b"}", b'{"a": "\\ud800"}',
        b"\xff\xfe{}", b'{"a": NaN}', b'{"\x00": 1}', b"null", b"[]", b'"x"',
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_bodies_that_are_no_objects_of_ours(halden: Served, body: bytes) -> None:
    token = halden.firm.access.tokens.make(
        halden.firm.person("admin").who, "wire", ["read", "write:incidents"], NOW + 10**12
    )
    headers = {"authorization": f"Bearer {token.text}"}
    with halden.client(None) as client:
        for path in ("/now/seen", "/try/line", "/incidents"):
            told = client.post(API + path, content=body, headers=headers)
            assert told.status_code in (400, 413, 422), (path, told.text)
    halden.firm.access.tokens.revoke(halden.firm.person("admin").who, token.token.id)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'),
        ("multipart/form-data; boundary=x", b"".join(
            b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % n
            for n in range(900)) + b"--x--"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5000))),
        ("application/x-www-form-urlencoded; charset=utf-7", b"name=+ADw-&password=%FF%FE"),
        ("application/json", b'{"name": "admin"}'),
        ("text/plain", b"name=admin&password=x"),
        ("", b"name=admin"),
    ],
)  # fmt: skip
def test_forms_that_are_none(halden: Served, kind: str, body: bytes) -> None:
    headers = {"content-type": kind} if kind else {}
    with halden.client(None) as client:
        told = client.post("/sign-in", content=body, headers=headers)
        assert told.status_code in (400, 401, 422), told.text
        assert len(body) < SMALL_BODY


def test_a_session_that_somebody_else_chose_is_not_taken_over(halden: Served) -> None:
    """Fixation: what a browser brings along is never what it leaves with."""
    halden.firm.person("viewer")
    planted = halden.firm.person("analyst").token
    with halden.client(None) as client:
        for value in ("A" * 43, planted):
            told = client.post(
                "/sign-in",
                data={"name": "viewer", "password": PASSWORD},
                headers={"cookie": f"{halden.cookie}={value}", "origin": halden.base},
            )
            assert told.status_code == 303
            given = told.cookies[halden.cookie]
            assert given != value
            who = halden.firm.access.who(given)
            assert who is not None
            assert who.person.name == "viewer"


@pytest.mark.parametrize(
    "where", ["//evil.example", "/\\evil.example", "https://evil.example", "/%0d%0aX: y", "/a\r\nb"]
)
def test_no_form_leads_elsewhere(halden: Served, where: str) -> None:
    with halden.client("admin") as client:
        told = halden.post(
            client, "/settings/me/preferences", "admin", {"time": "utc", "back": where}
        )
        assert told.status_code == 303
        place = told.headers["location"]
        assert re.fullmatch(r"/([a-z%][!-~]*)?", place), place


def test_other_sites_read_nothing(halden: Served) -> None:
    """No answer lets another origin read it, whatever that asks for."""
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST",
               "access-control-request-headers": "x-csrf-token"}  # fmt: skip
    with halden.client("admin") as client:
        for method in ("OPTIONS", "GET"):
            for path in (f"{API}/now", "/", "/live", "/api/openapi.json", "/sign-in"):
                if (method, path) == ("GET", "/live"):
                    continue
                told = client.request(method, path, headers=headers)
                assert not [name for name in told.headers if name.startswith("access-control")]
                assert told.headers["cross-origin-resource-policy"] == "same-origin"
