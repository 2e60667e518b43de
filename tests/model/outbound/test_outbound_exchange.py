"""One request and its answer: to the address that was judged, within size and time."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from vedette.model.errors import DestinationError
from vedette.model.outbound.exchange import get, post

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def answering(
    answer: Callable[[socket.socket], None], context: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """A server of one request on loopback; its port, and what it was sent."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            try:
                raw, _ = listener.accept()
                with raw:
                    line = raw if context is None else context.wrap_socket(raw, server_side=True)
                    with line:
                        heard.append(line.recv(65536))
                        answer(line)
            except OSError:
                return  # they went away, which is what some of these tests are about

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1], heard
        finally:
            thread.join(20)


def ask(port: int, seconds: float = 5, most: int = 1000) -> bytes:
    url = urlsplit(f"http://firm.example:{port}/path?q=1")
    return get(url, {}, seconds, most, None, True, lambda host, port: ["127.0.0.1"]).body


def test_the_name_is_asked_once_and_the_judged_address_is_the_one_connected_to() -> None:
    lookups: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"] if len(lookups) == 1 else ["169.254.169.254"]

    with answering(lambda line: line.sendall(FINE)) as (port, heard):
        url = urlsplit(f"http://firm.example:{port}/path?q=1")
        reply = post(url, b"body", {"X-One": "1"}, 5, 1000, None, True, rebinding)
    assert (reply.status, reply.body) == (200, b"ok")
    assert lookups == ["firm.example"]
    head = heard[0].partition(b"\r\n\r\n")[0].decode()
    assert head.startswith("POST /path?q=1 HTTP/1.1\r\n")
    assert f"Host: firm.example:{port}" in head and "X-One: 1" in head


def test_redirects_are_answers() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with answering(lambda line: line.sendall(moved)) as (port, _):
        url = urlsplit(f"http://firm.example:{port}/")
        assert get(url, {}, 5, 10, None, True, lambda host, port: ["127.0.0.1"]).status == 302


def test_nothing_is_connected_to_that_may_not_be() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        url = urlsplit(f"http://firm.example:{listener.getsockname()[1]}/")
        with pytest.raises(DestinationError):
            get(url, {}, 5, 10, None, False, lambda host, port: ["127.0.0.1"])
        with pytest.raises(TimeoutError):
            listener.accept()


def test_answers_are_cut_at_their_size() -> None:
    def endless(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 65536)

    with answering(endless) as (port, _):
        assert len(ask(port, most=1000)) == 1001


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_answers_that_drip_end_in_time(begin: bytes) -> None:
    over = threading.Event()

    def drips(line: socket.socket) -> None:
        line.sendall(begin)
        while not over.wait(0.02):
            line.sendall(b"x")

    with answering(drips) as (port, _):
        with pytest.raises(TimeoutError):
            ask(port, seconds=0.3)
        over.set()


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok", b"nonsense\r\n\r\n", b""]
)
def test_an_answer_that_is_cut_or_none_is_an_error(said: bytes) -> None:
    with (
        answering(lambda line: line.sendall(said)) as (port, _),
        pytest.raises((http.client.HTTPException, OSError)),
    ):
        ask(port)


def test_certificates_are_for_the_name_and_not_the_address(tmp_path: Path) -> None:
    import trustme

    authority = trustme.CA()
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    for name, right in (("firm.example", True), ("evil.example", False)):
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(serving)
        with answering(lambda line: line.sendall(FINE), serving) as (port, _):
            url = urlsplit(f"https://firm.example:{port}/")
            if right:
                reply = get(url, {}, 5, 10, trusting, True, lambda host, port: ["127.0.0.1"])
                assert reply.body == b"ok"
                continue
            with pytest.raises(ssl.SSLCertVerificationError):
                get(url, {}, 5, 10, trusting, True, lambda host, port: ["127.0.0.1"])
