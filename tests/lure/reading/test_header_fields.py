"""Header fields as they are written in the world."""

from __future__ import annotations

import base64
import re
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.message import Address
from vedette.lure.reading.addresses import parse_addresses
from vedette.lure.reading.charsets import codec_of, decoded
from vedette.lure.reading.dates import parse_date
from vedette.lure.reading.encoded_words import decode_words
from vedette.lure.reading.fields import looks_like_header, split_header
from vedette.lure.reading.limits import DEFAULT
from vedette.lure.reading.parameters import parse_parameters


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?caf=C3=A9?=", "café"),
        ("=?UTF-8?b?Y2Fmw6k=?= end", "café end"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\t=?iso-8859-1?q?=E9?=", "aé"),
        ("=?utf-8?b?4pyF4pw=?= =?utf-8?b?hQ==?=", "✅✅"),
        ("=?utf-8?q?=E2=9C?= =?utf-8?b?hQ==?=", "✅"),
        ("x=?utf-8?q?=C3=A9?=y", "xéy"),
        ("=?utf-8?q?a b?=", "a b"),
        ("=?utf-8?q?a_b=3F?=", "a b?"),
        ("=?utf-8*en?q?a?=", "a"),
        ("=?nonsense?q?=C3=A9?=", "é"),
        ("=?utf-8?q?=FF?=", "\ufffd"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?utf-8?b?YQ", "=?utf-8?b?YQ"),
        ("=?utf-8?q?a=0D=0A_b?=", "a b"),
        ("=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b"),
        ("=?iso-2022-jp?b?GyRCJCIbKEI=?=", "あ"),
        ("=?utf-8?b?YQ==?= =?x", "a =?x"),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    assert decode_words(value) == text


_marks = st.sampled_from(["=?", "?=", "?q?", "?b?", "utf-8", "x", " ", "=E9", "é", "YQ==", "?"])


@settings(max_examples=500)
@given(st.lists(_marks, max_size=14).map("".join))
def test_encoded_words_never_raise(value: str) -> None:
    decode_words(value)


@st.composite
def _words(draw: st.DrawFn, text: str) -> str:
    if draw(st.booleans()):
        return "=?utf-8?b?" + base64.b64encode(text.encode()).decode() + "?="
    return "=?utf-8?q?" + "".join(f"={byte:02X}" for byte in text.encode()) + "?="


@given(st.data(), st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=9))
def test_words_in_a_row(data: st.DataObject, texts: list[str]) -> None:
    """Many words of one value, in either encoding, read as one text."""
    value = " ".join(data.draw(_words(text)) for text in texts)
    whole = "".join(texts)
    assert decode_words(value) == re.sub(r"[\r\n]+[ \t]*", " ", whole)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@b.test", [("", "a@b.test")]),
        ("Ada <A@B.test>", [("Ada", "a@b.test")]),
        ('"Doe, John" <j@x.test>', [("Doe, John", "j@x.test")]),
        ("Doe, John <j@x.test>", [("Doe, John", "j@x.test")]),
        ("a@b.test (Ada L)", [("Ada L", "a@b.test")]),
        ("A (c (d)) <a@b.test>, c@d.test", [("A", "a@b.test"), ("", "c@d.test")]),
        ("team: a@b.test, B <b@b.test>;", [("", "a@b.test"), ("B", "b@b.test")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?q?a=2C_b=40c=2Etest?= <x@y.test>", [("a, b@c.test", "x@y.test")]),
        ('"hr@boeing.com" <x@evil.test>', [("hr@boeing.com", "x@evil.test")]),
        ("hr@boeing.com <x@evil.test>", [("hr@boeing.com", "x@evil.test")]),
        ("HR <hr@boeing.com> <x@evil.test>", [("HR <hr@boeing.com>", "x@evil.test")]),
        ('"a\\"b" <x@y.test>', [('a"b', "x@y.test")]),
        ('"john doe"@x.test', [("", '"john doe"@x.test')]),
        ("<@relay.test:a@b.test>", [("", "a@b.test")]),
        ("< a @ b.test >", [("", "a@b.test")]),
        ("<>", [("", "")]),
        ("Nobody", [("Nobody", "")]),
        ("a@b.test; c@d.test", [("", "a@b.test"), ("", "c@d.test")]),
        ("Ada <a@b.test", [("Ada", "a@b.test")]),
        ('"Ada <a@b.test>', [("Ada", "a@b.test")]),
        ("", []),
    ],
)
def test_addresses(value: str, expected: list[tuple[str, str]]) -> None:
    assert parse_addresses(value) == tuple(Address(*one) for one in expected)


@given(st.text(st.sampled_from('ab"<>@,;:() \\=?.é'), max_size=40))
def test_addresses_never_raise(value: str) -> None:
    for address in parse_addresses(value):
        assert address.address == address.address.lower()


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Mon, 3 Mar 2025 10:11:12 +0100", "2025-03-03T09:11:12+00:00"),
        ("3 Mar 2025 10:11 -0530", "2025-03-03T15:41:00+00:00"),
        ("Mon, 03 March 2025 10:11:12 GMT", "2025-03-03T10:11:12+00:00"),
        ("Mon Mar  3 10:11:12 2025", "2025-03-03T10:11:12+00:00"),
        ("Mon, 3 Mar 25 10:11:12 EST", "2025-03-03T15:11:12+00:00"),
        ("Mon, 3 Mar 2025 23:59:60 +0000 (UTC)", "2025-03-03T23:59:59+00:00"),
        ("2025-03-03T10:11:12Z", "2025-03-03T10:11:12+00:00"),
    ],
)
def test_dates(value: str, iso: str) -> None:
    assert parse_date(value) == round(datetime.fromisoformat(iso).timestamp() * 1e6)


