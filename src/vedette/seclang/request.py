"""A request and its response as they came off the wire."""

from __future__ import annotations

import msgspec

Header = tuple[bytes, bytes]


class Request(msgspec.Struct, frozen=True):
    """`target` is what stood in the request line ("/a?b=c", or an absolute URI). `headers` are in
    order, names as written, values without surrounding blanks. `unique_id` names the transaction
    in logs; `received` is in microseconds since the epoch."""

    method: bytes
    target: bytes
    protocol: bytes = b"HTTP/1.1"
    headers: tuple[Header, ...] = ()
    client: str = "127.0.0.1"
    client_port: int = 0
    server: str = "127.0.0.1"
    server_port: int = 80
    unique_id: str = ""
    received: int = 0


class Response(msgspec.Struct, frozen=True):
    """`protocol` as the server wrote it."""

    status: int
    headers: tuple[Header, ...] = ()
    protocol: bytes = b"HTTP/1.1"
