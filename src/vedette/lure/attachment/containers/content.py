"""Taking a member's content out of a container: never more of it than the limits allow."""

from __future__ import annotations

import lzma
import sys
from collections.abc import Iterable, Iterator
from typing import Protocol

from vedette.lure.attachment.context import Context, LimitReached, Unreadable
from vedette.lure.attachment.limits import MEGABYTE

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdError
else:
    from backports.zstd import ZstdError

CHUNK = 1 << 20
"""Bytes unpacked at a time: so much can be unpacked past a limit before it is seen."""

DAMAGE = (ValueError, EOFError, OSError, lzma.LZMAError, ZstdError)
"""What the decompressors raise on damaged data."""


_FED = 1 << 16
"""Packed bytes given to a decompressor at a time, so that it is known how many made what."""


class Meter:
    """Counts the packed bytes that a stream has consumed so far."""

    def __init__(self) -> None:
        self.taken = 0


class Decompressor(Protocol):
    """What bz2, lzma and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def take(
    context: Context,
    name: str,
    chunks: Iterable[bytes],
    *,
    packed: int,
    declared: int = 0,
    encrypted: str = "",
    meter: Meter | None = None,
) -> Context:
    """Inspect a member whose content comes in chunks; keep only its name where it is too large.
    Of a damaged one what could be read is inspected: some programs hand that out, too.

    `packed` are the bytes that it takes in the container, `declared` those that it says it has;
    `meter` tells how many of the packed ones `chunks` needed so far.

    Raises:
        LimitReached: a limit of the whole message was reached.
    """
    room = context.budget.room()
    parts: list[bytes] = []
    total = 0
    if declared <= room:
        damage = ""
        try:
            for chunk in chunks:
                context.budget.time()
                total += len(chunk)
                if total > room:
                    break
                parts.append(chunk)
        except Unreadable as error:
            damage = str(error)
        if damage and not total:
            return context.listed(name, declared, damage, encrypted)
        if total <= room:
            member = context.member(name, b"".join(parts), encrypted)
            if damage:
                member.unseen(damage)
            return member
        # What was unpacked in vain was unpacked too.
        context.budget.take(total)
    size = max(declared, total)
    limits = context.budget.limits
    if meter is not None and total > declared:
        packed = meter.taken
    if size > packed * limits.ratio:
        context.sign("container_bomb", name, why=f"{packed} bytes unpack to over {size}")
    if room == limits.file:
        why = f"not inspected: larger than {limits.file / MEGABYTE:g} MB"
    else:
        why = f"not inspected: over {limits.unpacked / MEGABYTE:g} MB unpacked in all"
    return context.listed(name, size, why, encrypted)


def decompressed(
    decompressor: Decompressor, data: bytes, meter: Meter | None = None
) -> Iterator[bytes]:
    """The content of one stream in chunks. Raises Unreadable where it ends early or is damaged."""
    meter = meter or Meter()
    start = meter.taken
    at = 0
    try:
        while not decompressor.eof:
            piece = data[at : at + _FED] if decompressor.needs_input else b""
            at += len(piece)
            meter.taken = start + at
            chunk = decompressor.decompress(piece, CHUNK)
            if chunk:
                yield chunk
            elif not piece and decompressor.needs_input:
                raise Unreadable("damaged: it ends early")
    except DAMAGE as error:
        if isinstance(error, LimitReached | Unreadable):
            raise
        raise Unreadable(f"damaged: {error}") from error
    meter.taken = start + at - len(decompressor.unused_data)
