"""What names one message wherever a copy of it lies: what its writer wrote, and nothing that mail
servers add on its way or in a mailbox.

The first half is of the headers, so that a mailbox can be searched by headers alone, the second of
the body. Each is half of a SHA-256: nobody finds another message with the same one.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

HALF: Final = 32
"""Hexadecimal digits of each half."""

WRITTEN: Final = (
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
)
"""Headers that no server changes on the way. Others (Received, Return-Path, Authentication-Results,
ours) differ from copy to copy."""

_WANTED: Final = frozenset(name.encode() for name in WRITTEN)
_FOLDED: Final = re.compile(rb"\n(?=[ \t])")
_SHAPE: Final = re.compile(r"[0-9a-f]{64}")


def fingerprint(raw: bytes) -> str:
    """64 hexadecimal digits for a mail's bytes, whatever ends their lines; "" for what has none of
    the headers that a mail has."""
    text = raw.replace(b"\r\n", b"\n")
    head, _, body = text.partition(b"\n\n")
    first = of_headers(head)
    return first and first + _half(body.rstrip(b"\n"))


def of_headers(head: bytes) -> str:
    """The first half, from a header block that holds at least those of `WRITTEN`."""
    lines = _FOLDED.sub(b"", head.replace(b"\r\n", b"\n")).split(b"\n")
    found: list[tuple[bytes, bytes]] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        name = name.strip().lower()
        if colon and name in _WANTED:
            found.append((name, b" ".join(value.split())))
    found.sort(key=lambda each: each[0])  # servers may give headers in any order
    return _half(b"\n".join(b":".join(each) for each in found)) if found else ""


def is_fingerprint(text: str) -> bool:
    """Whether this could be one."""
    return _SHAPE.fullmatch(text) is not None


def _half(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:HALF]
