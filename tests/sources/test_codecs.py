"""Compressed streams, whole and damaged."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.model.errors import UnreadableError
from vedette.sources.codecs import Decoded, codec_of
from vedette.sources.limits import DEFAULT, BombError, Budget, Limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstd.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}
TEXT = "".join(f"line {n} {random.Random(n).random()}\n" for n in range(20_000)).encode()


def decoded(data: bytes, limits: Limits = DEFAULT) -> Decoded:
    found = codec_of(data)
    assert found is not None
    return Decoded(io.BytesIO(data), *found, Budget(limits, len(data)))


def read_out(stream: Decoded) -> tuple[bytes, UnreadableError | None]:
    pieces = []
    try:
        while piece := stream.read(100_000):
            pieces.append(piece)
    except UnreadableError as error:
        return b"".join(pieces), error
    return b"".join(pieces), None


@pytest.mark.parametrize("name", COMPRESS)
@pytest.mark.parametrize("between", [b"", bytes(512)])
def test_members_that_follow_one_another_are_one_stream(name: str, between: bytes) -> None:
    data = COMPRESS[name](TEXT) + between + COMPRESS[name](b"") + COMPRESS[name](b"the end")
    assert codec_of(data[:16]) is not None
    assert read_out(decoded(data)) == (TEXT + b"the end", None)


@pytest.mark.parametrize("name", COMPRESS)
def test_a_cut_file_gives_what_is_there_and_says_so(name: str) -> None:
    data = COMPRESS[name](TEXT)
    out, error = read_out(decoded(data[: len(data) * 2 // 3]))
    assert "cut short" in str(error)
    assert TEXT.startswith(out)
    if name != "bzip2":  # one block of bzip2 is larger than this text
        assert len(out) > len(TEXT) // 2


@pytest.mark.parametrize("name", ["gzip", "xz", "bzip2"])
def test_a_flipped_bit_is_found(name: str) -> None:
    data = bytearray(COMPRESS[name](TEXT))
    data[len(data) // 2] ^= 0x10
    out, error = read_out(decoded(bytes(data)))
    assert error is not None
    assert out != TEXT


def test_what_follows_the_data_is_told_of() -> None:
    out, error = read_out(decoded(gzip.compress(b"text") + b"and more"))
    assert out == b"text"
    assert "after the gzip data" in str(error)


@pytest.mark.parametrize("name", COMPRESS)
def test_a_bomb_is_stopped(name: str) -> None:
    data = COMPRESS[name](bytes(8 << 20))
    limits = Limits(ratio=10, floor=1 << 20)
    out, error = read_out(decoded(data, limits))
    assert isinstance(error, BombError)
    assert len(out) <= limits.floor + limits.ratio * len(data)


@settings(deadline=None)
@given(st.sampled_from(sorted(COMPRESS)), st.binary(max_size=300), st.integers(0, 40))
def test_any_damage_is_an_unreadable_error(name: str, noise: bytes, at: int) -> None:
    data = COMPRESS[name](b"some text " * 20)
    stream = Decoded(
        io.BytesIO(data[:at] + noise),
        name,
        codec_of(data)[1],  # type: ignore[index]  # the data are compressed
        Budget(Limits(), 1),
    )
    read_out(stream)


def test_text_is_not_taken_for_compressed() -> None:
    for head in (b"", b"BZh", b"BZhello world", b"{}", b"P*M\x17", b"\x1f\x8b"):
        assert codec_of(head) is None
