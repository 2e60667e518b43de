from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.formats.line_reading import fed, read, read_resumed
from vedette.sources.formats.access import FORMAT, parse_entry
from vedette.sources.formats.access_combined import AccessError
from vedette.sources.formats.access_request import Dates

DATE = "[10/Oct/2000:13:55:36 -0700]"
TIMESTAMP = "2000-10-10T20:55:36.000000Z"


def parsed(text: str) -> dict[str, Any]:
    return parse_entry(text, Dates())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (  # the Apache manual's example of the Common log format
            f'127.0.0.1 - frank {DATE} "GET /apache_pb.gif HTTP/1.0" 200 2326',
            {
                "c-ip": "127.0.0.1",
                "cs-username": "frank",
                "timestamp": TIMESTAMP,
                "cs-method": "GET",
                "cs-uri": "/apache_pb.gif",
                "cs-uri-stem": "/apache_pb.gif",
                "cs-version": "HTTP/1.0",
                "sc-status": 200,
                "sc-bytes": 2326,
            },
        ),
        (
            f'192.0.2.1 - - {DATE} "GET /a?x=%2e%2e&y=1?2 HTTP/1.1" 404 - '
            '"http://www.example.com/" "Mozilla/5.0 (X11)" 0.123 "-" rt=5',
            {
                "c-ip": "192.0.2.1",
                "timestamp": TIMESTAMP,
                "cs-method": "GET",
                "cs-uri": "/a?x=%2e%2e&y=1?2",
                "cs-uri-stem": "/a",
                "cs-uri-query": "x=%2e%2e&y=1?2",
                "cs-version": "HTTP/1.1",
                "sc-status": 404,
                "sc-bytes": None,
                "cs-referer": "http://www.example.com/",
                "cs-user-agent": "Mozilla/5.0 (X11)",
                "extra": ["0.123", "-", "rt=5"],
            },
        ),
        (
            f'www.example.com:443 2001:db8::1 - john doe {DATE} "\\x16\\x03\\x01" 400 0 "-" "-"',
            {
                "cs-host": "www.example.com",
                "s-port": 443,
                "c-ip": "2001:db8::1",
                "cs-username": "john doe",
                "timestamp": TIMESTAMP,
                "cs-uri": "\x16\x03\x01",
                "cs-uri-stem": "\x16\x03\x01",
                "sc-status": 400,
                "sc-bytes": 0,
            },
        ),
        (
            f'192.0.2.1 - - {DATE} "-" 408 - "-" "-"',
            {"c-ip": "192.0.2.1", "timestamp": TIMESTAMP, "sc-status": 408, "sc-bytes": None},
        ),
        (
            f'198.51.100.1, 10.0.0.1 - - {DATE} "GET http://u@Evil.example:80/x?y" 200 1',
            {
                "x-forwarded-for": "198.51.100.1, 10.0.0.1",
                "c-ip": "198.51.100.1",
                "timestamp": TIMESTAMP,
                "cs-method": "GET",
                "cs-uri": "http://u@Evil.example:80/x?y",
                "cs-uri-stem": "/x",
                "cs-uri-query": "y",
                "cs-host": "Evil.example",
                "sc-status": 200,
                "sc-bytes": 1,
            },
        ),
        (  # quotes that the server did not escape
            f'shop.example 192.0.2.1 - - {DATE} "GET /a"b HTTP/1.1" 200 1 "-" "x"',
            {
                "cs-host": "shop.example",
                "c-ip": "192.0.2.1",
                "timestamp": TIMESTAMP,
                "cs-method": "GET",
                "cs-uri": '/a"b',
                "cs-uri-stem": '/a"b',
                "cs-version": "HTTP/1.1",
                "sc-status": 200,
                "sc-bytes": 1,
                "cs-user-agent": "x",
            },
        ),
        (
            "Feb  6 12:14:14 lb haproxy[14389]: 192.0.2.7:33317 [06/Feb/2009:12:14:14.655] http-in "
            "static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "
            '"GET /index.html?a HTTP/1.1"',
            {
                "c-ip": "192.0.2.7",
                "c-port": 33317,
                "timestamp": "2009-02-06T12:14:14.655000Z",
                "cs-method": "GET",
                "cs-uri": "/index.html?a",
                "cs-uri-stem": "/index.html",
                "cs-uri-query": "a",
                "cs-version": "HTTP/1.1",
                "sc-status": 200,
                "sc-bytes": 2750,
                "frontend": "http-in",
                "backend": "static/srv1",
                "timers": "10/0/30/69/109",
                "state": "----",
                "extra": ["1wt.eu"],
            },
        ),
        (
            "https 2018-07-02T22:23:00.186641Z app/lb/50dc 192.0.2.7:2817 10.0.0.1:80 0.086 0.048 "
            '0.037 200 502 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE '
            'TLSv1.2 arn:aws:x "Root=1-58"',
            {
                "c-ip": "192.0.2.7",
                "c-port": 2817,
                "timestamp": "2018-07-02T22:23:00.186641Z",
                "cs-method": "GET",
                "cs-uri": "https://www.example.com:443/",
                "cs-uri-stem": "/",
                "cs-host": "www.example.com",
                "cs-version": "HTTP/1.1",
                "sc-status": 200,
                "sc-bytes": 57,
                "cs-bytes": 0,
                "cs-user-agent": "curl/7.46.0",
                "balancer": "app/lb/50dc",
                "target": "10.0.0.1:80",
                "target-status": "502",
                "kind": "https",
                "extra": ["ECDHE", "TLSv1.2", "arn:aws:x", "Root=1-58"],
            },
        ),
    ],
)
def test_entries(line: str, expected: dict[str, Any]) -> None:
    assert parsed(line) == expected
    assert FORMAT.recognises(line.encode())


