"""Whose request it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.errors import ConfigError
from vedette.shield.client import MOST_HOPS, NOBODY, Trusted, client_of, trusted_peers

INSIDE = trusted_peers(["10.0.0.0/8", "2001:db8:1::/48", "192.0.2.7"])


def xff(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"X-Forwarded-For", value.encode("latin-1")) for value in values]


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"forwarded", value.encode("latin-1")) for value in values]


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("203.0.113.9", xff("198.51.100.1"), "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", xff("198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", xff("1.2.3.4, 198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", xff("1.2.3.4, 198.51.100.1, 10.9.9.9,192.0.2.7"), "198.51.100.1"),
        ("10.0.0.1", xff("1.2.3.4", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", xff("10.0.0.3, 10.0.0.2"), "10.0.0.3"),
        ("10.0.0.1", xff("198.51.100.1:5123"), "198.51.100.1"),
        ("10.0.0.1", xff("[2001:db8::5]:5123"), "2001:db8::5"),
        ("10.0.0.1", xff("2001:DB8:0::5"), "2001:db8::5"),
        ("10.0.0.1", xff("::ffff:198.51.100.1"), "198.51.100.1"),
        ("::ffff:10.0.0.1", xff("198.51.100.1"), "198.51.100.1"),
        ("2001:db8:1::9", xff("198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", xff("1.2.3.4, unknown, 10.0.0.4"), "10.0.0.4"),
        ("10.0.0.1", xff("' OR 1=1"), "10.0.0.1"),
        ("10.0.0.1", xff(""), "10.0.0.1"),
        ("10.0.0.1", forwarded("for=198.51.100.1;proto=https"), "198.51.100.1"),
        ("10.0.0.1", forwarded('for="[2001:db8::5]:47"'), "2001:db8::5"),
        ("10.0.0.1", forwarded('by=10.0.0.1; For="198.51.100.1:8", for=10.0.0.2'), "198.51.100.1"),
        ("10.0.0.1", forwarded("for=1.2.3.4, for=_hidden"), "10.0.0.1"),
        ("10.0.0.1", forwarded('for=1.2.3.4;by="a,b;for=5.6.7.8"'), "1.2.3.4"),
        ("10.0.0.1", forwarded("proto=https"), "10.0.0.1"),
        ("10.0.0.1", xff("198.51.100.1") + forwarded("for=1.2.3.4"), "198.51.100.1"),
        ("", xff("198.51.100.1"), ""),
    ],
)
def test_rightmost_untrusted(peer: str, headers: list[tuple[bytes, bytes]], expected: str) -> None:
    assert client_of(peer, headers, INSIDE) == expected
    assert client_of(peer, headers, NOBODY) == peer


def test_only_the_named_header_is_believed() -> None:
    headers = xff("1.2.3.4") + forwarded("for=198.51.100.1")
    assert client_of("10.0.0.1", headers, trusted_peers(["10.0.0.0/8"], ("forwarded",))) == (
        "198.51.100.1"
    )


def test_unix_sockets() -> None:
    assert client_of("", xff("198.51.100.1"), trusted_peers(["unix"])) == "198.51.100.1"
    assert client_of("198.51.100.9", xff("1.2.3.4"), trusted_peers(["unix"])) == "198.51.100.9"


def test_hops_are_bounded() -> None:
    chain = ", ".join(["198.51.100.1", *["10.0.0.2"] * 10_000])
    assert client_of("10.0.0.1", xff(chain), INSIDE) == "10.0.0.2"
    near = ", ".join(["198.51.100.1", *["10.0.0.2"] * (MOST_HOPS - 1)])
    assert client_of("10.0.0.1", xff(near), INSIDE) == "198.51.100.1"


def test_all_faults_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        trusted_peers(["10.0.0.1/8", "::1", "here"])
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["'10.0.0.1/8'", "'here'"]


@given(st.lists(st.binary(max_size=80), max_size=5), st.booleans(), st.text(max_size=20))
def test_any_bytes(values: list[bytes], old: bool, peer: str) -> None:
    name = b"X-Forwarded-For" if old else b"Forwarded"
    everyone = Trusted((*trusted_peers(["0.0.0.0/0", "::/0"]).networks,), True)
    for each in (peer, "10.0.0.1", ""):
        assert isinstance(client_of(each, [(name, value) for value in values], everyone), str)
