"""Text logs: what each line tells, exactly."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.model.errors import ConfigError
from vedette.model.problem import Problem
from vedette.seclang.request import Request, Response
from vedette.shield.client import NOBODY, trusted_peers
from vedette.shield.replay import Replayed, read
from vedette.shield.replay.escapes import undo
from vedette.shield.replay.lines import EntryError, Lines

AT = 1_795_248_930_000_000  # 2026-11-21T08:15:30Z
COMBINED = (
    b'198.51.100.9 - - [21/Nov/2026:09:15:30 +0100] "GET /a?q=1 HTTP/1.1" 200 12 '
    b'"https://site.example/" "curl/8.0"'
)
UA = (b"User-Agent", b"curl/8.0")
REFERER = (b"Referer", b"https://site.example/")


def entry(line: bytes, *trusted: str) -> Replayed:
    return Lines(trusted_peers(trusted) if trusted else NOBODY).entry(line, "log:1")


def written(path: Path, *lines: bytes) -> str:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return str(path)


def test_combined() -> None:
    found = entry(COMBINED)
    assert found.request == Request(
        b"GET", b"/a?q=1", b"HTTP/1.1", (UA, REFERER), "198.51.100.9", received=AT
    )
    assert (found.body, found.response, found.place) == (b"", Response(200), "log:1")
    assert {
        "REQUEST_HEADERS", "!REQUEST_HEADERS:user-agent", "!REQUEST_HEADERS:referer",
        "REQUEST_COOKIES", "REQUEST_BODY", "ARGS_POST", "RESPONSE_HEADERS", "RESPONSE_BODY",
    } <= found.missing  # fmt: skip
    assert not {"REMOTE_ADDR", "RESPONSE_STATUS", "REQUEST_PROTOCOL", "ARGS"} & found.missing


@pytest.mark.parametrize(
    ("before", "client", "headers"),
    [
        (b"198.51.100.9 - -", "198.51.100.9", ()),
        (b"2001:db8::1 - bob", "2001:db8::1", ()),
        (b"host.example - bob smith", "host.example", ()),
        (b"site.example:443 198.51.100.9 - -", "198.51.100.9", ((b"Host", b"site.example"),)),
        (b"site.example:8443 198.51.100.9 - -", "198.51.100.9",
         ((b"Host", b"site.example:8443"),)),
        (b"[::1]:80 198.51.100.9 - -", "198.51.100.9", ((b"Host", b"[::1]"),)),
        (b"site.example 198.51.100.9 - -", "198.51.100.9", ((b"Host", b"site.example"),)),
        (b"198.51.100.9, 10.0.0.1 - -", "198.51.100.9",
         ((b"X-Forwarded-For", b"198.51.100.9, 10.0.0.1"),)),
    ],
)  # fmt: skip
def test_what_stands_before_the_date(
    before: bytes, client: str, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    line = before + COMBINED.removeprefix(b"198.51.100.9 - -")
    found = entry(line)
    assert found.request.client == client
    assert found.request.headers == (*headers, UA, REFERER)
    for name, _ in headers:
        assert f"!REQUEST_HEADERS:{name.decode().lower()}" in found.missing


def test_the_client_behind_a_trusted_proxy() -> None:
    line = COMBINED.replace(b"198.51.100.9", b"10.0.0.1") + b' "1.2.3.4, 198.51.100.9"'
    assert entry(line).request.client == "10.0.0.1"
    assert entry(line, "10.0.0.0/8").request.client == "198.51.100.9"
    assert entry(line).request.headers[-1] == (b"X-Forwarded-For", b"1.2.3.4, 198.51.100.9")
    front = COMBINED.replace(b"198.51.100.9", b"1.2.3.4, 198.51.100.9, 10.0.0.1")
    assert entry(front, "10.0.0.0/8").request.client == "198.51.100.9"
    assert entry(front).request.client == "1.2.3.4"


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        (rb"GET /a\x22b\x5C HTTP/1.1", (b"GET", b'/a"b\\', b"HTTP/1.1")),
        (rb"GET /a\"b\\c\t HTTP/1.1", (b"GET", b'/a"b\\c\t', b"HTTP/1.1")),
        (rb"GET /\xE9\xff%20%22 HTTP/1.1", (b"GET", b"/\xe9\xff%20%22", b"HTTP/1.1")),
        ("GET /é HTTP/2.0".encode(), (b"GET", "/é".encode(), b"HTTP/2.0")),
        (b"GET /\xe9 HTTP/1.1", (b"GET", b"/\xe9", b"HTTP/1.1")),
        (b"GET /a b HTTP/1.1", (b"GET", b"/a b", b"HTTP/1.1")),
        (b'GET /?q="x" HTTP/1.1', (b"GET", b'/?q="x"', b"HTTP/1.1")),
        (b"GET /", (b"GET", b"/", b"HTTP/0.9")),
        (rb"\x16\x03\x01\x00", (b"\x16\x03\x01\x00", b"", b"HTTP/0.9")),
        (b"CONNECT a:443 HTTP/1.1", (b"CONNECT", b"a:443", b"HTTP/1.1")),
        (b"GET http://a/b HTTP/1.1", (b"GET", b"http://a/b", b"HTTP/1.1")),
    ],
)
def test_request_lines(request_line: bytes, expected: tuple[bytes, bytes, bytes]) -> None:
    request = entry(COMBINED.replace(b"GET /a?q=1 HTTP/1.1", request_line)).request
    assert (request.method, request.target, request.protocol) == expected


def test_absent_values() -> None:
    line = COMBINED.replace(b'"curl/8.0"', b'"-"').replace(b'"https://site.example/"', b'"-"')
    assert entry(line).request.headers == ()
    assert "!REQUEST_HEADERS:user-agent" in entry(line).missing
    common = COMBINED.partition(b' "https')[0]
    assert entry(common).request.headers == ()
    assert "!REQUEST_HEADERS:user-agent" not in entry(common).missing
    unanswered = entry(COMBINED.replace(b" 200 ", b" - "))
    assert unanswered.response is None
    assert "RESPONSE_STATUS" in unanswered.missing


@pytest.mark.parametrize(
    ("date", "received"),
    [
        (b"21/Nov/2026:08:15:30 +0000", AT),
        (b"21/Nov/2026:08:15:30", AT),
        (b"21/Nov/2026:08:15:30.250 +0000", AT + 250_000),
        (b"21/Nov/2026:00:45:30 -0730", AT),
    ],
)
def test_times(date: bytes, received: int) -> None:
    assert entry(COMBINED.replace(b"21/Nov/2026:09:15:30 +0100", date)).request.received == received


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (b"21/Nov", b"31/Nov", "day is out of range"),
        (b"Nov", b"Nix", "no such month"),
        (b"09:15:30", b"29:15:30", "no such time"),
        (b"GET /a?q=1 HTTP/1.1", b"-", "no request"),
        (b"GET /a?q=1 HTTP/1.1", b"", "no request"),
        (b" 200 12", b"", "expected HOST"),
        (b"/a", b"/" + b"a" * 300_000, "more than"),
    ],
)
def test_bad_lines(old: bytes, new: bytes, what: str) -> None:
    with pytest.raises(EntryError, match=what):
        entry(COMBINED.replace(old, new))


ALB = (
    b"https 2026-11-21T08:15:30.000000Z app/lb/50dc 198.51.100.9:2817 10.0.0.1:80 0.086 0.048 "
    b'0.037 200 200 0 57 "GET https://site.example:443/a?q=%22 HTTP/2.0" "curl/8.0" ECDHE TLSv1.2 '
    b'arn:aws:elb:eu:1:targetgroup/t/7 "Root=1-583-37d" "site.example" "-" 1 '
    b'2026-11-21T08:15:29.0Z "forward" "-" "-"'
)


def test_alb() -> None:
    found = entry(ALB)
    assert found.request == Request(
        b"GET",
        b"/a?q=%22",
        b"HTTP/2.0",
        ((b"Host", b"site.example"), UA),
        "198.51.100.9",
        2817,
        unique_id="Root=1-583-37d",
        received=AT,
    )
    assert found.response == Response(200)
    assert "!REQUEST_HEADERS:host" in found.missing


@pytest.mark.parametrize(
    ("old", "new", "host", "target"),
    [
        (b"site.example:443/a?q=%22", b"site.example:8443/", b"site.example:8443", b"/"),
        (b"site.example:443/a?q=%22", b"site.example:443?x", b"site.example", b"/?x"),
        (b"https://site.example:443/a?q=%22", b"http://s:80/\\x22", b"s", b'/"'),
        (b"198.51.100.9:", b"[2001:db8::1]:", b"site.example", b"/a?q=%22"),
    ],
)
def test_alb_targets(old: bytes, new: bytes, host: bytes, target: bytes) -> None:
    request = entry(ALB.replace(old, new)).request
    assert request.headers[0] == (b"Host", host)
    assert request.target == target


def test_files_of_every_packing(tmp_path: Path) -> None:
    content = b"\n".join((COMBINED, b"", b"nonsense", ALB)) + b"\n"
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(content))
    (tmp_path / "a.log").write_bytes(content)
    found = list(read([str(tmp_path)]))
    places = [each.place if isinstance(each, Replayed) else each.where for each in found]
    assert places == [f"{tmp_path}/{name}:{n}" for name in ("a.log", "b.log.gz") for n in (1, 3, 4)]
    assert isinstance(found[1], Problem)


def test_standard_input() -> None:
    ours, theirs = os.pipe()

    def write() -> None:
        with os.fdopen(theirs, "wb") as file:
            file.write(COMBINED + b"\n" + ALB)

    thread = threading.Thread(target=write)
    thread.start()
    found = list(read(["-"], stdin=ours))
    thread.join()
    os.close(ours)
    assert [each.place for each in found if isinstance(each, Replayed)] == ["-:1", "-:2"]


def test_what_is_no_log(tmp_path: Path) -> None:
    (found,) = read([written(tmp_path / "readme", b"# A title", b"text")])
    assert isinstance(found, Problem)
    assert found.what == "not recognised"
    forced = list(read([written(tmp_path / "readme", b"# A title", b"text")], "combined"))
    assert [each.where for each in forced if isinstance(each, Problem)] == [
        f"{tmp_path}/readme:1", f"{tmp_path}/readme:2",
    ]  # fmt: skip
    assert list(read([written(tmp_path / "empty", b"")])) == []
    (missing,) = read([str(tmp_path / "none")])
    assert isinstance(missing, Problem)


def test_faults_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        read([], "apache", fields={"clients": "a", "header:X": "b"})
    assert len(caught.value.faults) == 2


def test_w3c(tmp_path: Path) -> None:
    path = written(
        tmp_path / "iis.log",
        b"#Software: Microsoft Internet Information Services 10.0",
        b"#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs-host cs(User-Agent) "
        b"cs(Cookie) sc-status",
        b"2026-11-21 08:15:30 198.51.100.9 GET /a q=%22 site.example curl/8.0 a=b 404",
        b"2026-11-21 08:15:30 198.51.100.9 GET",
    )
    found, problem = read([path])
    assert isinstance(found, Replayed)
    assert found.request.target == b"/a?q=%22"
    assert dict(found.request.headers) == {
        b"Host": b"site.example", b"User-Agent": b"curl/8.0", b"Cookie": b"a=b",
    }  # fmt: skip
    assert found.request.received == AT
    assert found.response == Response(404)
    assert isinstance(problem, Problem)
    assert problem.where == f"{path}:4"


def test_haproxy(tmp_path: Path) -> None:
    line = (
        b"Nov 21 08:15:30 lb haproxy[14389]: 198.51.100.9:33317 [21/Nov/2026:08:15:30.655] in "
        b'static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /a?q=1 HTTP/1.1"'
    )
    (found,) = read([written(tmp_path / "haproxy.log", line)])
    assert isinstance(found, Replayed)
    assert found.request.target == b"/a?q=1"
    assert found.request.received == AT + 655_000


@given(st.binary(max_size=60))
def test_apaches_escapes_are_undone(data: bytes) -> None:
    letters = {9: b"\\t", 10: b"\\n", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}
    logged = b"".join(
        letters.get(byte) or (b"%c" % byte if 32 <= byte < 127 else b"\\x%02x" % byte)
        for byte in data
    )
    assert undo(logged) == data
    nginx = b"".join(
        b"\\x%02X" % byte if byte < 32 or byte > 126 or byte in b'"\\' else b"%c" % byte
        for byte in data
    )
    assert undo(nginx) == data


@given(st.binary(max_size=80), st.integers(0, len(COMBINED)), st.integers(0, 20))
def test_any_bytes(noise: bytes, at: int, dropped: int) -> None:
    for line in (noise, COMBINED[:at] + noise + COMBINED[at + dropped :], ALB[:at] + noise):
        try:
            assert isinstance(entry(line, "10.0.0.0/8"), Replayed)
        except EntryError as error:
            assert str(error)


@pytest.mark.parametrize(
    "piece", [b'"', b"\\", b"[21/Nov/2026:09:15:30 +0100] ", b'" 200 1 ', b" "]
)
def test_hostile_lines_take_no_time(piece: bytes) -> None:
    line = piece * (100_000 // len(piece))
    for each in (line, COMBINED[:60] + line, COMBINED + line):
        try:
            entry(each)
        except EntryError as error:
            assert str(error)