def test_a_client_cannot_forge_an_entry() -> None:
    # a user that looks like a date, and a request that looks like the rest of an entry
    user = parsed(f'192.0.2.1 - a [b {DATE} "GET / HTTP/1.1" 401 5')
    assert (user["cs-username"], user["sc-status"]) == ("a [b", 401)
    request = parsed(f'192.0.2.1 - - {DATE} "GET /\\" 200 5 \\"x HTTP/1.1" 404 7 "-" "-"')
    assert (request["cs-uri"], request["sc-status"]) == ('/" 200 5 "x', 404)


def test_the_log_s_escapes_are_undone_and_the_client_s_kept() -> None:
    record = parsed(
        f'192.0.2.1 - - {DATE} "GET /%22\\x22\\\\..\\xc3\\xa9 HTTP/1.1" 200 5 "-" '
        '"() { :;}; \\"x\\n"'
    )
    assert record["cs-uri"] == '/%22"\\..é'
    assert record["cs-user-agent"] == '() { :;}; "x\n'


W3C = [
    b"#Software: Microsoft Internet Information Services 10.0",
    b"#Version: 1.0",
    b"#Date: 2026-11-12 20:00:00",
    b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    b"cs(User-Agent) cs(Referer) sc-status time-taken",
    b"2026-11-12 20:00:01 10.0.0.5 POST /owa/auth.aspx a=1&b=%20 443 - 192.0.2.9 "
    b"Mozilla/5.0+(Windows+NT) - 200 15",
    b"2026-11-12 20:00:02 10.0.0.5 GET /x - 443 EX\\bob 192.0.2.9 - http://a.example/ 404 1",
    b"#Fields: time c-ip cs-method cs-uri",
    b'20:00:03 192.0.2.9 GET "/a ""b"" c?d"',
]
W3C_RECORDS = [
    {
        "timestamp": "2026-11-12T20:00:01.000000Z",
        "s-ip": "10.0.0.5",
        "cs-method": "POST",
        "cs-uri-stem": "/owa/auth.aspx",
        "cs-uri-query": "a=1&b=%20",
        "s-port": 443,
        "c-ip": "192.0.2.9",
        "cs-user-agent": "Mozilla/5.0 (Windows NT)",
        "sc-status": 200,
        "time-taken": 15,
        "cs-uri": "/owa/auth.aspx?a=1&b=%20",
    },
    {
        "timestamp": "2026-11-12T20:00:02.000000Z",
        "s-ip": "10.0.0.5",
        "cs-method": "GET",
        "cs-uri-stem": "/x",
        "s-port": 443,
        "cs-username": "EX\\bob",
        "c-ip": "192.0.2.9",
        "cs-referer": "http://a.example/",
        "sc-status": 404,
        "time-taken": 1,
        "cs-uri": "/x",
    },
    {
        "timestamp": "2026-11-12T20:00:03.000000Z",
        "c-ip": "192.0.2.9",
        "cs-method": "GET",
        "cs-uri": '/a "b" c?d',
        "cs-uri-stem": '/a "b" c',
        "cs-uri-query": "d",
    },
]


