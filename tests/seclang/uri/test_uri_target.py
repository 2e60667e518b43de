"""The request line, against ModSecurity's own library."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seclang.body.request_oracle import oracle, pairs
from vedette.seclang.uri import (
    Target,
    broken_percent,
    combined_size,
    decode_argument,
    decode_path,
    parse_arguments,
    split_target,
)

PIECES = ["/", "a", "b.php", "?", "&", "=", "%41", "%2f", "%3F", "%2", "%zz", "%", "+", "#"]
PIECES += ["http:", "//", "h:80", "\\", "%5c", ";", "é", "%23", ":", "%00"]
targets = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def test_every_part() -> None:
    assert split_target(b"/a%20b/c%2fd?x=%41#y", b"HTTP/1.1", b"GET") == Target(
        uri=b"/a b/c/d?x=A",
        uri_raw=b"/a%20b/c%2fd?x=%41#y",
        filename=b"/a b/c/d",
        basename=b"d",
        query=b"x=%41",
        line=b"GET /a%20b/c%2fd?x=%41#y HTTP/1.1",
    )


@pytest.mark.parametrize(
    ("target", "uri", "filename", "basename"),
    [
        (b"/", b"/", b"/", b""),
        (b"*", b"*", b"*", b""),
        (b"", b"", b"", b""),
        (b"/dir/", b"/dir/", b"/dir/", b""),
        (rb"/dir\file", rb"/dir\file", rb"/dir\file", b"file"),
        (b"http://h/a?b", b"/a?b", b"http://h/a", b"a"),
        (b"http://h", b"http://h", b"http://h", b"h"),
        (b"h:443", b"h:443", b"h:443", b""),
    ],
    ids=["root", "asterisk", "empty", "folder", "backslash", "absolute", "host", "authority"],
)
def test_forms_of_targets(target: bytes, uri: bytes, filename: bytes, basename: bytes) -> None:
    found = split_target(target, b"HTTP/1.1", b"GET")
    assert (found.uri, found.filename, found.basename) == (uri, filename, basename)


@given(targets)
def test_as_modsecurity_reads_targets(target: str) -> None:
    names = ["REQUEST_URI", "REQUEST_URI_RAW", "REQUEST_FILENAME", "PATH_INFO"]
    names += ["REQUEST_BASENAME", "REQUEST_LINE", "QUERY_STRING"]
    others = ("ARGS_GET", "ARGS_GET_NAMES", "URLENCODED_ERROR", "ARGS_COMBINED_SIZE")
    answer = oracle(*names, *others).ask(target, "GET")
    found = split_target(target.encode(), b"HTTP/1.1", b"GET")
    arguments, more = parse_arguments(found.query)
    assert {name: answer[name][0] for name in names} == {
        "REQUEST_URI": found.uri,
        "REQUEST_URI_RAW": found.uri_raw,
        "REQUEST_FILENAME": found.filename,
        "PATH_INFO": found.filename,
        "REQUEST_BASENAME": found.basename,
        "REQUEST_LINE": found.line,
        "QUERY_STRING": found.query,
    }
    assert sorted(arguments) == pairs(answer, "ARGS_GET")
    assert not more
    # names count here, too
    assert broken_percent(found.query) or answer["URLENCODED_ERROR"] == [b"0"]
    assert float(answer["ARGS_COMBINED_SIZE"][0] or 0) == combined_size(arguments)


def naive(value: bytes, plus: bool) -> bytes:
    """Byte by byte."""
    out = bytearray()
    at = 0
    while at < len(value):
        digits = value[at + 1 : at + 3]
        if (
            value[at] == 0x25
            and len(digits) == 2
            and all(d in b"0123456789abcdefABCDEF" for d in digits)
        ):
            out.append(int(digits, 16))
            at += 3
            continue
        out.append(0x20 if plus and value[at] == 0x2B else value[at])
        at += 1
    return bytes(out)


encoded = st.lists(st.sampled_from([b"%", b"4", b"1", b"f", b"+", b"\xff", b"%2B", b"z", b"%25"]))


@given(encoded.map(b"".join) | st.binary())
def test_percent_decoding_is_the_naive_one(value: bytes) -> None:
    assert decode_argument(value) == naive(value, True)
    assert decode_path(value) == naive(value, False)


def test_what_needs_no_decoding_is_the_same_object() -> None:
    value = bytes([97, 98, 99])
    assert decode_argument(value) is value
    assert decode_path(value) is value
    target = bytes([0x2F, 97])
    assert split_target(target, b"HTTP/1.1", b"GET").uri is target
