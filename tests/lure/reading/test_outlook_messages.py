"""What Outlook writes: .msg, winmail.dat, rich text."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lure.reading.outlook_files import BYTES, LONG, TIME, WIDE, Msg, packed_rtf, properties, tnef
from vedette.lure.message import Address
from vedette.lure.reading import read_mail, read_msg
from vedette.lure.reading.rtf import rtf_text, unpacked

HTML_RTF = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}"
    rb"{\*\htmltag19 <html>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Caf\'e9 \u1513?"
    rb"{\*\htmltag84 <a href=\"https://x.test/\">}here{\*\htmltag92 </a>}\htmlrtf }\htmlrtf0 "
    rb"{\*\htmltag72 </p>}{\*\mhtmltag72 <no>}}"
)


def _offer() -> Msg:
    return Msg(
        texts={
            0x0037: "Stellenangebot",
            0x1000: "Hallo\r\nhttps://x.test/a",
            0x0042: "HR Boeing",
            0x5D02: "HR@Sender.test",
        },
        blobs={0x1013: b"<p>Hallo</p><p style='display:none'>weg</p>"},
        numbers={0x0039: (TIME, (1741000000 + 11644473600) * 10_000_000)},
        recipients=[("Ada", "ada@firm.test"), ("Exchange", "/o=firm/cn=x")],
        files=[("offer.pdf", "application/pdf", b"%PDF-1.7"), ("big.bin", "", b"x" * 9000)],
    )


def test_a_saved_message() -> None:
    message = read_msg(_offer().write(), "offer.msg")
    assert message.problems == ()
    assert message.sender == Address("HR Boeing", "hr@sender.test")
    assert message.recipients == (Address("Ada", "ada@firm.test"), Address("Exchange", ""))
    assert message.subject == "Stellenangebot"
    assert message.date == 1741000000_000_000
    assert [(text.part, text.text) for text in message.texts] == [
        ("subject", "Stellenangebot"),
        ("1", "Hallo\nhttps://x.test/a"),
        ("2", "Hallo"),
        ("2.hidden", "weg"),
    ]
    assert [link.url for link in message.links] == ["https://x.test/a"]
    assert [(file.name, file.content_type, len(file.data)) for file in message.attachments] == [
        ("offer.pdf", "application/pdf", 8),
        ("big.bin", "application/octet-stream", 9000),
    ]


def test_transport_headers_are_believed_first() -> None:
    offer = _offer()
    offer.texts[0x007D] = (
        "Received: from x\r\nFrom: =?utf-8?q?H=C3=A9?= <real@x.test>\r\nReply-To: r@y.test\r\n"
        "Return-Path: <bounce@z.test>\r\nDate: Mon, 3 Mar 2025 10:11:12 +0000\r\n\r\n"
    )
    message = read_msg(offer.write(), "t")
    assert message.sender == Address("Hé", "real@x.test")
    assert message.reply_to == (Address("", "r@y.test"),)
    assert message.envelope_from == Address("", "bounce@z.test")
    assert message.date == 1740996672_000_000
    assert message.header("received") == "from x"


def test_messages_inside_messages() -> None:
    inner = Msg(texts={0x0037: "inner", 0x1000: "deep"}, files=[("a.lnk", "", b"L")])
    message = read_msg(Msg(texts={0x0037: "outer"}, messages=[inner]).write(), "t")
    assert [one.subject for one in message.nested] == ["inner"]
    assert message.nested[0].texts[1].text == "deep"
    assert message.nested[0].attachments[0].name == "a.lnk"


def test_html_that_is_wrapped_in_rich_text() -> None:
    message = read_msg(Msg(blobs={0x1009: packed_rtf(HTML_RTF)}).write(), "t")
    assert [(text.text, text.html) for text in message.texts] == [("Café שhere", True)]
    assert [link.url for link in message.links] == ["https://x.test/"]


def test_a_saved_message_as_attachment() -> None:
    import base64

    raw = (
        b"Content-Type: application/vnd.ms-outlook; name=offer.msg\n"
        b"Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n"
    ) + base64.encodebytes(_offer().write())
    message = read_mail(raw, "t")
    assert message.attachments == ()
    assert message.nested[0].subject == "Stellenangebot"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_saved_messages(data: st.DataObject) -> None:
    raw = bytearray(_offer().write())
    for _ in range(data.draw(st.integers(1, 10))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    read_msg(bytes(raw[: data.draw(st.integers(0, len(raw)))]), "t")


def test_winmail() -> None:
    body = properties(
        [
            (0x8001, LONG, b"\1\0\0\0"),
            (0x1000, WIDE, "Text https://t.test/x\0".encode("utf-16-le")),
            (0x1009, BYTES, packed_rtf(HTML_RTF)),
        ]
    )
    file = properties([(0x3707, WIDE, "Lebenslauf ü.docx".encode("utf-16-le"))])
    data = tnef(
        [
            (1, 0x00069007, struct.pack("<II", 1252, 0)),
            (1, 0x00069003, body),
            (2, 0x00069002, b"\0" * 14),
            (2, 0x00018010, b"LEBEN~1.DOC\0"),
            (2, 0x0006800F, b"PK\3\4"),
            (2, 0x00069005, file),
            (2, 0x00069002, b"\0" * 14),
            (2, 0x00018010, b"b.txt\0"),
            (2, 0x0006800F, b"b"),
        ]
    )
    raw = b"Content-Type: application/ms-tnef; name=winmail.dat\n\n" + data
    message = read_mail(raw, "t")
    assert message.problems == ()
    assert [(text.part, text.text) for text in message.texts] == [
        ("1.body", "Text https://t.test/x"),
        ("1.html", "Café שhere"),
    ]
    assert [(file.name, file.data) for file in message.attachments] == [
        ("Lebenslauf ü.docx", b"PK\3\4"),
        ("b.txt", b"b"),
    ]
    cut = read_mail(raw[:-20], "t")
    assert "cut short" in cut.problems[0].what
    broken = read_mail(raw.replace(b"\x78\x9f", b"\0\0", 1), "t")
    assert broken.attachments[0].name == "winmail.dat"
    assert "not the TNEF data" in broken.problems[0].what


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_tnef(data: bytes) -> None:
    read_mail(b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\0\0" + data, "t")


def test_rich_text_of_the_specification() -> None:
    """MS-OXRTFCP 4.1: the two worked examples."""
    simple = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af320"
        "68656c09002062770 5b06c647d0a800fa0".replace(" ", "")
    )
    assert unpacked(simple) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    repeated = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpacked(repeated) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@given(st.binary(max_size=3000))
def test_rich_text_round_trip(rtf: bytes) -> None:
    assert unpacked(packed_rtf(rtf)) == rtf


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_rich_text(data: bytes) -> None:
    unpacked(struct.pack("<IIII", len(data), 5000, 0x75465A4C, 0) + data)
    rtf_text(data)


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi a\par b\tab c}", "a\nb\tc"),
        (rb"{\rtf1\ansicpg1255 \'f9\'ec}", "של"),
        (rb"{\rtf1\uc2 \u50504\'be\'c8x}", "안x"),
        (rb"{\rtf1 {\*\generator x;}a\{b\}\\}", "a{b}\\"),
        (rb"{\rtf1 \u-10179?\u-8704?}", "\U0001f600"),
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\pict 00ff}seen}", "seen"),
    ],
)
def test_rich_text_as_text(rtf: bytes, text: str) -> None:
    assert rtf_text(rtf) == (text, False)
