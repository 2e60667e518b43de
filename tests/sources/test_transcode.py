"""Text in other encodings, read as UTF-8."""

from __future__ import annotations

import codecs
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.errors import UnreadableError
from vedette.sources.stream import ByteStream
from vedette.sources.transcode import Transcoded, WithoutMark, encoding_of


def everything(stream: ByteStream, size: int) -> bytes:
    pieces = []
    while piece := stream.read(size):
        pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (codecs.BOM_UTF8 + b"{}", "utf-8-sig"),
        ("\ufeff{}".encode("utf-16-le"), "utf-16-le"),
        ("\ufeff{}".encode("utf-16-be"), "utf-16-be"),
        ('{"name": 1}'.encode("utf-16-le"), "utf-16-le"),
        ('{"name": 1}'.encode("utf-16-be"), "utf-16-be"),
        (b'{"name": 1}', None),
        (b"", None),
        (bytes(64), None),
        (b"ElfFile\0" + bytes(8), None),
    ],
)
def test_the_encoding_is_told_from_the_first_bytes(head: bytes, encoding: str | None) -> None:
    assert encoding_of(head) == encoding


@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8")),
    st.sampled_from(["utf-16-le", "utf-16-be"]),
    st.integers(1, 9),
)
def test_utf16_comes_out_as_utf8(text: str, encoding: str, size: int) -> None:
    stream = io.BytesIO(("\ufeff" + text).encode(encoding))
    assert everything(Transcoded(stream, encoding), size) == text.encode()


@settings(deadline=None)
@given(st.binary(), st.integers(1, 9))
def test_what_is_no_utf16_is_read_and_then_told_of(data: bytes, size: int) -> None:
    stream = Transcoded(io.BytesIO(data), "utf-16-le")
    out = b""
    try:
        while piece := stream.read(size):
            out += piece
    except UnreadableError:
        assert len(data) % 2
    else:
        assert not len(data) % 2
    out.decode()


def test_the_utf8_mark_is_taken_away() -> None:
    assert everything(WithoutMark(io.BytesIO(codecs.BOM_UTF8 + b"abc")), 2) == b"abc"


def test_a_lone_surrogate_is_replaced() -> None:
    stream = io.BytesIO("a\ud800b\n".encode("utf-16-le", "surrogatepass"))
    assert everything(Transcoded(stream, "utf-16-le"), 64) == "a\ufffdb\n".encode()