@pytest.mark.parametrize("value", ["", "soon", "Mon, 35 Foo 2025", "1 Jan 99999 00:00 +0000", "-"])
def test_no_dates(value: str) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "main", "parameters"),
    [
        ("Text/HTML", "text/html", {}),
        ('a/b; X="y;z"; q=1', "a/b", {"x": "y;z", "q": "1"}),
        ("a/b; name=my file.pdf", "a/b", {"name": "my file.pdf"}),
        ('a/b; boundary="--unclosed', "a/b", {"boundary": "--unclosed"}),
        ("a/b; name*=utf-8''%e2%82%ac.pdf", "a/b", {"name": "€.pdf"}),
        ("a/b; name*1*=%B1.exe; name*0*=iso-8859-1''a", "a/b", {"name": "a±.exe"}),
        ('a/b; name*0="a b"; name*1=.pdf', "a/b", {"name": "a b.pdf"}),
        ('a/b; name="=?utf-8?q?=C3=A9.pdf?="', "a/b", {"name": "é.pdf"}),
        ("a/b; name=x; name*=utf-8''y", "a/b", {"name": "y"}),
        ("a/b;;; =; x", "a/b", {}),
    ],
)
def test_parameters(value: str, main: str, parameters: dict[str, str]) -> None:
    assert parse_parameters(value) == (main, parameters)


@pytest.mark.parametrize(
    ("data", "label", "text", "told"),
    [
        (b"a", "", "a", ""),
        (b"\x93a\x94", "iso-8859-1", "“a”", ""),
        (b"\x81", "windows-1252", "\x81", ""),
        ("é".encode(), "", "é", ""),
        (b"\xe9", "", "é", "says no charset"),
        (b"\xe9", "no-such", "é", "unknown charset"),
        ("é".encode(), "ascii", "Ã©", ""),
        ("안".encode("cp949"), "ks_c_5601-1987", "안", ""),
        ("中".encode("gb18030"), "gb2312", "中", ""),
        ("ש".encode("iso8859-8"), "iso-8859-8-i", "ש", ""),
        (b"\xff\xfe", "utf-8", "\ufffd\ufffd", "bytes that are not UTF-8"),
        (b"+AGE-", "utf-7", "a", ""),
        (b'\x1b$B$"\x1b(B', "iso-2022-jp", "あ", ""),
    ],
)
def test_charsets(data: bytes, label: str, text: str, told: str) -> None:
    found, what = decoded(data, label)
    assert found == text
    assert what.startswith(told) and bool(what) == bool(told)


@pytest.mark.parametrize("label", ["punycode", "idna", "rot13", "base64", "unicode_escape", "zip"])
def test_what_is_no_charset(label: str) -> None:
    assert codec_of(label) is None


def test_headers_keep_order_and_repetitions() -> None:
    raw = b"Received: one\r\nX: a\r\n\tb\r\nreceived : two\r\n\r\nbody"
    fields, body, fault = split_header(raw, 0, len(raw), DEFAULT)
    assert fields == [("received", "one"), ("x", "a\tb"), ("received", "two")]
    assert raw[body:] == b"body"
    assert fault == ""


def test_header_ends_before_a_line_that_is_no_field() -> None:
    raw = b"Subject: x\nDear Ada,\n\nmore"
    fields, body, fault = split_header(raw, 0, len(raw), DEFAULT)
    assert fields == [("subject", "x")]
    assert raw[body:] == b"Dear Ada,\n\nmore"
    assert "without an empty line" in fault


@pytest.mark.parametrize(
    "head", [b"From: a", b"\n\nSubject: x", b"X-A: b", b"A: b\nC: d", b"From x\nTo: y"]
)
def test_what_looks_like_a_message(head: bytes) -> None:
    assert looks_like_header(head)


@pytest.mark.parametrize("head", [b"", b"https://x.test", b"Note: a\nb", b"MZ\x90", b"hello"])
def test_what_does_not(head: bytes) -> None:
    assert not looks_like_header(head)
