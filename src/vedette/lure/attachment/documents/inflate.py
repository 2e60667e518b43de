"""Deflate with a limit on what comes out, for package parts and PDF streams."""

from __future__ import annotations

from typing import NamedTuple

from isal import isal_zlib

from vedette.lure.attachment.context import Unreadable

RAW = -15
"""Window bits of a stream without a header, as ZIP has it."""
ZLIB = 15
"""Window bits of a stream with the two bytes of RFC 1950 before it."""


class Inflated(NamedTuple):
    """`whole` tells whether the stream's end was reached within the limit."""

    data: bytes
    whole: bool


def inflate(packed: bytes, most: int, window: int = RAW) -> Inflated:
    """At most `most` bytes of what `packed` unpacks to; bytes after the stream are ignored.

    Raises:
        Unreadable: nothing can be unpacked.
    """
    if most <= 0:
        return Inflated(b"", False)
    stream = isal_zlib.decompressobj(window)
    try:
        data: bytes = stream.decompress(packed, most)
    except isal_zlib.error as error:  # type: ignore[misc]  # its stub declares an instance
        raise Unreadable(f"damaged: does not unpack ({error})") from error
    return Inflated(data, bool(stream.eof))
