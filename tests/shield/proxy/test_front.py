"""Who is at the other end: the PROXY protocol, trusted peers, TLS, connection counts."""

from __future__ import annotations

import http.client
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from shield.proxy.standing import read_until, soon, standing
from vedette.model.errors import ConfigError
from vedette.shield.proxy import Connections, Timeouts, Tls, Upstream
from vedette.shield.proxy.forward.routes import Routes
from vedette.shield.proxy.front.door import Door, client_key
from vedette.shield.proxy.front.proxy_protocol import BadPreamble, Preamble, read_preamble

_GET = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def _two(source: str, target: str, ports: tuple[int, int], command: int = 1) -> bytes:
    packed = ip_address(source).packed + ip_address(target).packed + struct.pack("!HH", *ports)
    family = 0x11 if len(packed) == 12 else 0x21
    tail = packed + b"\x04\0\x01x"  # and a TLV
    return b"\r\n\r\n\0\r\nQUIT\n" + struct.pack("!BBH", 0x20 | command, family, len(tail)) + tail


_ONE = b"PROXY TCP4 203.0.113.9 192.0.2.1 5555 443\r\n"
PREAMBLES = {
    "one": (_ONE, Preamble(len(_ONE), "203.0.113.9", 5555, "192.0.2.1", 443)),
    "one-six": (
        b"PROXY TCP6 2001:db8::9 2001:db8::1 1 2\r\n",
        Preamble(40, "2001:db8::9", 1, "2001:db8::1", 2),
    ),
    "one-unknown": (b"PROXY UNKNOWN x y\r\n", Preamble(19)),
    "two": (
        _two("203.0.113.9", "192.0.2.1", (5555, 443)),
        Preamble(32, "203.0.113.9", 5555, "192.0.2.1", 443),
    ),
    "two-six": (
        _two("2001:db8::9", "2001:db8::1", (1, 2)),
        Preamble(56, "2001:db8::9", 1, "2001:db8::1", 2),
    ),
    "two-local": (_two("203.0.113.9", "192.0.2.1", (5, 4), command=0), Preamble(32)),
}


@pytest.mark.parametrize("name", PREAMBLES)
def test_preambles(name: str) -> None:
    raw, said = PREAMBLES[name]
    assert read_preamble(raw + b"GET / ") == said
    for end in range(len(raw)):
        assert read_preamble(raw[:end]) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 5555 70000\r\n",
        b"PROXY TCP4 2001:db8::9 192.0.2.1 5555 443\r\n",
        b"PROXY TCP4 203.0.113.999 192.0.2.1 5555 443\r\n",
        b"PROXY  TCP4 203.0.113.9 192.0.2.1 5555 443\r\n",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 05 443\r\n",
        b"PROXY " + b"x" * 110,
        b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c" + b"x" * 12,
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x08" + b"x" * 8,
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
    ],
)
def test_what_is_no_preamble(raw: bytes) -> None:
    with pytest.raises(BadPreamble):
        read_preamble(raw)


@given(st.binary(max_size=80), st.sampled_from([b"", b"PROXY TCP4 ", b"\r\n\r\n\0\r\nQUIT\n\x21"]))
def test_preambles_of_any_bytes(raw: bytes, start: bytes) -> None:
    with suppress(BadPreamble):
        read_preamble(start + raw)


@pytest.mark.parametrize("name", PREAMBLES)
def test_the_proxy_protocol_from_a_trusted_peer(name: str) -> None:
    raw, said = PREAMBLES[name]
    with standing(trusted=("127.0.0.0/8",), client_from="proxy-protocol") as stand:
        with stand.connect() as made:
            for at in (raw[:5], raw[5:] + _GET):
                made.sendall(at)
            read_until(made, b"ok\n")
        request = stand.guard.visits[0].request
        assert request.client == (said.client or "127.0.0.1")
        assert request.server_port == (said.server_port or stand.port)
        assert stand.origin.got[0].values(b"x-forwarded-for") == [request.client.encode()]
        assert stand.say(_GET) == b""  # a trusted peer has to say whom it speaks for
        proxy = stand.proxy
        assert proxy is not None
        soon(lambda: proxy.inside == 0)


