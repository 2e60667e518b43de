"""Whatever the bytes are, a message comes out, in time, and says what was left out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.lure.message import Message
from vedette.lure.reading import Limits, read_mail

SAMPLE = (
    b"From: =?utf-8?B?w4Q=?= <a@b.test>\r\nTo: c@d.test\r\nSubject: =?iso-8859-1?Q?=E9?=\r\n"
    b'Date: Mon, 3 Mar 2025 10:11:12 +0100\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nH=C3=A9llo \r\nhttps://x.test/a\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p style='display:none'>x</p>"
    b"<a href='//y.test'>y</a>\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody\r\n"
    b"--b\r\nContent-Type: application/pdf; name*0*=utf-8''%C3%A9; name*1=.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n"
    b"JVBERg==\r\n--b--\r\n"
)


@pytest.fixture
def no_hang() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise AssertionError("still reading after 30 seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def check(message: Message) -> None:
    """What every message keeps, however it was read."""
    texts = {text.part: text.text for text in message.texts}
    msgspec.json.encode(message)  # no halves of characters
    for link in message.links:
        assert 0 <= link.start <= link.end <= len(texts[link.part])
        if link.end > link.start:
            assert texts[link.part][link.start : link.end] == link.text
    for inner in message.nested:
        check(inner)
    for problem in message.problems:
        assert problem.what and problem.where.startswith(message.place)


def _whats(message: Message) -> str:
    return " | ".join(problem.what for problem in message.problems)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    check(read_mail(raw, "t"))


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_mutated(data: st.DataObject) -> None:
    raw = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(raw) - 1))
        cut = data.draw(st.integers(0, 8))
        raw[at : at + cut] = data.draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [
                        b"=?",
                        b"?=",
                        b"\r\n",
                        b"\n\n",
                        b"--b",
                        b"--b--",
                        b"\0",
                        b"<",
                        b'"',
                        b";",
                        b"*",
                    ]
                ),
            )
        )
    check(read_mail(bytes(raw), "t"))


def test_every_cut_of_a_message() -> None:
    for end in range(len(SAMPLE)):
        check(read_mail(SAMPLE[:end], "t"))


def test_too_many_parts() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_500
    message = read_mail(raw, "t")
    assert "more than 10000 parts" in _whats(message)
    assert len(message.texts) == 10_000


def test_parts_inside_one_another() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(60)
    )
    message = read_mail(raw + b"\nend", "t")
    assert "more than 20 parts inside one another" in _whats(message)


def test_messages_inside_one_another() -> None:
    raw = b"Content-Type: message/rfc822\n\n" * 100 + b"Subject: x\n\nx"
    message = read_mail(raw, "t")
    depth = 0
    while message.nested:
        message, depth = message.nested[0], depth + 1
    assert depth == 19
    assert "inside one another" in _whats(message)
    assert message.attachments[0].data.endswith(b"Subject: x\n\nx")


def test_parts_of_nested_messages_count() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=i\n\n" + b"--i\n\nx\n" * 60
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n"
    raw += (b"--b\nContent-Type: message/rfc822\n\n" + inner) * 5
    message = read_mail(raw, "t", Limits(parts=100))
    assert "more than 100 parts" in _whats(message)
    assert sum(len(one.texts) for one in message.nested) < 100


def test_huge_header_keeps_the_body() -> None:
    raw = b"Subject: s\n" + b"X-A: " + b"a" * (50 << 20) + b"\n\nbody text"
    message = read_mail(raw, "t")
    assert "a header of more than 262144 bytes" in _whats(message)
    assert message.subject == "s"
    assert message.texts[-1].text == "body text"


def test_many_fields_and_links_and_problems() -> None:
    message = read_mail(b"A: b\n" * 6_000 + b"\nx", "t")
    assert len(message.headers) == 5_000
    assert "more than 5000 header fields" in _whats(message)
    message = read_mail(b"\n" + b"https://x.test/a " * 1_500, "t")
    assert len(message.links) == 1_000
    assert "more than 1000 links" in _whats(message)
    parts = b"--b\nContent-Transfer-Encoding: odd%d\n\nx\n"
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n"
    message = read_mail(raw + b"".join(parts % n for n in range(150)), "t")
    assert len(message.problems) == 101
    assert message.problems[-1].what == "51 more problems"


def test_halves_of_characters_do_not_pass() -> None:
    for charset in (b"utf-7", b"utf-16"):
        raw = b"Subject: \xff=?utf-7?q?+2AA-?=\nContent-Type: text/plain; charset=" + charset
        check(read_mail(raw + b"\n\n+2AA- \xd8\0", "t"))


def test_message_too_large() -> None:
    message = read_mail(b"Subject: x\n\n" + b"y" * 100, "t", Limits(message_bytes=50))
    assert _whats(message) == "more than 50 bytes, not read"
    assert not message.texts


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: " + b"=?a?q?x" * 40_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?q?x?= " * 18_000 + b"\n\nx",
        b"From: " + b'"' * 250_000 + b"\n\nx",
        b"From: " + b"(" * 250_000 + b"\n\nx",
        b"From: " + b"<" * 250_000 + b"\n\nx",
        b"To: " + b"a@b.test," * 28_000 + b"\n\nx",
        b"To: " + b"a," * 120_000 + b"\n\nx",
        b"Content-Type: a/b" + b";" * 250_000 + b"\n\nx",
        b"Content-Type: a/b" + b'; a="' * 50_000 + b"\n\nx",
        b"Content-Type: a/b; x" + b" " * 250_000 + b"\n\nx",
        b"Date: " + b"1 " * 100_000 + b"\n\nx",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"\n--bb" * 400_000,
        b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
        b"Content-Type: text/html\n\n" + b"<a><b><i>" * 100_000,
        b"Content-Type: text/html\n\n" + b"<p><span>" * 100_000,
        b"Content-Type: text/html\n\n" + b"<style>" + b"@x{" * 20_000 + b"</style>x",
        b"Content-Type: text/html\n\n" + b"<style>" + b"a{display:none}" * 4_000 + b"</style>x",
        b"Content-Type: text/html\n\n" + b"<a href=x style='" + b"/*" * 500_000 + b"'>x",
        b"Content-Type: text/html\n\n<!--" + b"<!--" * 500_000,
        b"\n" + b"/" * 500_000,
        b"\n" + b"a." * 1_000_000 + b"/x",
        b"\n" + b"www." * 500_000,
        b"\n" + b"http://" * 300_000,
        b"\n" + b"(http://x.test/" + b")" * 1_000_000,
        b"\nbegin 644 a\n" * 50_000,
        b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 100_000 + b"\xff",
        b"Content-Type: text/plain; format=flowed\n\n" + b"> > > a \n" * 100_000,
        b"Content-Type: text/enriched\n\n" + b"<param>" * 100_000,
        b"Content-Type: text/calendar\n\n" + b"SUMMARY:a\n b\n" * 60_000,
        b"Content-Transfer-Encoding: base64\n\n" + b"=a" * 300_000,
    ],
    ids=range(30),
)
def test_nothing_hangs(raw: bytes, no_hang: None) -> None:
    """Quadratic time would take minutes here."""
    check(read_mail(raw, "t"))
