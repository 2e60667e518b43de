"""Injections into HTML: as libinjection judges them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from modsecurity_library import library
from seclang.injection.injection_pieces import HTML_VALUES
from vedette.seclang.injection.html import judged, xss

ATTACKS = [
    *(b"<script>alert(1)</script>", b"'><img src=x onerror=alert(1)>", b"<svg/onload=alert(1)>"),
    *(b"onclick=alert(1)", b"' onmouseover='a", b'<a href="java&#115;cript:alert(1)">'),
    *(b"<a href=&#x64;ata:text/html>", b"<!--[if IE]>", b"<!doctype html>", b"<?xml version=1>"),
    *(b"<b style=x>", b"<set attributename=onclick to=x>", b"`><b style=a", b"<sc\0ript>"),
    *(b"<x xmlns=a>", b"<!ENTITY a>", b"<!-- ` -->", b"<a href=\x80\x01javascript:x>"),
]
BENIGN = [
    *(b"", b"hello", b"a=b&c=d", b"1 < 2", b"<p>Some <b>bold</b> text</p>", b"x <3 you"),
    *(b'<a href="https://example.org/">link</a>', b"if (a < b && c > d)", b"<!-- a -->", b"on=1"),
]


@pytest.mark.parametrize("value", ATTACKS, ids=repr)
def test_attacks(value: bytes) -> None:
    assert xss(value)
    assert library().xss(value)


@pytest.mark.parametrize("value", BENIGN, ids=repr)
def test_benign(value: bytes) -> None:
    assert not xss(value)
    assert not library().xss(value)


@settings(max_examples=1_200, deadline=None)
@given(HTML_VALUES)
@example(b"</a b><script>")
@example(b"<a href=&#")
@example(b"<a href='&#'javascript>")
def test_as_libinjection(value: bytes) -> None:
    assert judged(value) == library().xss(value)


@pytest.mark.parametrize(
    "piece",
    [
        b"<",
        b"<a ",
        b"=",
        b"<!--",
        b"<!-- -",
        b"-\0",
        b"<%",
        b"&#0",
        b"a=",
        b"/",
        b"/>",
        b"<a b='",
        b"\0",
    ],
    ids=repr,
)
def test_long_hostile_values_end(piece: bytes) -> None:
    value = b"<a href=" + piece * (300_000 // len(piece))
    assert judged(value) == library().xss(value)
