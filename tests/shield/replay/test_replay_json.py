"""JSON logs: Caddy, Cloudflare, nginx, Apache, Traefik, and what the user names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.problem import Problem
from vedette.seclang.request import Request, Response
from vedette.shield.client import trusted_peers
from vedette.shield.replay import Replayed, read
from vedette.shield.replay.json_lines import RecordError, record_of
from vedette.shield.replay.records import Records

AT = 1_795_248_930_000_000  # 2026-11-21T08:15:30Z


def replayed(tmp_path: Path, *records: Any, **options: Any) -> list[Replayed | Problem]:
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in records]
    path = tmp_path / "log.json"
    path.write_bytes(b"\n".join(lines))
    return list(read([str(path)], **options))


def one(tmp_path: Path, record: Any, **options: Any) -> Replayed:
    (found,) = replayed(tmp_path, record, **options)
    assert isinstance(found, Replayed), found
    return found


CADDY = {
    "level": "info",
    "ts": 1795248930.0,
    "logger": "http.log.access",
    "msg": "handled request",
    "request": {
        "remote_ip": "10.0.0.1",
        "remote_port": "41342",
        "client_ip": "198.51.100.9",
        "proto": "HTTP/2.0",
        "method": "GET",
        "host": "site.example",
        "uri": "/a?q=%22",
        "headers": {
            "User-Agent": ["curl/8.0"],
            "Accept": ["*/*", "text/html"],
            "Cookie": ["REDACTED"],
        },
    },
    "duration": 0.0009,
    "size": 10900,
    "status": 200,
    "resp_headers": {"Server": ["Caddy"], "Content-Type": ["text/html"]},
}


def test_caddy(tmp_path: Path) -> None:
    found = one(tmp_path, CADDY)
    assert found.request == Request(
        b"GET",
        b"/a?q=%22",
        b"HTTP/2.0",
        (
            (b"User-Agent", b"curl/8.0"),
            (b"Accept", b"*/*"),
            (b"Accept", b"text/html"),
            (b"Host", b"site.example"),
        ),
        "198.51.100.9",
        41342,
        received=AT,
    )
    assert found.response == Response(200, ((b"Server", b"Caddy"), (b"Content-Type", b"text/html")))
    assert {"REQUEST_HEADERS:cookie", "REQUEST_COOKIES", "REQUEST_BODY"} <= found.missing
    assert not {"REQUEST_HEADERS", "RESPONSE_HEADERS", "REMOTE_ADDR"} & found.missing


def test_cloudflare(tmp_path: Path) -> None:
    record = {
        "ClientIP": "198.51.100.9",
        "ClientSrcPort": 4711,
        "ClientRequestHost": "site.example",
        "ClientRequestMethod": "POST",
        "ClientRequestURI": "/a?q=1",
        "ClientRequestProtocol": "HTTP/3",
        "ClientRequestReferer": "",
        "ClientRequestUserAgent": "curl/8.0",
        "Cookies": {"sid": "x"},
        "RequestHeaders": {"accept": "*/*"},
        "EdgeStartTimestamp": AT * 1_000,
        "EdgeResponseStatus": 403,
        "EdgeResponseContentType": "text/html",
        "RayID": "7d1",
    }
    found = one(tmp_path, record)
    assert found.request == Request(
        b"POST",
        b"/a?q=1",
        b"HTTP/3",
        (
            (b"Host", b"site.example"),
            (b"User-Agent", b"curl/8.0"),
            (b"accept", b"*/*"),
            (b"Cookie", b"sid=x"),
        ),
        "198.51.100.9",
        4711,
        unique_id="7d1",
        received=AT,
    )
    assert found.response == Response(403, ((b"Content-Type", b"text/html"),))
    assert {"REQUEST_HEADERS", "!REQUEST_HEADERS:referer", "REQUEST_COOKIES"} <= found.missing
    for time in ("2026-11-21T08:15:30Z", AT // 1_000_000):
        assert one(tmp_path, record | {"EdgeStartTimestamp": time}).request.received == AT


NGINX = {
    "time_iso8601": "2026-11-21T09:15:30+01:00",
    "remote_addr": "10.0.0.1",
    "request": "GET /a?q=%22 HTTP/1.1",
    "status": "404",
    "http_user_agent": "curl/8.0",
    "http_referer": "-",
    "http_x_forwarded_for": "1.2.3.4, 198.51.100.9",
    "http_host": "site.example",
    "http_accept": "*/*",
    "http_cookie": "",
    "content_type": "text/plain",
    "request_body": "a=b",
    "request_id": "0a1b",
}


def test_nginx(tmp_path: Path) -> None:
    found = one(tmp_path, NGINX, trusted=trusted_peers(["10.0.0.0/8"]))
    assert (found.request.method, found.request.target) == (b"GET", b"/a?q=%22")
    assert found.request.protocol == b"HTTP/1.1"
    assert dict(found.request.headers) == {
        b"User-Agent": b"curl/8.0",
        b"X-Forwarded-For": b"1.2.3.4, 198.51.100.9",
        b"Host": b"site.example",
        b"Accept": b"*/*",
        b"Content-Type": b"text/plain",
    }
    assert found.request.client == "198.51.100.9"
    assert found.request.received == AT
    assert found.request.unique_id == "0a1b"
    assert found.body == b"a=b"
    assert found.response == Response(404)
    assert {"REQUEST_HEADERS", "!REQUEST_HEADERS:referer", "!REQUEST_HEADERS:cookie",
            "!REQUEST_HEADERS:host"} <= found.missing  # fmt: skip
    assert "REQUEST_BODY" not in found.missing


def test_traefik(tmp_path: Path) -> None:
    record = {
        "ClientHost": "198.51.100.9",
        "RequestMethod": "GET",
        "RequestPath": "/a?q=1",
        "RequestProtocol": "HTTP/2.0",
        "RequestHost": "site.example",
        "DownstreamStatus": 200,
        "StartUTC": "2026-11-21T08:15:30Z",
        "request_Accept": "*/*",
        "request_User-Agent": "curl/8.0",
        "request_id": "no header",
    }
    found = one(tmp_path, record)
    assert dict(found.request.headers) == {
        b"Accept": b"*/*", b"User-Agent": b"curl/8.0", b"Host": b"site.example",
    }  # fmt: skip
    assert found.request.target == b"/a?q=1"


def test_what_is_not_told(tmp_path: Path) -> None:
    found = one(tmp_path, {"method": "GET", "path": "/", "status": 200})
    assert found.request == Request(b"GET", b"/", client="")
    assert {"REQUEST_PROTOCOL", "REMOTE_ADDR", "TIME", "REQUEST_HEADERS", "REQUEST_BODY",
            "RESPONSE_HEADERS"} <= found.missing  # fmt: skip


def test_fields_named_by_the_user(tmp_path: Path) -> None:
    record = {"who": {"ip": "198.51.100.9"}, "m": "GET", "u": "/a", "accepts": "*/*", "s": 200,
              "host": "other.example", "vhost.name": "site.example"}  # fmt: skip
    fields = {"client": "who.ip", "method": "m", "target": "u", "header:Accept": "accepts",
              "status": "s", "host": "vhost.name"}  # fmt: skip
    (problem,) = replayed(tmp_path, record)
    assert isinstance(problem, Problem)
    found = one(tmp_path, record, fields=fields)
    assert found.request == Request(
        b"GET", b"/a", headers=((b"Accept", b"*/*"), (b"Host", b"site.example")),
        client="198.51.100.9",
    )  # fmt: skip
    assert found.response == Response(200)


@pytest.mark.parametrize(
    ("written", "target"),
    [
        (rb"/a\"\\\u00e9", '/a"\\é'.encode()),
        (b"/a\xe9", b"/a\xe9"),  # nginx leaves what is no UTF-8 as it is
        ("/é".encode(), "/é".encode()),
        (rb"/a\xe9\\x\x22", b'/a\xe9\\x"'),  # Apache's escapes inside JSON
        (rb"/\ud800", b"/\xed\xa0\x80"),
        (rb"/\xe9\u20ac", b"/\xe9\xe2\x82\xac"),
    ],
)
def test_bytes_behind_json(tmp_path: Path, written: bytes, target: bytes) -> None:
    line = b'{"method": "GET", "uri": "' + written + b'", "status": 200}'
    assert one(tmp_path, line).request.target == target


def test_bad_lines_are_told_with_their_places(tmp_path: Path) -> None:
    bad = [b'{"method": "GET"', b"[1]", b'{"a": 1}', b"{" * 100_000, b'{"method": 1, "uri": "/"}']
    found = replayed(tmp_path, CADDY, *bad, CADDY)
    assert [each.where for each in found[1:-1] if isinstance(each, Problem)] == [
        f"{tmp_path}/log.json:{number}" for number in range(2, 7)
    ]
    assert isinstance(found[-1], Replayed)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([
    "method", "uri", "status", "request", "headers", "ClientRequestMethod", "ClientRequestURI",
    "RequestHeaders", "Cookies", "remote_addr", "http_host", "ts", "request_body", "resp_headers",
    "ClientIP", "EdgeStartTimestamp", "ClientSrcPort", "protocol", "http_accept",
]), _JSON), st.booleans())  # fmt: skip
def test_any_record(record: dict[str, Any], latin: bool) -> None:
    Records({}).told_of(record, latin)
    Records({"target": "uri", "header:X": "headers"}).told_of(record, latin)


@given(st.binary(max_size=40))
def test_any_line(line: bytes) -> None:
    for each in (line, b'{"a":"' + line + b'"}'):
        try:
            record, _ = record_of(each)
            assert isinstance(record, dict)
        except RecordError as error:
            assert str(error)
