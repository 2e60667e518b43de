"""Cookies, client addresses, origins and paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.console.access.web import (
    Cookies,
    Hosts,
    client_address,
    networks_of,
    safe_path,
    same_origin,
)
from vedette.engine.config.console_schema import ConsoleConfig
from vedette.engine.config.types import Address

SAFE = Cookies(secure=True, port=443)
PLAIN = Cookies(secure=False, port=8360)


def test_cookies_over_https_are_the_hosts_own() -> None:
    said = SAFE.set_session("abc")
    assert said == "__Host-vedette=abc; Path=/; HttpOnly; SameSite=Lax; Secure"
    assert SAFE.set_device("a.b").endswith("; Secure; Max-Age=15552000")
    assert SAFE.drop(SAFE.session) == (
        "__Host-vedette=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"
    )


def test_cookies_on_loopback_have_the_port_in_their_name() -> None:
    assert PLAIN.set_session("abc") == "vedette-8360=abc; Path=/; HttpOnly; SameSite=Lax"
    assert PLAIN.session != Cookies(secure=False, port=8361).session


def test_only_our_cookies_are_read_and_the_first_of_each() -> None:
    header = (
        "a=b; __Host-vedette=one; __Host-vedette=two; __Host-vedette-flow=x.y;;=;__Host-vedette"
    )
    assert SAFE.read(header) == {"__Host-vedette": "one", "__Host-vedette-flow": "x.y"}
    assert SAFE.read('__Host-vedette="quoted"') == {}
    assert SAFE.read("vedette-443=one") == {}


@given(st.text(max_size=300))
def test_no_header_breaks_the_reading_of_cookies(header: str) -> None:
    assert set(SAFE.read(header)) <= {SAFE.session, SAFE.device, SAFE.flow}


TRUSTED = networks_of(["127.0.0.1", "10.0.0.0/8", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),  # nobody we trust says so
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["192.0.2.66, 203.0.113.9"], "203.0.113.9"),  # the first is made up
        ("127.0.0.1", ["192.0.2.66", "203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        ("127.0.0.1", ["10.1.1.1, 10.1.2.3"], "10.1.1.1"),
        ("127.0.0.1", ["nonsense"], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("127.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("::ffff:127.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("", ["203.0.113.9"], "unknown"),
    ],
)
def test_forwarded_addresses_count_as_far_as_proxies_are_trusted(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert client_address(peer, forwarded, TRUSTED) == expected


@given(st.lists(st.text(max_size=50), max_size=5), st.ip_addresses(v=4).map(str))
def test_whatever_a_client_writes_its_address_is_what_the_proxy_saw(
    written: list[str], real: str
) -> None:
    found = client_address(
        "127.0.0.1", [", ".join([*written, real])], networks_of(["127.0.0.1/32"])
    )
    assert found == real or real == "127.0.0.1"


LOCAL = Hosts.of(ConsoleConfig())
PUBLIC = Hosts.of(
    ConsoleConfig(
        listen=Address("0.0.0.0", 8360),
        public_url="https://Vedette.Firm.example/",
        trusted_proxies=["10.0.0.1"],
    )
)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8360", "localhost:8360", "LOCALHOST:8360", "[::1]:8360"]
)
def test_hosts_of_loopback(host: str) -> None:
    assert LOCAL.allows(host)


@pytest.mark.parametrize(
    "host", ["", "localhost", "evil.example:8360", "localhost:8361", "127.0.0.1.evil.example:8360"]
)
def test_other_hosts(host: str) -> None:
    assert not LOCAL.allows(host)


def test_hosts_of_a_public_address() -> None:
    assert PUBLIC.allows("vedette.firm.example")
    assert not PUBLIC.allows("vedette.firm.example:8360")
    assert not PUBLIC.allows("127.0.0.1:8360")
    assert PUBLIC.is_own("https://vedette.firm.example")
    assert not PUBLIC.is_own("http://vedette.firm.example")


def test_the_port_that_the_system_chose_counts() -> None:
    hosts = Hosts.of(ConsoleConfig(listen=Address("127.0.0.1", 0)), 40123)
    assert hosts.allows("127.0.0.1:40123") and not hosts.allows("127.0.0.1:0")


OWN, FOREIGN = "http://127.0.0.1:8360", "http://evil.example"


@pytest.mark.parametrize(
    ("headers", "right"),
    [
        ({}, True),
        ({"origin": OWN}, True),
        ({"origin": FOREIGN}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1:8361"}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": OWN}, True),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "same-origin", "origin": FOREIGN}, False),
        ({"sec-fetch-site": "same-site", "origin": OWN}, False),
        ({"sec-fetch-site": "cross-site", "origin": OWN}, False),
        ({"sec-fetch-site": "none"}, False),
    ],
)
def test_what_changes_something_comes_from_here(headers: dict[str, str], right: bool) -> None:
    assert same_origin("POST", headers, LOCAL) is right
    assert same_origin("GET", headers, LOCAL)


@pytest.mark.parametrize(
    "path", ["/", "/incidents", "/incidents/ab?state=open&q=a%20b", "/a#b", "/a//b", "/@a"]
)
def test_paths_that_are_gone_on_to(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None, "", "incidents", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "/a\r\nSet-Cookie: a=b",
        "/ü", " /a", "/a\\b", "/" + "a" * 2000,
    ],
)  # fmt: skip
def test_everything_else_leads_to_the_first_page(path: str | None) -> None:
    assert safe_path(path) == "/"
