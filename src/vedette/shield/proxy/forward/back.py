"""The head of a response as the client gets it (RFC 9110 7.6, RFC 9112 6)."""

from __future__ import annotations

from typing import Final

from vedette.shield.proxy.http.framing import CHUNKED, UNTIL_CLOSE
from vedette.shield.proxy.http.response_head import ResponseHead

_OURS: Final = frozenset(
    {
        b"connection", b"content-length", b"keep-alive", b"proxy-connection", b"te", b"trailer",
        b"transfer-encoding", b"upgrade",
    }
)  # fmt: skip


def back_head(head: ResponseHead, method: bytes, modern: bool, length: int, keep: bool) -> bytes:
    """`length` is the body's as it will be sent: a number, CHUNKED, or UNTIL_CLOSE. `modern`: to a
    client of HTTP/1.1. Where there is none by rule (HEAD, 304), the length that the website
    announced is passed on as it is."""
    parts = [b"HTTP/1.1 %d " % head.status, head.reason, b"\r\n"]
    drop = _OURS | head.connection if head.connection else _OURS
    for at, name in enumerate(head.names):
        if name not in drop:
            field = head.fields[at]
            parts += (field[0], b": ", field[1], b"\r\n")
    if method == b"HEAD" or head.status == 304:
        for at, name in enumerate(head.names):
            if name == b"content-length":
                parts += (b"Content-Length: ", head.fields[at][1], b"\r\n")
    elif length == CHUNKED:
        parts.append(b"Transfer-Encoding: chunked\r\n")
    elif length != UNTIL_CLOSE and head.status >= 200 and head.status != 204:
        parts.append(b"Content-Length: %d\r\n" % length)
    if head.status >= 200:
        if not keep:
            parts.append(b"Connection: close\r\n")
        elif not modern:
            parts.append(b"Connection: keep-alive\r\n")
    parts.append(b"\r\n")
    return b"".join(parts)


def switching_head(head: ResponseHead, protocol: bytes) -> bytes:
    """The head of a 101: the handshake's own fields, and the upgrade said anew."""
    parts = [b"HTTP/1.1 101 ", head.reason, b"\r\n"]
    for at, name in enumerate(head.names):
        if name not in _OURS:
            field = head.fields[at]
            parts += (field[0], b": ", field[1], b"\r\n")
    parts += (b"Connection: Upgrade\r\nUpgrade: ", protocol, b"\r\n\r\n")
    return b"".join(parts)
