"""How much of everything a message may have."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes in bytes. `body` is of request bodies; None: any size."""

    head: int = 32 * 1024
    headers: int = 100
    target: int = 8 * 1024
    body: int | None = 100 * 1024 * 1024
    chunk_line: int = 256
    trailers: int = 8 * 1024
