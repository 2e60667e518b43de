"""The reader of heads beside two others, h11 and httptools: what is accepted, all read alike."""

from __future__ import annotations

import h11
import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.shield.proxy.http.authority import split_authority
from vedette.shield.proxy.http.chunks import BadChunk, Chunks, chunk
from vedette.shield.proxy.http.framing import CHUNKED
from vedette.shield.proxy.http.limits import Limits
from vedette.shield.proxy.http.refused import BadUpstream, Refused
from vedette.shield.proxy.http.request_fields import FieldsReader
from vedette.shield.proxy.http.request_head import RequestHead, read_request_head
from vedette.shield.proxy.http.response_head import read_response_head

_ODD = st.sampled_from(
    [b" ", b"\t", b"\r", b"\n", b"\r\n", b"\0", b":", b",", b"\x0b", b"\xa0", b"chunked", b"5",
     b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n", b"HTTP/1.1",
     b"#", b"@", b"http://a/", b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"\x7f"]
)  # fmt: skip


@st.composite
def _heads(draw: st.DrawFn) -> bytes:
    """Sound heads with something done to them."""
    lines = [
        draw(st.sampled_from([b"GET", b"POST", b"OPTIONS", b"M-SEARCH"]))
        + b" "
        + draw(st.sampled_from([b"/", b"/a?b=c", b"*", b"http://a/x", b"http://a?x"]))
        + draw(st.sampled_from([b" HTTP/1.1", b" HTTP/1.0"])),
        *draw(
            st.lists(
                st.sampled_from(
                    [b"Host: a", b"X: y", b"Content-Length: 5", b"Transfer-Encoding: chunked",
                     b"Connection: keep-alive", b"Connection: close, x", b"Y:", b"Z:  a b \t",
                     b"Expect: 100-continue"]
                ),
                max_size=6,
            )
        ),
    ]  # fmt: skip
    raw = b"\r\n".join(lines) + b"\r\n\r\n"
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(raw) - 4))
        raw = raw[:at] + draw(_ODD) + raw[at + draw(st.integers(0, 2)) :]
    end = raw.find(b"\r\n\r\n")
    return raw[: end + 4] if end >= 0 else raw + b"\r\n\r\n"


def _ours(raw: bytes) -> RequestHead | None:
    try:
        return read_request_head(raw, Limits(), FieldsReader(Limits()))
    except Refused:
        return None