def test_the_proxy_protocol_from_anyone_else_is_a_bad_request() -> None:
    with standing(trusted=("192.0.2.0/24",), client_from="proxy-protocol") as stand:
        assert stand.say(_ONE + _GET).startswith(b"HTTP/1.1 400 ")
        assert stand.say(_GET).endswith(b"ok\n")


_CLAIMS = (
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n"
    b"Forwarded: for=7.7.7.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop\r\n"
    b"X-Real-IP: 8.8.8.8\r\n\r\n"
)


@pytest.mark.parametrize(
    ("source", "client"),
    [("peer", "127.0.0.1"), ("x-forwarded-for", "203.0.113.9"), ("forwarded", "7.7.7.7")],
)
def test_claims_of_a_trusted_peer(source: str, client: str) -> None:
    with standing(trusted=("127.0.0.1/32",), client_from=source) as stand:
        stand.say(_CLAIMS)
        assert stand.guard.visits[0].request.client == client
        got = stand.origin.got[0]
        assert got.values(b"x-forwarded-for") == [b"6.6.6.6, 203.0.113.9, 127.0.0.1"]
        assert got.values(b"x-forwarded-proto") == [b"https"]
        assert got.values(b"x-forwarded-host") == [b"shop"]
        assert got.values(b"x-real-ip") == [b"8.8.8.8"]


def test_claims_of_anyone_else_are_dropped() -> None:
    with standing(trusted=("192.0.2.0/24",), client_from="x-forwarded-for") as stand:
        stand.say(_CLAIMS)
        assert stand.guard.visits[0].request.client == "127.0.0.1"
        got = stand.origin.got[0]
        assert got.values(b"x-forwarded-for") == [b"127.0.0.1"]
        assert got.values(b"x-forwarded-proto") == [b"http"]
        assert got.values(b"forwarded") == got.values(b"x-real-ip") == []


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[trustme.CA, Path]]:
    folder = tmp_path_factory.mktemp("papers")
    authority = trustme.CA()
    ours = authority.issue_cert("localhost")
    ours.private_key_pem.write_to_path(folder / "key.pem")
    for at, part in enumerate(ours.cert_chain_pems):
        part.write_to_path(folder / "chain.pem", append=at > 0)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    yield authority, folder


def _client(folder: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=folder / "ca.pem")


def test_tls_in_front_and_behind(papers: tuple[trustme.CA, Path]) -> None:
    authority, folder = papers
    behind = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(behind)
    with standing(
        origin_tls=behind,
        upstream=lambda port: (
            Upstream(url=f"https://localhost:{port}", ca=folder / "ca.pem", keep_host=False),
        ),
        tls=Tls(certificate=folder / "chain.pem", key=folder / "key.pem"),
    ) as stand:
        client = http.client.HTTPSConnection("localhost", stand.port, context=_client(folder))
        for _ in range(2):
            client.request("POST", "/", b"x" * 100_000)
            assert client.getresponse().read() == b"ok\n"
        client.close()
        got = stand.origin.got[0]
        assert got.values(b"host") == [b"localhost:%d" % stand.origin.port]
        assert got.values(b"x-forwarded-proto") == [b"https"]
        assert got.values(b"x-forwarded-host") == [b"localhost:%d" % stand.port]
        assert stand.origin.connections == 1
        old = _client(folder)
        old.minimum_version = ssl.TLSVersion.TLSv1_2
        with stand.connect() as raw, old.wrap_socket(raw, server_hostname="localhost") as made:
            assert made.version() in ("TLSv1.2", "TLSv1.3")
            made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n")
            assert read_until(made, b"\r\n\r\n").startswith(b"HTTP/1.1 400 ")
        with stand.connect() as raw:  # plain HTTP to a port of TLS
            raw.sendall(_GET)
            assert b"HTTP" not in raw.recv(1000)


