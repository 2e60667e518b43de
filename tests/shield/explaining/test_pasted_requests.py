"""Requests as people paste them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.errors import UnreadableError
from vedette.seclang.request import Header, Request
from vedette.shield.explaining import read_pasted


def headers(request: Request) -> dict[bytes, bytes]:
    return dict(request.headers)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_raw_request(end: bytes) -> None:
    text = end.join((b"POST /a?b=c HTTP/1.1", b"Host: x.example", b"A:  b ", b"", b"q=1&r=2"))
    found = read_pasted(text, "192.0.2.1")
    request = found.request
    assert (request.method, request.target, request.protocol) == (b"POST", b"/a?b=c", b"HTTP/1.1")
    assert request.headers == ((b"Host", b"x.example"), (b"A", b"b"))
    assert found.body == b"q=1&r=2"
    assert request.client == "192.0.2.1"


def test_a_request_line_alone() -> None:
    request = read_pasted(b"\nGET /x y z HTTP/1.1\n").request
    assert request.target == b"/x y z"
    assert headers(request) == {b"Host": b"localhost"}
    assert read_pasted(b"GET /old").request.protocol == b"HTTP/1.1"


CURL = [
    ("curl https://a.example/p?q=1", b"GET", b"/p?q=1", b""),
    ("curl a.example", b"GET", b"/", b""),
    ("$ curl -XPUT http://a.example/x -d a=1 -d 'b=2 3'", b"PUT", b"/x", b"a=1&b=2 3"),
    ("curl --data-urlencode 'q=a b&c' http://a/", b"POST", b"/", b"q=a+b%26c"),
    ("curl -G -d x=1 http://a/s?y=2", b"GET", b"/s?y=2&x=1", b""),
    ("curl -I http://a/", b"HEAD", b"/", b""),
    ("curl -sSLk --compressed http://a/ -m 5", b"GET", b"/", b""),
    (r"curl http://a/ --data-raw $'it\'s\u0021\x41\n'", b"POST", b"/", b"it's!A\n"),
    ("curl http://a/ \\\n  -H 'X: y' \\\n  --json '{\"a\": 1}'", b"POST", b"/", b'{"a": 1}'),
    ("curl.exe http://a/ ^\n --data-binary 'a\nb'", b"POST", b"/", b"a\nb"),
    ("curl 'http://a/?q=<b>%27'", b"GET", b"/?q=<b>%27", b""),
]


@pytest.mark.parametrize(("command", "method", "target", "body"), CURL)
def test_a_curl_command(command: str, method: bytes, target: bytes, body: bytes) -> None:
    found = read_pasted(command.encode())
    assert (found.request.method, found.request.target, found.body) == (method, target, body)
    assert b"Host" in headers(found.request)


def test_curls_headers() -> None:
    request = read_pasted(
        b"curl 'https://a.example:8443/' -H 'accept: text/html' -b 'sid=1' -A moz -e http://r/ "
        b"-u ann:pw -F a=1 -F 'f=@/tmp/x.txt;type=text/plain' -H 'Empty:'"
    )
    assert headers(request.request) == {
        b"Host": b"a.example:8443",
        b"accept": b"text/html",
        b"Cookie": b"sid=1",
        b"User-Agent": b"moz",
        b"Referer": b"http://r/",
        b"Authorization": b"Basic YW5uOnB3",
        b"Content-Type": b"multipart/form-data; boundary=------------------------vedette0boundary",
        b"Content-Length": str(len(request.body)).encode(),
    }
    assert b'name="a"\r\n\r\n1\r\n' in request.body
    assert b'filename="/tmp/x.txt"' in request.body


def test_an_entry_of_a_har_file_with_its_response() -> None:
    entry = {
        "request": {
            "method": "POST", "url": "https://a.example/p?q=1", "httpVersion": "HTTP/1.1",
            "headers": [{"name": "X", "value": "y"}],
            "postData": {"mimeType": "text/plain", "text": "hello"},
        },
        "response": {"status": 500, "headers": [], "content": {"text": "oops"}},
    }  # fmt: skip
    for given_text in (entry, {"log": {"entries": [entry]}}):
        found = read_pasted(json.dumps(given_text).encode())
        assert (found.request.method, found.request.target) == (b"POST", b"/p?q=1")
        assert found.body == b"hello"
        assert found.response is not None
        assert (found.response.status, found.response_body) == (500, b"oops")
    alone = read_pasted(json.dumps(entry["request"]).encode())
    assert alone.request.target == b"/p?q=1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is empty"),
        (b"hello there", "request line"),
        (b"GET / HTTP/1.1\nno header", "line 2 is no header"),
        (b"curl", "request line"),
        (b"curl -H", "has no value"),
        (b"curl -v", "names no URL"),
        (b"curl http://a/ -d @file", "from a file"),
        (b"curl 'http://a/", "can't be taken apart"),
        (b"{", "no JSON"),
        (b'{"log": {"entries": []}}', "holds no request"),
        (b'{"request": {"url": 1}}', "no entry"),
        (b"G" * (17 << 20), "larger"),
    ],
)
def test_what_is_no_request_is_told(text: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read_pasted(text)


BEGINNINGS = st.sampled_from([b"", b"curl ", b"{", b'{"request": ', b"GET / HTTP/1.1\n", b"curl -"])


@given(BEGINNINGS, st.binary(max_size=200))
@settings(max_examples=300)
def test_anything_may_be_pasted(beginning: bytes, rest: bytes) -> None:
    try:
        found = read_pasted(beginning + rest)
    except UnreadableError:
        return
    assert all(isinstance(header, tuple) for header in found.request.headers)


def test_host_stays_first() -> None:
    first: Header = read_pasted(b"curl http://b.example/ -H 'A: b'").request.headers[0]
    assert first == (b"Host", b"b.example")