@given(_heads())
def test_what_is_accepted_h11_reads_alike(raw: bytes) -> None:
    head = _ours(raw)
    if head is None:
        return
    other = h11.Connection(h11.SERVER)
    other.receive_data(raw)
    try:
        event = other.next_event()
    except h11.RemoteProtocolError as error:
        # raw bytes above ASCII in targets are left to the rules, and HTTP/1.0 may name no host
        assert any(byte > 126 for byte in head.target), (error, raw)
        return
    assert isinstance(event, h11.Request)
    assert (event.method, event.target) == (head.method, head.target)
    theirs = [
        (name, said)
        for name, said in event.headers.raw_items()
        if name.lower() != b"transfer-encoding"
    ]
    ours = [(name, said) for name, said in head.fields if name.lower() != b"transfer-encoding"]
    assert theirs == ours
    body = b"5\r\nabcde\r\n0\r\n\r\n" if head.length == CHUNKED else b"abcde"
    other.receive_data(body + b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
    got = other.next_event()
    assert isinstance(got, h11.Data if head.length else h11.EndOfMessage)


class _Heard:
    """What httptools says."""

    def __init__(self) -> None:
        self.target = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_body(self, body: bytes) -> None:
        self.body += body


@given(_heads())
def test_what_is_accepted_httptools_reads_alike(raw: bytes) -> None:
    head = _ours(raw)
    if head is None or b"M-SEARCH" in raw or head.method not in (b"GET", b"POST", b"OPTIONS"):
        return
    heard = _Heard()
    parser = httptools.HttpRequestParser(heard)
    body = b"5\r\nabcde\r\n0\r\n\r\n" if head.length == CHUNKED else b"abcde"
    try:
        parser.feed_data(raw + (body if head.length else b""))
    except httptools.HttpParserUpgrade:
        return
    except httptools.HttpParserError as error:
        assert any(byte > 126 for byte in head.target) or head.length not in (0, 5, CHUNKED), error
        return
    assert heard.target == head.target
    assert [(name, said.rstrip(b" \t")) for name, said in heard.headers] == list(head.fields)
    assert parser.get_method() == head.method
    if head.length in (5, CHUNKED):
        assert heard.body == b"abcde"


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_refused(raw: bytes) -> None:
    _ours(raw + b"\r\n\r\n")
    _ours(b"GET / HTTP/1.1\r\nHost: a\r\n" + raw + b"\r\n\r\n")
    for start in (b"", b"HTTP/1.1 200 OK\r\n"):
        try:
            read_response_head(start + raw + b"\r\n\r\n", b"GET", Limits())
        except BadUpstream:
            continue


def _feed(raw: bytes, step: int, most: int) -> tuple[bytes, bool, bytes] | None:
    """Payload, whether it ended, and what is left; None where it was refused."""
    chunks, buffer, out = Chunks(Limits()), bytearray(), b""
    for at in range(0, len(raw), step):
        buffer += raw[at : at + step]
        try:
            while not chunks.done and (data := chunks.feed(buffer, most)):
                assert len(data) <= most
                out += data
        except BadChunk:
            return None
    return out, chunks.done, bytes(buffer)


@given(
    st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.integers(1, 30), st.integers(1, 50)
)
def test_chunks_come_back_however_they_are_cut(parts: list[bytes], step: int, most: int) -> None:
    raw = b"".join(map(chunk, parts)) + b"0\r\nA: b\r\n\r\n"
    assert _feed(raw + b"GET", step, most) == (b"".join(parts), True, b"GET")


@given(
    st.lists(
        st.sampled_from(
            [b"0", b"3", b"a", b"\r\n", b"\r", b"\n", b"abc", b";", b" ", b"-", b"x", b"A: b\r\n",
             b"0\r\n\r\n", b"3\r\nabc\r\n", b"fffffffffffffff", b"0000000000000003"]
        ),
        max_size=10,
    ),
    st.integers(1, 12),
)  # fmt: skip
def test_chunks_are_read_alike_however_they_are_cut(parts: list[bytes], step: int) -> None:
    raw = b"".join(parts)
    whole, pieces = _feed(raw, max(1, len(raw)), 1000), _feed(raw, step, 7)
    if whole is None or pieces is None:
        assert whole is pieces
    else:
        assert whole[:2] == pieces[:2]
        if whole[1]:
            assert whole == pieces


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (b"Firm.Example", (b"firm.example", None)),
        (b"firm.example.", (b"firm.example", None)),
        (b"firm.example:8080", (b"firm.example", 8080)),
        (b"firm.example:", (b"firm.example", None)),
        (b"192.0.2.1:1", (b"192.0.2.1", 1)),
        (b"[2001:DB8::1]:443", (b"[2001:db8::1]", 443)),
        (b"_dmarc.a", (b"_dmarc.a", None)),
        (b"[:::]", None),
        (b"a%41", None),
        (b".a", None),
        (b"", None),
        (b"a" * 300, None),
    ],
)
def test_hosts(value: bytes, answer: tuple[bytes, int | None] | None) -> None:
    assert split_authority(value) == answer


def test_fields_that_come_again_are_read_once_and_mean_the_same() -> None:
    reader = FieldsReader(Limits())
    block = b"Host: a.example\r\nConnection: keep-alive\r\n"

    def read(line: bytes) -> RequestHead:
        return read_request_head(line + block + b"\r\n", Limits(), reader)

    first, again = read(b"GET /a HTTP/1.1\r\n"), read(b"HEAD /b?c HTTP/1.1\r\n")
    assert again.fields is first.fields
    assert (first.method, first.target, first.keep) == (b"GET", b"/a", True)
    assert (again.method, again.target, again.keep) == (b"HEAD", b"/b?c", True)
    with pytest.raises(Refused, match="Host differs"):
        read(b"GET http://b.example/ HTTP/1.1\r\n")


def test_an_older_version_reads_the_same_fields_otherwise() -> None:
    reader = FieldsReader(Limits())
    block = b"Host: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    head = read_request_head(b"POST / HTTP/1.1\r\n" + block, Limits(), reader)
    assert head.length == CHUNKED
    for _ in range(2):  # what is refused is not remembered
        with pytest.raises(Refused, match=r"Transfer-Encoding in HTTP/1\.0"):
            read_request_head(b"POST / HTTP/1.0\r\n" + block, Limits(), reader)
