"""Compressed request bodies, for a proxy that is told to look into them.

ModSecurity does not: it hands the compressed bytes to its rules.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import msgspec

_LAYERS = 2
_RATIO = 200  # text and JSON compress 3 to 30 times; a bomb about 1,000 times
_FREE = 1 << 16  # bytes that may come of little whatever the ratio


class Refused(msgspec.Struct, frozen=True):
    """Why a body was not unpacked."""

    why: str


def inflate(body: bytes, encoding: bytes, limit: int, ratio: int = _RATIO) -> bytes | Refused:
    """`body` without its Content-Encoding (RFC 9110 8.4): gzip, deflate (with and without zlib's
    header, as clients send both) and zstd, at most two of them one in the other.

    Refused are other encodings (br among them: no reader for it is at hand), broken or cut
    streams, bytes after their end, and what would be more than `limit` bytes or more than `ratio`
    times its compressed size; memory stays within `limit`.
    """
    names = [name.strip().lower() for name in encoding.split(b",")]
    names = [name for name in names if name not in (b"", b"identity")]
    if len(names) > _LAYERS:
        return Refused(f"more than {_LAYERS} content encodings")
    for name in reversed(names):
        reader = _READERS.get(name)
        if reader is None:
            return Refused(f"content encoding {name[:40].decode('ascii', 'backslashreplace')}")
        most = min(limit, max(_FREE, ratio * len(body)))
        try:
            unpacked = reader(body, most)
        except (zlib.error, ValueError, EOFError) as error:
            return Refused(f"broken {name.decode('ascii')} stream: {error}")
        if unpacked is None:
            return Refused(f"more than {most} bytes when unpacked")
        body = unpacked
    return body if len(body) <= limit else Refused(f"more than {limit} bytes")


def _members(body: bytes, most: int, window: int) -> bytes | None:
    """All members of a gzip stream, or the one of a deflate stream; None past `most` bytes."""
    out = []
    size = 0
    while True:
        stream = zlib.decompressobj(window)
        piece = stream.decompress(body, most - size + 1)
        size += len(piece)
        if size > most:
            return None
        out.append(piece)
        if not stream.eof:
            raise EOFError("it ends too early")
        body = stream.unused_data
        if not body:
            return b"".join(out)
        if window <= zlib.MAX_WBITS:
            raise ValueError("bytes after its end")


def _gzip(body: bytes, most: int) -> bytes | None:
    return _members(body, most, zlib.MAX_WBITS | 16)


def _deflate(body: bytes, most: int) -> bytes | None:
    if len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0:
        try:
            return _members(body, most, zlib.MAX_WBITS)
        except zlib.error:
            pass  # a stream without header may begin like one
    return _members(body, most, -zlib.MAX_WBITS)


def _zstd(body: bytes, most: int) -> bytes | None:
    import sys

    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    stream = zstd.ZstdDecompressor()
    try:
        out = stream.decompress(body, most + 1)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error
    if len(out) > most:
        return None
    if not stream.eof:
        raise EOFError("it ends too early")
    if stream.unused_data:
        raise ValueError("bytes after its end")
    return out


_READERS: dict[bytes, Callable[[bytes, int], bytes | None]] = {
    b"gzip": _gzip,
    b"x-gzip": _gzip,
    b"deflate": _deflate,
    b"zstd": _zstd,
}
