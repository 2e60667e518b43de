"""HTTP archives."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from vedette.model.problem import Problem
from vedette.seclang.request import Request, Response
from vedette.shield.replay import Replayed, read
from vedette.shield.replay.replayed import BODY, RESPONSE_BODY

AT = 1_795_248_930_000_000  # 2026-11-21T08:15:30Z


def entry(**request: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-11-21T09:15:30.000+01:00",
        "time": 5,
        "request": {
            "method": "POST",
            "url": "https://user@site.example:8443/a%20b?q=\u00e9#top",
            "httpVersion": "HTTP/1.1",
            "headers": [
                {"name": "Host", "value": "site.example:8443"},
                {"name": "Content-Type", "value": "application/json"},
            ],
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": 8,
            "postData": {"mimeType": "application/json", "text": '{"a": 1}'},
            **request,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "headers": [{"name": "Content-Type", "value": "text/html"}],
            "content": {"size": 4, "mimeType": "text/html", "text": "fine"},
        },
        "cache": {},
    }


def archive(tmp_path: Path, *entries: Any, packed: bool = False) -> list[Replayed | Problem]:
    content = json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode()
    path = tmp_path / ("a.har.gz" if packed else "a.har")
    path.write_bytes(gzip.compress(content) if packed else content)
    return list(read([str(path)]))


def one(tmp_path: Path, recorded: Any) -> Replayed:
    (found,) = archive(tmp_path, recorded)
    assert isinstance(found, Replayed), found
    return found


@pytest.mark.parametrize("packed", [False, True])
def test_an_entry(tmp_path: Path, packed: bool) -> None:
    (found,) = archive(tmp_path, entry(), packed=packed)
    assert isinstance(found, Replayed)
    assert found.request == Request(
        b"POST",
        "/a%20b?q=é".encode(),
        b"HTTP/1.1",
        ((b"Host", b"site.example:8443"), (b"Content-Type", b"application/json")),
        client="",
        received=AT,
    )
    assert found.body == b'{"a": 1}'
    assert found.response == Response(200, ((b"Content-Type", b"text/html"),))
    assert found.response_body == b"fine"
    assert found.place.endswith(("a.har#1", "a.har.gz#1"))
    assert "REMOTE_ADDR" in found.missing
    assert not (BODY | RESPONSE_BODY | {"REQUEST_HEADERS"}) & found.missing


def test_http_2(tmp_path: Path) -> None:
    headers = [
        {"name": ":authority", "value": "site.example"},
        {"name": ":path", "value": "/raw?x"},
        {"name": ":method", "value": "GET"},
        {"name": "accept", "value": "*/*"},
    ]
    found = one(tmp_path, entry(headers=headers, httpVersion="h2"))
    assert found.request.headers == ((b"Host", b"site.example"), (b"accept", b"*/*"))
    assert found.request.target == b"/raw?x"
    assert found.request.protocol == b"HTTP/2"


@pytest.mark.parametrize(
    ("posted", "size", "body"),
    [
        (None, 0, b""),
        (None, 7, None),
        ({"mimeType": "application/x-www-form-urlencoded",
          "params": [{"name": "a b", "value": "é"}, {"name": "c", "value": ""}]}, 9,
         b"a+b=%C3%A9&c="),
        ({"mimeType": "multipart/form-data", "params": [{"name": "a", "fileName": "b"}]}, 9, None),
        ({"mimeType": "x", "text": "", "params": []}, 0, b""),
        ({"mimeType": "x", "encoding": "base64", "text": base64.b64encode(b"\xff\0").decode()}, 2,
         b"\xff\0"),
    ],
)  # fmt: skip
def test_bodies(tmp_path: Path, posted: Any, size: int, body: bytes | None) -> None:
    changes = {"bodySize": size, "postData": posted}
    found = one(tmp_path, entry(**changes))
    assert found.body == (body or b"")
    assert (found.missing >= BODY) == (body is None)


@pytest.mark.parametrize(
    ("response", "body"),
    [
        (None, None),
        ({"status": 0, "headers": [], "content": {}}, None),
        ({"status": 200, "headers": [], "content": {"size": 3}}, None),
        ({"status": 200, "headers": [], "content": {"text": "/w==", "encoding": "base64"}},
         b"\xff"),
    ],
)  # fmt: skip
def test_responses(tmp_path: Path, response: Any, body: bytes | None) -> None:
    found = one(tmp_path, entry() | {"response": response})
    assert (found.response is None) == (not response or not response["status"])
    assert found.response_body == body
    assert (found.missing >= RESPONSE_BODY) == (body is None)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://site.example", b"/"),
        ("https://site.example?x", b"/?x"),
        ("https://site.example/#x", b"/"),
        ("HTTP://site.example//a/../b", b"//a/../b"),
        ("http://[::1]:80/x", b"/x"),
    ],
)
def test_targets(tmp_path: Path, url: str, target: bytes) -> None:
    assert one(tmp_path, entry(url=url)).request.target == target


def test_what_can_not_be_judged_is_told(tmp_path: Path) -> None:
    bad = entry(method=None)
    other = entry(url="data:text/plain,x")
    torn = entry(postData={"mimeType": "x", "encoding": "base64", "text": "!"})
    found = archive(
        tmp_path, bad, other, entry(), "x", torn, entry(url="https://[bad/", headers=[])
    )
    assert [each.place if isinstance(each, Replayed) else each.where for each in found] == [
        f"{tmp_path}/a.har{mark}" for mark in ("#1", "#3", "#4", "#5", "#6", "")
    ]


@pytest.mark.parametrize(
    "content", [b'{"log": {', b'{"log": {"entries": 1}}', b'{"log": {"entries": ' + b"[" * 100_000]
)
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(content)
    (problem,) = read([str(path)])
    assert isinstance(problem, Problem)
    assert "no HTTP archive" in problem.what
