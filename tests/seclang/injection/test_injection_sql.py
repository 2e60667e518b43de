"""Injections into SQL: as libinjection judges them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modsecurity_library import library
from seclang.injection.injection_pieces import SQL_VALUES
from vedette.seclang.injection.plain import HARMLESS, is_plain
from vedette.seclang.injection.sql import fingerprint, judged, sqli
from vedette.seclang.injection.words import sql

MODES = [(mysql, quote) for mysql in (False, True) for quote in (b"", b"'", b'"')]

ATTACKS = [
    (b"1' or '1'='1", "s&sos"),
    (b"1 union select 1", "1UE1"),
    (b"1' or 1=1--", "s&1c"),
    (b'" or ""="', "s&sos"),
    (b"1;drop table users", "1;Tk"),
    (b"-1' and 1=1 union/* foo */select load_file('/etc/passwd')--", "s&1UE"),
    (b"admin'--", "sc"),
    (b"1 and sleep(5)", "1&f(1"),
    (b"/*!00000select*/1", "X"),
]
BENIGN = [
    *(b"", b"hello", b"12345", b"John O'Neill", b"1 or 2", b"Union Station", b"rock & roll"),
    *(
        b"550e8400-e29b-41d4-a716-446655440000",
        b"john.doe@example.com",
    ),
    *(b"select the best from our range", b"C# and C++", b"it's", b"a -- b"),
]


@pytest.mark.parametrize("value", [value for value, _ in ATTACKS], ids=repr)
def test_attacks(value: bytes) -> None:
    assert sqli(value) is not None
    assert sqli(value) == library().sqli(value)


@pytest.mark.parametrize("value", BENIGN, ids=repr)
def test_benign(value: bytes) -> None:
    assert sqli(value) is None
    assert library().sqli(value) is None


@settings(max_examples=1_000, deadline=None)
@given(SQL_VALUES)
@example(b"\\")
@example(b"1;if(1)")
def test_as_libinjection(value: bytes) -> None:
    assert judged(value) == library().sqli(value)


@settings(max_examples=1_000, deadline=None)
@given(SQL_VALUES)
@example(b"{``")
@example(b"a b``")
def test_fingerprints_as_libinjection(value: bytes) -> None:
    """Of all values, not of the injections alone, in each manner of reading."""
    for mysql, quote in MODES:
        expected = library().fingerprint(value, mysql=mysql, quote=quote)
        assert fingerprint(value, mysql=mysql, quote=quote) == expected


PLAIN = st.lists(
    st.sampled_from(
        *(
            [
                b"New",
                b"york",
                b"12",
                b"4.50",
                b"e29b",
                b"2026-11-21T09:53:00Z",
                b"v2",
                b"DEC",
                b"a_b",
            ],
        )
    )
    | st.sampled_from(
        [b" ", b"-", b".", b"/", b":", b",", b";", b"?", b"=", b"{", b"}", b"%", b"!"]
    )
    | st.sampled_from(
        [b"\xc3\xa9", b"1f", b"union", b"1funion", b"0xunion", b"1.e", b"abs", b"true"]
    ),
    max_size=12,
).map(b"".join)


@settings(max_examples=1_000, deadline=None)
@given(PLAIN | SQL_VALUES)
def test_plain_values_are_no_injections(value: bytes) -> None:
    if is_plain(value):
        assert judged(value) is None
        assert library().sqli(value) is None


def test_no_fingerprint_is_made_of_harmless_kinds_alone() -> None:
    assert not [listed for listed in sql().fingerprints if set(listed) <= HARMLESS]


@pytest.mark.parametrize(
    "value",
    [
        b"newsletter",
        b"12.50",
        b"550e8400-e29b-41d4-a716-446655440000",
        b"New York",
        b"/api/v1/list",
    ],
    ids=repr,
)
def test_ordinary_values_are_plain(value: bytes) -> None:
    assert is_plain(value)


@pytest.mark.parametrize(
    "piece",
    [
        b"'",
        b"''",
        b"\\'",
        b"\\",
        b"1+",
        b"1,",
        b"(",
        b"/*",
        b"$a$",
        b"$a",
        b"`",
        b"a.",
        b"a`",
        b"--",
    ],
    ids=repr,
)
def test_long_hostile_values_end(piece: bytes) -> None:
    value = piece * (300_000 // len(piece))
    assert judged(value) == library().sqli(value)
