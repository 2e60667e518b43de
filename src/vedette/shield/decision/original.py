"""The request that a proxy asks about, out of the request that it asks with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from vedette.seclang.request import Header, Request
from vedette.shield.client import client_of
from vedette.shield.proxy.http.refused import Refused
from vedette.shield.proxy.http.request_head import RequestHead
from vedette.shield.proxy.session import Session

_PREFIX: Final = b"x-original-"
# Fields of the question, not of the original; what the original said stands in X-Original-...
_HOP: Final = frozenset({b"host", b"connection", b"content-length", b"transfer-encoding"})
_NAMES: Final = {
    b"host": b"Host",
    b"connection": b"Connection",
    b"content-length": b"Content-Length",
    b"transfer-encoding": b"Transfer-Encoding",
}
_ABOUT: Final = frozenset({b"method", b"uri", b"protocol", b"client", b"client-port"})
_PARTIAL: Final = b"x-envoy-auth-partial-body"
_HIGHEST: Final = 65535


class Original(msgspec.Struct, frozen=True):
    """`cut`: of the body, only the beginning was sent along."""

    request: Request
    cut: bool = False


Reader = Callable[[Session, RequestHead], Original]
"""Raises Refused where the proxy asks otherwise than it is documented to."""


def from_nginx(session: Session, head: RequestHead) -> Original:
    """What the documented nginx snippet sends: X-Original-Method, -URI, -Protocol, -Client,
    -Client-Port, and those of -Host, -Connection, -Content-Length, -Transfer-Encoding that the
    client sent (nginx leaves out empty ones)."""
    said: dict[bytes, bytes] = {}
    headers: list[Header] = []
    for at, name in enumerate(head.names):
        field = head.fields[at]
        if not name.startswith(_PREFIX):
            if name not in _HOP:
                headers.append(field)
            continue
        about = name[len(_PREFIX) :]
        if about in _NAMES:
            headers.append((_NAMES[about], field[1]))
        elif about not in _ABOUT:
            headers.append(field)  # the client's own
        elif about in said:
            raise Refused(400, "an X-Original field twice")
        else:
            said[about] = field[1]
    if not said.get(b"method") or not said.get(b"uri"):
        raise Refused(400, "X-Original-Method or X-Original-URI is missing")
    port = said.get(b"client-port", b"0")
    number = int(port) if port.isdigit() and len(port) < 6 else 0
    client = said.get(b"client", b"").decode("latin-1") or session.peer.address
    return Original(
        _request(
            session,
            said[b"method"],
            said[b"uri"],
            said.get(b"protocol", b"HTTP/1.1"),
            headers,
            client,
            number if number <= _HIGHEST else 0,
        )
    )


def from_envoy(prefix: bytes) -> Reader:
    """What Envoy's ext_authz filter sends over HTTP with this `path_prefix`: the original method,
    the prefix and the original path, the headers allowed by its configuration, the body if it is
    told to, and x-envoy-auth-partial-body where that is not all of it."""

    def read(session: Session, head: RequestHead) -> Original:
        if not head.path.startswith(prefix):
            raise Refused(400, "path without the prefix")
        target = head.path[len(prefix) :]
        headers = [
            field
            for name, field in zip(head.names, head.fields, strict=True)
            if name != _PARTIAL and (name != b"content-length" or head.length)
        ]
        client = client_of(session.peer.address, head.fields, session.context.trusted)
        partial = (head.value(_PARTIAL) or b"").lower() == b"true"
        return Original(
            _request(session, head.method, target or b"/", head.protocol, headers, client, 0),
            partial,
        )

    return read


def _request(
    session: Session,
    method: bytes,
    target: bytes,
    protocol: bytes,
    headers: list[Header],
    client: str,
    port: int,
) -> Request:
    context = session.context
    return Request(
        method,
        target,
        protocol,
        tuple(headers),
        client,
        port,
        session.peer.server,
        session.peer.server_port,
        context.next_id(),
        context.listeners.now(),
    )
