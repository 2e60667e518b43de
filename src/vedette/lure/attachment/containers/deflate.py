"""Deflate streams (RFC 1951), bare or in zlib and gzip dress, in bounded chunks."""

from __future__ import annotations

from collections.abc import Iterator

from isal import isal_zlib

from vedette.lure.attachment.containers.content import CHUNK, Meter
from vedette.lure.attachment.context import Unreadable

BARE, GZIP = -15, 31


def inflated(data: bytes, window: int = BARE, meter: Meter | None = None) -> Iterator[bytes]:
    """The content of the stream at the beginning of `data`, in chunks; `meter` counts how many
    bytes it took. Raises Unreadable where the stream ends early or is damaged."""
    meter = meter or Meter()
    start = meter.taken
    stream = isal_zlib.decompressobj(wbits=window)
    piece = data
    while True:
        try:
            chunk = stream.decompress(piece, CHUNK)
        except isal_zlib.error as error:  # type: ignore[misc]  # its stub declares an instance
            raise Unreadable(f"damaged: {error}") from error
        piece = stream.unconsumed_tail
        meter.taken = start + len(data) - len(piece) - len(stream.unused_data)
        if chunk or stream.eof:
            yield chunk
        if stream.eof:
            return
        if not chunk and not piece:
            raise Unreadable("damaged: it ends early")
