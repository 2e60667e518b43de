"""What the proxy itself answers: a block, or a plain page that names nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from vedette.shield.guarding import Block

_PHRASES: Final = {status.value: status.phrase.encode("ascii") for status in HTTPStatus}
_PLAIN: Final = (b"Content-Type", b"text/plain; charset=utf-8")
_OURS: Final = frozenset({b"connection", b"content-length", b"transfer-encoding"})
_BREAKS: Final = (b"\r", b"\n", b"\0")

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


def phrase(status: int) -> bytes:
    return _PHRASES.get(status, b"")


def page(status: int) -> Block:
    """A page that says the status and nothing else; it belongs to no incident."""
    return Block(status, (_PLAIN,), b"%d %b\n" % (status, phrase(status)), "")


def answer(block: Block, method: bytes, modern: bool, keep: bool) -> bytes:
    """The whole response. A header with a line break in it is left out."""
    parts = [b"HTTP/1.1 %d %b\r\n" % (block.status, phrase(block.status))]
    for name, value in block.headers:
        whole = name + value
        if name.lower() not in _OURS and not any(mark in whole for mark in _BREAKS):
            parts += (name, b": ", value, b"\r\n")
    if block.status not in (204, 304):
        parts.append(b"Content-Length: %d\r\n" % len(block.body))
    if not keep:
        parts.append(b"Connection: close\r\n")
    elif not modern:
        parts.append(b"Connection: keep-alive\r\n")
    parts.append(b"\r\n")
    if method != b"HEAD" and block.status not in (204, 304):
        parts.append(block.body)
    return b"".join(parts)