def test_certificates_of_clients(papers: tuple[trustme.CA, Path]) -> None:
    authority, folder = papers
    tls = Tls(certificate=folder / "chain.pem", key=folder / "key.pem", client_ca=folder / "ca.pem")
    with standing(tls=tls) as stand:
        shown = _client(folder)
        authority.issue_cert("client.example").configure_cert(shown)
        for context, good in ((shown, True), (_client(folder), False)):
            client = http.client.HTTPSConnection("localhost", stand.port, context=context)
            try:
                client.request("GET", "/")
                assert client.getresponse().read() == b"ok\n" and good
            except (ssl.SSLError, OSError):
                assert not good
            finally:
                client.close()


def test_a_website_with_another_certificate_is_not_spoken_to() -> None:
    stranger = trustme.CA()
    behind = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    stranger.issue_cert("localhost").configure_cert(behind)
    with standing(
        origin_tls=behind, upstream=lambda port: (Upstream(url=f"https://localhost:{port}"),)
    ) as stand:
        assert stand.say(_GET).startswith(b"HTTP/1.1 502 ")


def test_a_tls_handshake_that_never_ends_is_cut(papers: tuple[trustme.CA, Path]) -> None:
    folder = papers[1]
    with (
        standing(
            tls=Tls(certificate=folder / "chain.pem", key=folder / "key.pem"),
            timeouts=Timeouts(head=0.2, drain=1),
        ) as stand,
        stand.connect() as made,
    ):
        assert made.recv(10) == b""


def test_a_flood_of_connections_stays_bounded() -> None:
    with standing(connections=Connections(total=50, per_client=40)) as stand:
        made: list[socket.socket] = []
        try:
            made.extend(stand.connect() for _ in range(300))
            proxy = stand.proxy
            assert proxy is not None
            soon(lambda: proxy.inside == 40)
            answers = [one.recv(1000) for one in made[60:]]
            assert all(answer.startswith(b"HTTP/1.1 503 ") or not answer for answer in answers)
        finally:
            for one in made:
                one.close()
        soon(lambda: proxy.inside == 0)


def test_clients_are_counted_by_network() -> None:
    assert client_key("203.0.113.9") == client_key("::ffff:203.0.113.9") == "203.0.113.9"
    assert client_key("2001:db8:1:2:3::4") == client_key("2001:db8:1:2::9%eth0")
    assert client_key("2001:db8:1:3::9") != client_key("2001:db8:1:2::9")
    door = Door(10, 2)
    assert [door.enter_client("a") for _ in range(3)] == [True, True, False]
    door.leave_client("a")
    assert door.enter_client("a")


def test_the_first_website_that_fits() -> None:
    routes = Routes(
        (
            Upstream(url="http://a:1", hosts=("shop.example",), prefix="/api"),
            Upstream(url="http://a:2", hosts=("*.shop.example",)),
            Upstream(url="http://a:3", hosts=("shop.example",), prefix="/"),
            Upstream(url="http://[::1]:4", hosts=("other.example",), prefix="/x/"),
        )
    )

    def port(host: bytes, path: bytes) -> int | None:
        found = routes.find(host, path)
        return found.port if found is not None else None

    assert port(b"shop.example", b"/api") == 1
    assert port(b"shop.example", b"/api/v1") == 1
    assert port(b"shop.example", b"/api?x") == 1
    assert port(b"shop.example", b"/apis") == 3
    assert port(b"www.shop.example", b"/api") == 2
    assert port(b"notshop.example", b"/") is None
    assert port(b"other.example", b"/x") == 4
    assert port(b"other.example", b"/y") is None
    assert port(b"shop.example", b"*") == 1


def test_faults_are_told_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Routes(
            (
                Upstream(url="ftp://a"),
                Upstream(url="http://a", prefix="x"),
                Upstream(url="http://a", hosts=("a/b",)),
            )
        )
    assert len(str(caught.value).splitlines()) >= 3
