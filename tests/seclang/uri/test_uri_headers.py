"""Values inside of headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seclang.body.request_oracle import oracle
from vedette.seclang.uri import auth_type, body_processor, content_type, full_request, server_name


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"", (b"", b"", b"")),
        (b"Text/HTML", (b"text/html", b"", b"")),
        (b"text/html; charset=UTF-8", (b"text/html", b"utf-8", b"")),
        (b'a/b;boundary="x\\"y";charset = "Z"', (b"a/b", b"z", b'x"y')),
        (b"a/b; boundary=1; boundary=2", (b"a/b", b"", b"1")),
        (b'a/b; charset="open', (b"a/b", b'"open', b"")),
    ],
    ids=["none", "type", "charset", "quoted", "twice", "unterminated"],
)
def test_content_types(header: bytes, expected: tuple[bytes, bytes, bytes]) -> None:
    assert content_type(header) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [(b"a.example:80", b"a.example"), (b"[::1]:80", b"[::1]"), (b"[::1", b"[::1"), (b"", b"")],
    ids=["port", "ipv6", "broken", "none"],
)
def test_server_names(host: bytes, expected: bytes) -> None:
    assert server_name(host) == expected


@given(
    st.lists(
        st.sampled_from(
            ["multipart/form-data", "APPLICATION/", "a", "x-www-form-urlencoded", ";", " "]
        )
    )
)
def test_processors_as_modsecurity_chooses_them(pieces: list[str]) -> None:
    header = "".join(pieces)
    answer = oracle("REQBODY_PROCESSOR").ask(headers=[("Content-Type", header)])
    assert answer["REQBODY_PROCESSOR"] == [body_processor(header.encode()).encode()]


@given(st.text(st.sampled_from("ab: \té"), max_size=8))
def test_other_headers_as_modsecurity_reads_them(value: str) -> None:
    headers = [("Authorization", value), ("Host", value)]
    answer = oracle("AUTH_TYPE", "SERVER_NAME", "FULL_REQUEST").ask("/", "GET", headers, b"body")
    assert answer["AUTH_TYPE"] == [auth_type(value.encode())]
    assert answer["SERVER_NAME"] == [server_name(value.encode())]
    whole = answer["FULL_REQUEST"][0]
    given = [(name.encode(), text.encode()) for name, text in headers]
    assert whole in (full_request(given, b"body"), full_request(given[::-1], b"body"))


@given(st.binary())
def test_any_bytes(header: bytes) -> None:
    content_type(b"a/b;" + header)
    body_processor(header)
    server_name(header)
