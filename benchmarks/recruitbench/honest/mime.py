"""MIME as the makers of enclosures need it; all of it is that of both sides."""

from __future__ import annotations

from benchmarks.recruitbench.transport.mime import (
    Part,
    address,
    file_part,
    lines64,
    message_part,
    multipart,
    parameter,
    text_part,
    usable,
)
from benchmarks.recruitbench.transport.mime import words as word

__all__ = (
    "Part",
    "address",
    "file_part",
    "lines64",
    "message_part",
    "multipart",
    "parameter",
    "text_part",
    "usable",
    "word",
)
