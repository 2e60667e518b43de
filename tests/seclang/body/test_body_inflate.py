"""Compressed bodies."""

from __future__ import annotations

import gzip
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.seclang.body import Refused, inflate

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"name=value&" * 100


def raw(text: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(text) + stream.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"gzip", gzip.compress(TEXT)),
        (b" X-GZIP ", gzip.compress(TEXT)),
        (b"gzip", gzip.compress(TEXT[:50]) + gzip.compress(TEXT[50:])),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", raw(TEXT)),
        (b"zstd", zstd.compress(TEXT)),
        (b"gzip, deflate", zlib.compress(gzip.compress(TEXT))),
        (b"identity", TEXT),
        (b"", TEXT),
    ],
    ids=["gzip", "x-gzip", "members", "zlib", "raw", "zstd", "two", "identity", "none"],
)
def test_unpacked(encoding: bytes, body: bytes) -> None:
    assert inflate(body, encoding, 1 << 20) == TEXT
    assert isinstance(inflate(body, encoding, len(TEXT) - 1), Refused)


@pytest.mark.parametrize(
    ("encoding", "body", "why"),
    [
        (b"br", b"", "content encoding br"),
        (b"gzip, gzip, gzip", b"", "more than 2"),
        (b"gzip", b"no gzip", "broken gzip"),
        (b"gzip", gzip.compress(TEXT)[:-9], "too early"),
        (b"gzip", gzip.compress(TEXT) + b"x", "broken gzip"),
        (b"gzip", b"", "too early"),
        (b"deflate", zlib.compress(TEXT) + b"x", "after its end"),
        (b"zstd", zstd.compress(TEXT)[:-1], "too early"),
        (b"zstd", zstd.compress(TEXT) + b"x", "after its end"),
        (b"zstd", b"no zstd at all", "broken zstd"),
    ],
    ids=[
        "br",
        "layers",
        "no-gzip",
        "cut",
        "trailing",
        "empty",
        "deflate-trailing",
        "zstd-cut",
        "zstd-trailing",
        "no-zstd",
    ],
)
def test_refused(encoding: bytes, body: bytes, why: str) -> None:
    answer = inflate(body, encoding, 1 << 20)
    assert isinstance(answer, Refused)
    assert why in answer.why


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"zstd", b"gzip, gzip"])
def test_bombs(encoding: bytes) -> None:
    zeros = bytes(5_000_000)
    body = {
        b"gzip": gzip.compress(zeros),
        b"deflate": zlib.compress(zeros),
        b"zstd": zstd.compress(zeros),
        b"gzip, gzip": gzip.compress(gzip.compress(zeros)),
    }[encoding]
    answer = inflate(body, encoding, 100_000_000)
    assert isinstance(answer, Refused)
    assert "when unpacked" in answer.why


@given(st.binary(), st.sampled_from([b"gzip", b"deflate", b"zstd", b"gzip,zstd"]))
def test_any_bytes(body: bytes, encoding: bytes) -> None:
    for start in (b"", gzip.compress(b"")[:10], b"\x78\x9c", zstd.compress(b"")[:6]):
        answer = inflate(start + body, encoding, 1 << 20)
        assert isinstance(answer, Refused) or len(answer) <= 1 << 20


@given(st.binary())
def test_what_was_packed_comes_out(text: bytes) -> None:
    assert inflate(raw(text), b"deflate", 1 << 20) == text
    assert inflate(gzip.compress(text), b"gzip", 1 << 20) == text
