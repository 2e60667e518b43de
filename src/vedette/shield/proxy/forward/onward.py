"""The head of a request as the website gets it (RFC 9110 7.6, RFC 9112 3)."""

from __future__ import annotations

from typing import Final

import msgspec

from vedette.shield.proxy.http.framing import CHUNKED
from vedette.shield.proxy.http.request_head import RequestHead

# Of this connection alone (RFC 9110 7.6.1), or written anew.
_OURS: Final = frozenset(
    {
        b"connection", b"content-length", b"expect", b"host", b"keep-alive", b"proxy-connection",
        b"te", b"trailer", b"transfer-encoding", b"upgrade", b"x-forwarded-for",
        b"x-forwarded-host", b"x-forwarded-proto",
    }
)  # fmt: skip
# Claims about the client, which only trusted proxies may make. CGI and WSGI read names with an
# underscore as those with a hyphen.
_CLAIMS: Final = _OURS | {b"forwarded", b"x-forwarded-port", b"x-forwarded-server", b"x-real-ip"}
_CLAIMS_SPELLED: Final = frozenset(name.replace(b"-", b"_") for name in _CLAIMS if b"-" in name)
_FROM_ANYONE: Final = _CLAIMS | _CLAIMS_SPELLED
_FROM_TRUSTED: Final = _OURS | _CLAIMS_SPELLED
_ENCODING: Final = frozenset({b"accept-encoding"})


class Onward(msgspec.Struct, frozen=True):
    """What is the same for all requests of a connection."""

    peer: bytes
    trusted: bool
    scheme: bytes
    plain: bool = False
    via: bytes = b""


def onward_head(
    head: RequestHead, to: Onward, authority: bytes, length: int, upgrade: bytes = b""
) -> bytes:
    """`authority` is what Host shall say. `length` is the body's as it will be sent: a number, or
    CHUNKED. `upgrade` is the protocol that the website is asked to turn to."""
    drop = _FROM_TRUSTED if to.trusted else _FROM_ANYONE
    if to.plain:
        drop = drop | _ENCODING
    if head.connection:
        drop = drop | head.connection
    parts = [head.method, b" ", head.path, b" HTTP/1.1\r\nHost: ", authority, b"\r\n"]
    fields = head.fields
    for at, name in enumerate(head.names):
        if name not in drop:
            field = fields[at]
            parts += (field[0], b": ", field[1], b"\r\n")
    hops, host, scheme = to.peer, head.authority, to.scheme
    if to.trusted:
        earlier = [
            fields[at][1] for at, name in enumerate(head.names) if name == b"x-forwarded-for"
        ]
        hops = b", ".join((*earlier, to.peer))
        host = head.value(b"x-forwarded-host") or host
        scheme = head.value(b"x-forwarded-proto") or scheme
    parts += (b"X-Forwarded-For: ", hops, b"\r\nX-Forwarded-Proto: ", scheme, b"\r\n")
    if host:
        parts += (b"X-Forwarded-Host: ", host, b"\r\n")
    if to.via:
        parts += (b"Via: ", head.protocol[5:], b" ", to.via, b"\r\n")
    if upgrade:
        parts += (b"Connection: Upgrade\r\nUpgrade: ", upgrade, b"\r\n")
    if length == CHUNKED:
        parts.append(b"Transfer-Encoding: chunked\r\n")
    elif length or b"content-length" in head.names or b"transfer-encoding" in head.names:
        parts.append(b"Content-Length: %d\r\n" % length)
    parts.append(b"\r\n")
    return b"".join(parts)
