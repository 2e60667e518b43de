"""Compressed streams that hold one file: gzip, bzip2, xz, LZMA, Zstandard.

Sources: RFC 1952; the xz file format 1.1.0; RFC 8878.
"""

from __future__ import annotations

import bz2
import lzma
import sys
from collections.abc import Callable, Iterator

from vedette.lure.attachment.containers.content import Decompressor, Meter, decompressed, take
from vedette.lure.attachment.containers.deflate import GZIP, inflated
from vedette.lure.attachment.context import Context, Unreadable

_MEMORY = 128 << 20
"""Bytes; a stream that asks for a larger dictionary is refused."""
_WINDOW = 27
"""Zstandard: log2 of the largest window, 128 MB; every reader supports 8 MB (RFC 8878)."""
_STREAMS = 1000
"""Streams behind each other in one file; padding and parallel writers make a few."""
_NAME = 8


def gzip(data: bytes, context: Context) -> None:
    """A gzip file: what it unpacks to is its only member."""
    meter = Meter()
    name = _gzip_name(data) or _inner_name(context.name)
    take(context, name, _gzip_chunks(data, meter), packed=len(data), meter=meter)


def bzip2(data: bytes, context: Context) -> None:
    """A bzip2 file."""
    _stream(data, context, bz2.BZ2Decompressor, b"BZh")


def xz(data: bytes, context: Context) -> None:
    """An xz file, or one of LZMA alone."""
    head = data[:6] if data.startswith(b"\xfd") else b"\x00\x00"
    _stream(data, context, lambda: lzma.LZMADecompressor(memlimit=_MEMORY), head)


def zstd(data: bytes, context: Context) -> None:
    """A Zstandard file."""
    _stream(data, context, zstandard, data[:4])


def _stream(data: bytes, context: Context, make: Callable[[], Decompressor], head: bytes) -> None:
    meter = Meter()
    chunks = _behind_each_other(data, make, head, meter)
    take(context, _inner_name(context.name), chunks, packed=len(data), meter=meter)


def zstandard() -> Decompressor:
    """A decompressor of Zstandard frames with a bounded window."""
    if sys.version_info >= (3, 14):
        from compression import zstd as library
    else:
        from backports import zstd as library
    options: dict[int, int] = {library.DecompressionParameter.window_log_max: _WINDOW}
    return library.ZstdDecompressor(options=options)


def _gzip_chunks(data: bytes, meter: Meter) -> Iterator[bytes]:
    for _ in range(_STREAMS):
        yield from inflated(data[meter.taken :], GZIP, meter)
        if data[meter.taken : meter.taken + 2] != b"\x1f\x8b":
            return
    raise Unreadable(f"over {_STREAMS} streams behind each other")


def _behind_each_other(
    data: bytes, make: Callable[[], Decompressor], head: bytes, meter: Meter
) -> Iterator[bytes]:
    for _ in range(_STREAMS):
        yield from decompressed(make(), data[meter.taken :], meter)
        if not data.startswith(head, meter.taken):
            return
    raise Unreadable(f"over {_STREAMS} streams behind each other")


def _gzip_name(data: bytes) -> str:
    """The name in the header (flag 3), where it is there and is one."""
    if len(data) < 11 or not data[3] & _NAME:
        return ""
    at = 10
    if data[3] & 4:
        at += 2 + int.from_bytes(data[10:12], "little")
    end = data.find(b"\x00", at, at + 1024)
    return data[at:end].decode("latin-1") if end > at else ""


def _inner_name(name: str) -> str:
    """What such a file is called unpacked."""
    stem, _, extension = name.rpartition(".")
    if extension.lower() in ("tgz", "tbz", "tbz2", "txz", "tzst"):
        return f"{stem}.tar"
    return stem or f"{name or 'stream'} (unpacked)"
