"""The Cookie header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seclang.body.request_oracle import oracle, pairs
from vedette.seclang.uri import parse_cookies

PIECES = ["a", "b", ";", " ", "=", "\t", "%41", "é", '"', "; c=d", "\n", "\x0b", ","]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_as_modsecurity_reads_cookies(header: str) -> None:
    answer = oracle("REQUEST_COOKIES", "REQUEST_COOKIES_NAMES").ask(
        "/", "GET", [("Cookie", header)]
    )
    assert sorted(parse_cookies(header.encode())) == pairs(answer, "REQUEST_COOKIES")


def test_ordinary_cookies() -> None:
    assert parse_cookies(b"sid=abc; theme=dark;;empty=; flag; =lost; q=a=b ") == [
        (b"sid", b"abc"),
        (b"theme", b"dark"),
        (b"empty", b""),
        (b"flag", b""),
        (b"q", b"a=b"),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"", []),
        (
            b'$Version="1"; a="x; y"; $Path=/',
            [(b"$Version", b"1"), (b"a", b"x; y"), (b"$Path", b"/")],
        ),
        (rb'a="q\"r", b = 2', [(b"a", b'q"r'), (b"b", b"2")]),
        (b'a="open; b=1', [(b"a", b'"open'), (b"b", b"1")]),
        (b"a; b", [(b"a", b""), (b"b", b"")]),
    ],
    ids=["empty", "version", "escape-and-comma", "unterminated", "no-values"],
)
def test_version_1(header: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert parse_cookies(header, 1) == expected


@given(st.binary())
def test_any_bytes(header: bytes) -> None:
    for format in (0, 1):
        assert all(name for name, _ in parse_cookies(header, format))