def test_w3c_extended_logs() -> None:
    outcome = read(FORMAT, W3C)
    assert outcome.records == W3C_RECORDS
    assert outcome.problems == []
    assert FORMAT.recognises(b"\r\n".join(W3C))


@given(st.lists(st.integers(0, len(W3C)), unique=True))
def test_the_w3c_header_is_carried_over_a_stop(stops: list[int]) -> None:
    assert read_resumed(FORMAT, W3C, stops).records == W3C_RECORDS


def test_w3c_logs_that_hold_no_requests_are_not_taken() -> None:
    firewall = b"#Version: 1.5\n#Software: Microsoft Windows Firewall\n#Fields: date time action\n"
    assert not FORMAT.recognises(firewall)


@pytest.mark.parametrize(
    ("lines", "where", "what"),
    [
        (["hello"], "line 1:1", "expected HOST IDENT USER [DATE]"),
        ([f'1.1.1.1 - - {DATE} "GET /'], "line 1:42", 'expected "REQUEST" STATUS BYTES'),
        (['1.1.1.1 - - [99/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5'], "line 1:13", "day"),
        (['1.1.1.1 - - [10/Foo/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5'], "line 1:13", "month"),
        (["#Fields: c-ip cs-method", "1.1.1.1"], "line 2:1", "1 values, where #Fields names 2"),
        (["#Fields: date time c-ip", "2026-99-12 20:00:00 1.1.1.1"], "line 2:1", "month"),
        (["#Fields:"], "line 1:1", "expected 1 to 512 field names"),
        (["x" * 300_000], "line 1", "an entry of 300,000 bytes"),
    ],
)
def test_problems_have_their_place(lines: list[str], where: str, what: str) -> None:
    outcome = fed(FORMAT, *lines)
    assert outcome.events == []
    [problem] = outcome.problems
    assert problem.where == where
    assert what in problem.what


_BYTES = st.binary(max_size=30)
_TARGETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


def _logged(data: bytes) -> str:
    """As Apache writes what a client sent (ap_escape_logitem)."""
    return "".join(
        "\\" + chr(byte) if byte in b'\\"' else chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}"
        for byte in data
    )


@given(
    st.integers(100, 599),
    st.integers(0, 1 << 40),
    st.sampled_from(["GET", "POST", "PROPFIND"]),
    _TARGETS.map(lambda target: "/" + target),
    _BYTES,
    _BYTES,
)
def test_what_apache_writes_is_read_back(
    status: int, size: int, method: str, target: str, referer: bytes, agent: bytes
) -> None:
    record = parsed(
        f'192.0.2.1 - bob {DATE} "{_logged(f"{method} {target} HTTP/1.1".encode())}" {status} '
        f'{size} "{_logged(referer)}" "{_logged(agent)}"'
    )
    assert (record["cs-method"], record["cs-uri"]) == (method, target)
    assert (record["sc-status"], record["sc-bytes"]) == (status, size)
    stem, mark, query = target.partition("?")
    assert record["cs-uri-stem"] == stem
    assert record.get("cs-uri-query") == (query if mark else None)
    for name, sent in (("cs-referer", referer), ("cs-user-agent", agent)):
        assert record.get(name) == (None if sent == b"-" else sent.decode("utf-8", "replace"))


@given(st.text(max_size=200) | st.text(alphabet='1.: -[]/"\\OctG0HT{}', max_size=150))
def test_anything_is_an_entry_or_an_error(text: str) -> None:
    try:
        assert "sc-status" in parsed(text)
    except AccessError as error:
        assert error.column >= 1


def test_recognition_is_strict() -> None:
    entry = f'1.1.1.1 - - {DATE} "GET / HTTP/1.1" 200 5'.encode()
    assert FORMAT.recognises(b"\n" + entry + b"\n" + entry[:20])  # a head may end in mid-line
    for head in (
        b"",
        b"hello",
        b"#",
        b"\x00\xff" * 99,
        b'{"request":"GET /"}',
        entry + b"\nx\ny\nz",
    ):
        assert not FORMAT.recognises(head)


def test_states_of_something_else_are_refused() -> None:
    for state in ("{", "3", '["#Fields:"]'):
        with pytest.raises(ValueError, match="not the state of an access log's reader"):
            FORMAT.reader(state)
