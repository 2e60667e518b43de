"""Findings as syslog, read back by our own listener's framing and by the syslog format."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from finding_shapes import any_texts, finding, findings
from vedette.findings import ndjson
from vedette.findings.ndjson import read
from vedette.model.errors import ConfigError
from vedette.model.finding import Evidence, Finding
from vedette.sinks.settings import encoder
from vedette.sinks.syslog import MAX_DATAGRAM, SyslogSink
from vedette.sinks.syslog_message import Messages


def _body(message: bytes) -> bytes:
    return message[message.index(b"] {") + 2 :]


@contextmanager
def datagrams() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        yield server


class Streams:
    """Accepts connections one after the other and keeps each one's bytes until its end."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(5)
        self._context = context
        self.port: int = self._server.getsockname()[1]
        self.open: socket.socket | None = None

    def accept(self, during: Callable[[], None]) -> bytes:
        """What the next connection brings while `during` runs in this thread."""
        got: list[bytes] = []

        def serve() -> None:
            connection, _ = self._server.accept()
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            self.open = connection
            with connection:
                while data := connection.recv(65536):
                    got.append(data)

        thread = threading.Thread(target=serve)
        thread.start()
        during()
        thread.join(5)
        return b"".join(got)

    def close(self) -> None:
        self._server.close()


def _frames(data: bytes) -> list[bytes]:
    found = []
    while data:
        length, _, data = data.partition(b" ")
        found.append(data[: int(length)])
        data = data[int(length) :]
    return found


def test_udp() -> None:
    with datagrams() as server:
        port = server.getsockname()[1]
        with closing(SyslogSink("s", "127.0.0.1", port)) as sink:
            sink.deliver([finding(0), finding(1, "critical")])
            sink.deliver([finding(1)])
        first, second = server.recv(65536), server.recv(65536)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.recv(1)
    assert first.startswith(b"<83>1 2026-03-02T09:14:07.123456Z ")
    assert second.startswith(b"<82>1 ")
    assert b'[vedette@32473 id="' + b"0" * 32 + b'" rule="r-1" level="high"] {' in first
    assert read(_body(first)) == finding(0)


def test_tcp_counts_octets_and_keeps_its_connection() -> None:
    with closing(Streams()) as server:

        def deliver() -> None:
            with closing(SyslogSink("s", "127.0.0.1", server.port, "tcp")) as sink:
                sink.deliver([finding(0, value="powershell -enc ü\U0001f600")])
                sink.deliver([finding(1)])

        frames = _frames(server.accept(deliver))
    assert [read(_body(frame)) for frame in frames] == [
        finding(0, value="powershell -enc ü\U0001f600"),
        finding(1),
    ]
    assert all(frame.isascii() for frame in frames)


def test_a_connection_that_the_receiver_closed_is_made_anew() -> None:
    with closing(Streams()) as server:
        sink = SyslogSink("s", "127.0.0.1", server.port, "tcp")

        def first() -> None:
            sink.deliver([finding(0)])
            while server.open is None:
                pass
            server.open.shutdown(socket.SHUT_RDWR)

        server.accept(first)

        def second() -> None:
            sink.deliver([finding(1)])
            sink.close()

        frames = _frames(server.accept(second))
    assert [read(_body(frame)) for frame in frames] == [finding(1)]


def test_nobody_listening_is_an_error() -> None:
    with closing(SyslogSink("s", "127.0.0.1", 1, "tcp")) as sink, pytest.raises(OSError):
        sink.deliver([finding(0)])


def test_tls_is_verified(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with closing(Streams(context)) as server:

        def deliver() -> None:
            sink = SyslogSink("s", "127.0.0.1", server.port, "tls", ca=tmp_path / "ca.pem")
            with closing(sink):
                sink.deliver([finding(0)])
                sink.deliver([finding(1)])

        frames = _frames(server.accept(deliver))
        assert [read(_body(frame)) for frame in frames] == [finding(0), finding(1)]
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def serve() -> None:
            connection, _ = plain.accept()
            with connection, pytest.raises(ssl.SSLError):
                context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=serve)
        thread.start()
        wrong = SyslogSink(
            "s", "127.0.0.1", plain.getsockname()[1], "tls", ca=tmp_path / "other.pem"
        )
        with closing(wrong), pytest.raises(ssl.SSLCertVerificationError):
            wrong.deliver([finding(0)])
        thread.join()


def test_a_file_without_certificates_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(ConfigError, match=r"ca\.pem"):
        SyslogSink("s", "127.0.0.1", 1, "tls", ca=tmp_path / "ca.pem")


def test_a_long_finding_is_cut_around_its_match() -> None:
    value = "a" * 60_000 + "-enc" + "b" * 60_000
    long = msgspec.structs.replace(
        finding(0), evidence=(Evidence("CommandLine", value, 60_000, 60_004, "sel"),) * 30
    )
    message = Messages(ndjson.line, 8192).message(long)
    assert message is not None and len(message) <= 8192
    assert b' cut="1"]' in message
    kept = read(_body(message))
    assert kept.id == long.id and kept.entities == long.entities
    one = kept.evidence[0]
    assert one.value[one.start : one.end] == "-enc"


@settings(max_examples=25, deadline=None)
@given(findings(any_texts.map(lambda text: text * 200)), st.sampled_from(["json", "ocsf"]))
def test_every_finding_fits_a_datagram(finding: Finding, form: str) -> None:
    encode = encoder("ocsf" if form == "ocsf" else "json")
    message = Messages(encode, MAX_DATAGRAM, "ws").message(
        msgspec.structs.replace(finding, id="0" * 32)
    )
    assert message is not None and len(message) <= MAX_DATAGRAM
    assert message.isascii() and b"\n" not in message and b"\x1b" not in message
    msgspec.json.decode(message[message.index(b"] {") + 2 :])
