"""From an ASGI scope to the request as it came.

Source: ASGI 3.0, HTTP and WebSocket message format. Servers give header names in lower case, the
path twice (decoded, and raw where they can) and the query apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from vedette.seclang.request import Request
from vedette.shield.client import client_of
from vedette.shield.middleware.settings import Settings

_SAFE: Final = "/:@!$&'()*+,;=-._~"


def request_of(scope: Mapping[str, Any], settings: Settings) -> Request:
    """The request line, headers and addresses of an `http` or `websocket` scope."""
    headers = tuple([(name, value.strip(b" \t")) for name, value in scope["headers"]])
    peer = scope.get("client") or ("", 0)
    server = scope.get("server") or ("", 0)
    raw = scope.get("raw_path")
    target: bytes = quote(scope["path"], _SAFE).encode() if raw is None else raw
    if query := scope.get("query_string"):
        target += b"?" + query
    return Request(
        method=scope.get("method", "GET").encode("latin-1"),
        target=target,
        protocol=b"HTTP/" + scope.get("http_version", "1.1").encode("latin-1"),
        headers=headers,
        client=client_of(peer[0], headers, settings.trusted),
        client_port=peer[1] or 0,
        server=server[0] or "",
        server_port=server[1] or 0,
        unique_id=settings.new_id(),
        received=settings.clock(),
    )
