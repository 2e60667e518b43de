"""Findings by HTTP, to real servers that misbehave in every way."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from finding_shapes import finding
from vedette.findings import ndjson
from vedette.model.errors import RefusedError
from vedette.sinks.webhook import WebhookError, WebhookSink

SECRET_PATH = "/services/T000/s3cr3t"


class Receiver(ThreadingHTTPServer):
    """Answers with `answers` in turn, then with 204; keeps what it was sent."""

    daemon_threads = True

    def __init__(self, answers: list[tuple[int, dict[str, str]]] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers or []
        self.got: list[tuple[str, Message, bytes]] = []

    def url(self, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.server_address[1]}{SECRET_PATH}"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers, body))
        status, headers = self.server.answers.pop(0) if self.server.answers else (204, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", "9")
        self.end_headers()
        if status != 204:
            self.wfile.write(b"because\x1b\n")

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `got` instead."""


@contextmanager
def receiver(*answers: tuple[int, dict[str, str]]) -> Iterator[Receiver]:
    with Receiver(list(answers)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Clock:
    now = 1_772_000_000.0

    def __call__(self) -> float:
        return self.now


def test_findings_arrive_signed() -> None:
    with (
        receiver() as server,
        closing(
            WebhookSink(
                "w",
                server.url(),
                allow_private=True,
                secret="k",
                headers={"X-Team": "soc"},
                clock=Clock(),
            )
        ) as sink,
    ):
        sink.deliver([finding(0), finding(1)])
        sink.deliver([finding(1)])
    [(path, headers, body)] = server.got
    assert path == SECRET_PATH
    assert body == b"".join(ndjson.line(finding(n)) + b"\n" for n in range(2))
    expected = hmac.new(b"k", b"1772000000." + body, hashlib.sha256).hexdigest()
    assert headers["Vedette-Signature"] == f"t=1772000000,v1={expected}"
    ids = "\n".join(sorted(finding(n).id for n in range(2)))
    assert headers["Idempotency-Key"] == hashlib.sha256(ids.encode()).hexdigest()
    assert (headers["X-Team"], headers["Content-Type"]) == ("soc", "application/x-ndjson")


def test_ocsf_goes_as_an_array() -> None:
    with (
        receiver() as server,
        closing(WebhookSink("w", server.url(), allow_private=True, form="ocsf")) as sink,
    ):
        sink.deliver([finding(0), finding(1)])
    [(_, headers, body)] = server.got
    assert [event["class_uid"] for event in json.loads(body)] == [2004, 2004]
    assert headers["Content-Type"] == "application/json"
    assert headers["Vedette-Signature"] is None


def test_large_deliveries_are_split_and_resumed() -> None:
    size = len(ndjson.line(finding(0)))
    with (
        receiver((200, {}), (500, {})) as server,
        closing(WebhookSink("w", server.url(), allow_private=True, max_body=2 * size + 10)) as sink,
    ):
        with pytest.raises(WebhookError):
            sink.deliver([finding(n) for n in range(5)])
        sink.deliver([finding(n) for n in range(5)])
    got = [[ndjson.read(line).id for line in body.splitlines()] for _, _, body in server.got]
    pairs = [[0, 1], [2, 3], [2, 3], [4]]
    assert got == [[finding(n).id for n in pair] for pair in pairs]
    keys = [headers["Idempotency-Key"] for _, headers, _ in server.got]
    assert keys[1] == keys[2] and len(set(keys)) == 3


def test_a_finding_that_is_too_large_is_refused() -> None:
    with (
        closing(WebhookSink("w", "http://127.0.0.1:9/", max_body=300)) as sink,
        pytest.raises(RefusedError, match="over 300"),
    ):
        sink.deliver([finding(0)])


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_client_errors_are_final(status: int) -> None:
    with (
        receiver((status, {})) as server,
        closing(WebhookSink("w", server.url(), allow_private=True)) as sink,
        pytest.raises(RefusedError, match=rf"answered {status} 'because\\x1b\\n'") as caught,
    ):
        sink.deliver([finding(0)])
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_passing_errors_are_tried_again(status: int) -> None:
    with (
        receiver((status, {})) as server,
        closing(WebhookSink("w", server.url(), allow_private=True)) as sink,
    ):
        with pytest.raises(WebhookError, match=f"answered {status}"):
            sink.deliver([finding(0)])
        sink.deliver([finding(0)])
    assert len(server.got) == 2


@pytest.mark.parametrize(
    ("header", "wait"),
    [("30", 30), ("Wed, 25 Feb 2026 06:14:00 GMT", 40), ("999999999999", 3600), ("soon", 0)],
)
def test_retry_after_is_kept_to(header: str, wait: int) -> None:
    clock = Clock()  # 2026-02-25T06:13:20Z
    with (
        receiver((429, {"Retry-After": header})) as server,
        closing(WebhookSink("w", server.url(), allow_private=True, clock=clock)) as sink,
    ):
        with pytest.raises(WebhookError, match="answered 429"):
            sink.deliver([finding(0)])
        if wait:
            clock.now += wait - 1
            with pytest.raises(WebhookError, match="asked to wait"):
                sink.deliver([finding(0)])
            assert len(server.got) == 1
            clock.now += 1
        sink.deliver([finding(0)])
    assert len(server.got) == 2


def test_redirects_are_not_followed() -> None:
    with (
        receiver() as other,
        receiver((307, {"Location": other.url()})) as server,
        closing(WebhookSink("w", server.url(), allow_private=True)) as sink,
        pytest.raises(WebhookError, match="redirects are not followed"),
    ):
        sink.deliver([finding(0)])
    assert (len(server.got), len(other.got)) == (1, 0)


def test_no_answer_is_tried_again_and_names_no_secret() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"http://127.0.0.1:{port}{SECRET_PATH}"
        with (
            closing(WebhookSink("w", url, timeout=0.1, allow_private=True)) as sink,
            pytest.raises(WebhookError, match=r"127\.0\.0\.1") as caught,
        ):
            sink.deliver([finding(0)])
    assert "s3cr3t" not in str(caught.value)
    with (
        closing(WebhookSink("w", url, allow_private=True)) as sink,
        pytest.raises(WebhookError, match="refused") as caught,
    ):
        sink.deliver([finding(0)])
    assert "s3cr3t" not in str(caught.value)


def test_tls_is_verified(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Receiver() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the handshake that fails here is meant to
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with closing(_to(server.url("https"), tmp_path / "ca.pem")) as sink:
                sink.deliver([finding(0)])
            with (
                closing(_to(server.url("https"), None)) as sink,
                pytest.raises(WebhookError, match=r"(?i)certificate|SSL"),
            ):
                sink.deliver([finding(1)])
        finally:
            server.shutdown()
            thread.join()
    assert len(server.got) == 1


def _to(url: str, ca: Path | None) -> WebhookSink:
    return WebhookSink("w", url, ca=ca, allow_private=True)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://[::ffff:127.0.0.1]:9/",
            "http://2130706433:9/", "http://0x7f.1:9/", "http://localhost:9/"],
)  # fmt: skip
def test_it_does_not_lead_inside_unless_that_is_meant(url: str) -> None:
    with (
        closing(WebhookSink("w", url)) as sink,
        pytest.raises(WebhookError, match=r"is private|no single machine's"),
    ):
        sink.deliver([finding(1)])
