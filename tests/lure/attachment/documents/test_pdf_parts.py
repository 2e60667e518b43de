"""PDF objects and filters, against values written by hand and against the reverse operation."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lure.attachment.builders.pdfs import packed, pdf, stream
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.documents.pdf_filters import decoded
from vedette.lure.attachment.documents.pdf_objects import Name, Object, Reference, parse, text_of
from vedette.lure.attachment.inspection import inspect_in_process


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"<< /A 1 /B [1 0 R (x)] >>", {"A": 1, "B": [Reference(1, 0), b"x"]}),
        (b"/J#61va#53cript", Name("JavaScript")),
        (b"(a\\(b\\)c (d) \\101\\n\\\ne)", b"a(b)c (d) A\ne"),
        (b"<48 65 6C6c 6F7>", b"Hellop"),
        (b"[true false null -1.5 +3 .5]", [True, False, None, -1.5, 3, 0.5]),
        (b"<< /A % comment >>\n (b) /C << /D /E >> >>", {"A": b"b", "C": {"D": Name("E")}}),
        (b"<< /A (b) rubbish /C 1 >>", {"A": b"b", "C": 1}),
        (b"<< /A /B", {"A": Name("B")}),
        (b"(never closed", b"never closed"),
        (b"", None),
    ],
)
def test_parse(text: bytes, value: Object) -> None:
    assert parse(text) == value


def test_text_of() -> None:
    assert text_of("é".encode("utf-16")) == "é"
    assert text_of(b"\xfe\xff\0a") == "a"
    assert text_of(b"\xef\xbb\xbf\xc3\xa9") == "é"
    assert text_of(b"\xe9") == "é"
    assert text_of(None) == ""


@given(st.binary(max_size=2000))
def test_filters_undo(data: bytes) -> None:
    flate = zlib.compress(data)
    assert decoded(flate, ["FlateDecode"], 4000) == data
    assert decoded(data.hex().encode() + b">", ["ASCIIHexDecode"], 4000) == data
    assert decoded(base64.a85encode(data, adobe=True), ["ASCII85Decode"], 4000) == data
    assert decoded(_lzw(data), ["LZWDecode"], 4000) == data
    twice = base64.a85encode(flate) + b"~>"
    assert decoded(twice, ["A85", "Fl"], 4000) == data
    assert decoded(flate, ["FlateDecode"], 10) == data[:10]


def _lzw(data: bytes) -> bytes:
    """An encoder after ISO 32000-2, 7.4.4.2, with the early change of code widths."""
    codes = [256]
    widths = [9]
    table = {bytes((byte,)): byte for byte in range(256)}
    free, held = 258, b""

    def width() -> int:
        return 9 if free < 511 else 10 if free < 1023 else 11 if free < 2047 else 12

    for byte in data:
        longer = held + bytes((byte,))
        if longer in table:
            held = longer
            continue
        codes.append(table[held])
        widths.append(width())
        table[longer] = free
        free += 1
        held = bytes((byte,))
    if held:
        codes.append(table[held])
        widths.append(width())
        free += 1
    codes.append(257)
    widths.append(width())
    bits = "".join(f"{code:0{size}b}" for code, size in zip(codes, widths, strict=True))
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def test_run_length() -> None:
    assert decoded(b"\x02abc\xfed\x80", ["RunLengthDecode"], 100) == b"abcddd"


@pytest.mark.parametrize("filters", [["JBIG2Decode"], ["FlateDecode"] * 9])
def test_filters_that_are_not_undone(filters: list[str]) -> None:
    data = b"x"
    for _ in range(9):
        data = zlib.compress(data)
    with pytest.raises(Unreadable):
        decoded(data, filters, 10_000)


def test_text_and_links() -> None:
    content = stream(b"BT [(Dear) -250 (Ms ) 20 (A\\(1\\))] TJ T* (second line) Tj ET")
    data = packed(
        {7: "<< /S /URI /URI (https://careers.example/a) >>"}, page="/Contents 8 0 R"
    ).replace(b"xref", b"8 0 obj\n" + content + b"\nendobj\nxref", 1)
    (report,) = inspect_in_process([("offer.pdf", data)])
    assert report.texts == (("offer.pdf", "Offer\nDear Ms A(1)\nsecond line"),)
    assert report.urls == (("offer.pdf", "https://careers.example/a"),)
    assert report.signs == ()


def test_inline_picture_is_no_text() -> None:
    content = stream(b"BT (Hello) Tj ET BI /W 1 ID (junk) Tj (more) Tj EI BT (there) Tj ET")
    (report,) = inspect_in_process([("offer.pdf", pdf({4: content}))])
    assert report.texts == (("offer.pdf", "Hello\nthere"),)
