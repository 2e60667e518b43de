"""Requests that two readers could take differently: each is refused, and none is passed on.

The names are those of the table in docs/reference/shield-proxy.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from shield.proxy.standing import Standing, standing

_POST: Final = b"POST / HTTP/1.1\r\nHost: a\r\n"
_TE: Final = _POST + b"Transfer-Encoding: %b\r\n\r\n0\r\n\r\n"
_CL: Final = _POST + b"Content-Length: %b\r\n\r\nabcdef"
_CHUNKS: Final = _POST + b"Transfer-Encoding: chunked\r\n\r\n"
_GET: Final = b"GET / HTTP/1.1\r\nHost: a\r\n"

CATALOGUE: Final = {
    "cl-te": _POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    "te-cl": _POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n",
    "te-twice": _POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
    "te-same-twice": _POST + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n",
    "te-list": _TE % b"chunked, identity",
    "te-list-chunked-twice": _TE % b"chunked, chunked",
    "te-gzip-chunked": _TE % b"gzip, chunked",
    "te-unknown": _TE % b"xchunked",
    "te-identity": _TE % b"identity",
    "te-quoted": _TE % b'"chunked"',
    "te-parameter": _TE % b"chunked;q=1",
    "te-vertical-tab": _TE % b"\x0bchunked",
    "te-no-break-space": _TE % b"\xa0chunked",
    "te-empty": _TE % b"",
    "te-comma": _TE % b"chunked,",
    "te-space-before-colon": _POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "te-tab-before-colon": _POST + b"Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
    "te-leading-space": _POST + b" Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "te-folded": _POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "te-after-bare-cr": _POST + b"X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "te-after-bare-lf": _POST + b"X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "te-underscore": _POST + b"Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n",
    "te-http-1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "te-http-1.0-keep-alive": b"POST / HTTP/1.0\r\nConnection: keep-alive\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "cl-twice-different": _POST + b"Content-Length: 6\r\nContent-Length: 5\r\n\r\nabcdef",
    "cl-twice-same": _POST + b"Content-Length: 6\r\nContent-Length: 6\r\n\r\nabcdef",
    "cl-list": _CL % b"6, 6",
    "cl-plus": _CL % b"+6",
    "cl-minus": _CL % b"-6",
    "cl-inner-space": _CL % b"0 6",
    "cl-hex": _CL % b"0x6",
    "cl-underscore-digit": _CL % b"0_6",
    "cl-decimal": _CL % b"6.0",
    "cl-empty": _CL % b"",
    "cl-letters": _CL % b"six",
    "cl-arabic-digits": _CL % "٦".encode(),
    "cl-overflow": _CL % b"18446744073709551622",
    "cl-underscore-name": _POST + b"Content_Length: 6\r\n\r\nabcdef",
    "cl-listed-in-connection": _POST + b"Connection: content-length\r\nContent-Length: 6\r\n"
        b"\r\nabcdef",
    "obs-fold": _GET + b"X: a\r\n b\r\n\r\n",
    "obs-fold-tab": _GET + b"X: a\r\n\tb\r\n\r\n",
    "fold-on-first": b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "bare-lf": b"GET / HTTP/1.1\nHost: a\n\n",
    "bare-lf-one": _GET + b"X: y\nZ: b\r\n\r\n",
    "bare-cr": _GET + b"X: y\rZ: b\r\n\r\n",
    "nul": _GET + b"X: y\0\r\n\r\n",
    "nul-in-name": _GET + b"X\0: y\r\n\r\n",
    "control": _GET + b"X: y\x01\r\n\r\n",
    "delete": _GET + b"X: y\x7f\r\n\r\n",
    "space-before-colon": _GET + b"X : y\r\n\r\n",
    "no-colon": _GET + b"X\r\n\r\n",
    "no-name": _GET + b": y\r\n\r\n",
    "name-with-space": _GET + b"X Y: z\r\n\r\n",
    "name-with-slash": _GET + b"X/Y: z\r\n\r\n",
    "name-with-parenthesis": _GET + b"X(Y): z\r\n\r\n",
    "name-not-ascii": _GET + b"X\xc3\xa4: z\r\n\r\n",
    "host-missing": b"GET / HTTP/1.1\r\n\r\n",
    "host-twice": _GET + b"Host: b\r\n\r\n",
    "host-twice-same": _GET + b"Host: a\r\n\r\n",
    "host-empty": b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "host-user": b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
    "host-path": b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "host-list": b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
    "host-space": b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "host-port": b"GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n",
    "host-port-letters": b"GET / HTTP/1.1\r\nHost: a:8o\r\n\r\n",
    "host-bracket": b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
    "host-zone": b"GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n",
    "host-not-ascii": b"GET / HTTP/1.1\r\nHost: \xc3\xa4\r\n\r\n",
    "absolute-other-host": b"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute-other-port": b"GET http://a:81/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute-user": b"GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute-no-host": b"GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute-other-scheme": b"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "target-fragment": b"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
    "target-space": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "target-tab": b"GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n",
    "target-control": b"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
    "target-empty": b"GET  HTTP/1.1\r\nHost: a\r\n\r\n",
    "target-no-slash": b"GET index HTTP/1.1\r\nHost: a\r\n\r\n",
    "target-asterisk": b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "target-authority": b"GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "line-leading-space": b" GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "line-two-spaces": b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "line-tab": b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "line-trailing-space": b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    "line-lower-case": b"GET / http/1.1\r\nHost: a\r\n\r\n",
    "line-version-long": b"GET / HTTP/1.10\r\nHost: a\r\n\r\n",
    "line-version-none": b"GET / HTTP/\r\nHost: a\r\n\r\n",
    "line-two-empty-first": b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "http-0.9": b"GET /\r\n",
    "http-2-preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "method-bad": b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "method-empty": b" / HTTP/1.1\r\nHost: a\r\n\r\n",
    "method-long": b"G" * 33 + b" / HTTP/1.1\r\nHost: a\r\n\r\n",
    "tls-hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 30,
    "chunk-no-size": _CHUNKS + b"\r\nabc\r\n0\r\n\r\n",
    "chunk-size-letters": _CHUNKS + b"g\r\nabc\r\n0\r\n\r\n",
    "chunk-size-plus": _CHUNKS + b"+3\r\nabc\r\n0\r\n\r\n",
    "chunk-size-minus": _CHUNKS + b"-3\r\nabc\r\n0\r\n\r\n",
    "chunk-size-0x": _CHUNKS + b"0x3\r\nabc\r\n0\r\n\r\n",
    "chunk-size-underscore": _CHUNKS + b"1_0\r\nabc\r\n0\r\n\r\n",
    "chunk-size-space-before": _CHUNKS + b" 3\r\nabc\r\n0\r\n\r\n",
    "chunk-size-space-after": _CHUNKS + b"3 \r\nabc\r\n0\r\n\r\n",
    "chunk-size-overflow": _CHUNKS + b"10000000000000003\r\nabc\r\n0\r\n\r\n",
    "chunk-size-64-bits": _CHUNKS + b"ffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "chunk-size-bare-lf": _CHUNKS + b"3\nabc\r\n0\r\n\r\n",
    "chunk-size-bare-cr": _CHUNKS + b"3\rabc\r\n0\r\n\r\n",
    "chunk-extension": _CHUNKS + b"3;a=b\r\nabc\r\n0\r\n\r\n",
    "chunk-extension-lf": _CHUNKS + b"3;\nxx\r\nabc\r\n0\r\n\r\n",
    "chunk-extension-cr": _CHUNKS + b"3;a\rb\r\nabc\r\n0\r\n\r\n",
    "chunk-extension-quoted": _CHUNKS + b'3;a="\r\n"\r\nabc\r\n0\r\n\r\n',
    "chunk-too-long": _CHUNKS + b"3\r\nabcd\r\n0\r\n\r\n",
    "chunk-too-short": _CHUNKS + b"4\r\nabc\r\n0\r\n\r\n",
    "chunk-end-lf": _CHUNKS + b"3\r\nabc\n0\r\n\r\n",
    "chunk-end-none": _CHUNKS + b"3\r\nabc0\r\n\r\n",
    "chunk-end-other": _CHUNKS + b"3\r\nabcXX0\r\n\r\n",
    "trailer-bad-name": _CHUNKS + b"0\r\nX Y: z\r\n\r\n",
    "trailer-fold": _CHUNKS + b"0\r\nX: y\r\n z\r\n\r\n",
    "trailer-bare-lf": _CHUNKS + b"0\r\nX: y\nZ: z\r\n\r\n",
    "trailer-no-colon": _CHUNKS + b"0\r\nGET / HTTP/1.1\r\n\r\n",
}  # fmt: skip

OTHERWISE: Final = {
    "connect": (b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405),
    "version-1.2": (b"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    "version-3.0": (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
    "expect-other": (_GET + b"Expect: 200-ok\r\n\r\n", 417),
    "expect-twice": (_GET + b"Expect: 100-continue\r\nExpect: x\r\n\r\n", 417),
    "target-long": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "target-endless": (b"GET /" + b"a" * 40_000, 414),
    "head-long": (_GET + b"X: " + b"a" * 40_000 + b"\r\n\r\n", 431),
    "head-endless": (_GET + b"X: a\r\n" * 8000, 431),
    "headers-many": (_GET + b"X: a\r\n" * 101 + b"\r\n", 431),
}

AFTER: Final = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def stand() -> Iterator[Standing]:
    with standing() as made:
        yield made
        assert made.alarms == []


@pytest.mark.parametrize("wanted", [0, 1000], ids=["streamed", "gathered"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_each_is_refused(stand: Standing, name: str, wanted: int) -> None:
    stand.guard.body_wanted = wanted
    stand.origin.got.clear()
    stand.refusals.clear()
    said = stand.say(CATALOGUE[name] + (AFTER if name != "http-0.9" else b""))
    assert said.startswith(b"HTTP/1.1 400 Bad Request\r\n"), said
    assert b"\r\nConnection: close\r\n" in said
    assert said.count(b"HTTP/1.1 ") == 1
    assert not any(b"smuggled" in got.head for got in stand.origin.got)
    if wanted or b"chunked\r\n\r\n" not in CATALOGUE[name]:
        assert stand.origin.got == []
    assert len(stand.refusals) == 1 and stand.refusals[0].status == 400


@pytest.mark.parametrize("name", OTHERWISE)
def test_each_has_its_status(stand: Standing, name: str) -> None:
    raw, status = OTHERWISE[name]
    stand.origin.got.clear()
    said = stand.say(raw)
    assert said.startswith(b"HTTP/1.1 %d " % status), said[:200]
    assert stand.origin.got == []


def test_a_request_whose_body_is_missing_is_not_passed_on(stand: Standing) -> None:
    stand.guard.body_wanted = 1000
    stand.origin.got.clear()
    assert stand.say(_POST + b"Content-Length: 10\r\n\r\nabc", half_close=True) == b""
    assert stand.say(_CHUNKS + b"3\r\nab", half_close=True) == b""
    assert stand.origin.got == []


def test_the_table_lists_them_all() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "shield-proxy.md"
    text = page.read_text("utf-8")
    missing = [name for name in (*CATALOGUE, *OTHERWISE) if f"`{name}`" not in text]
    assert missing == []
