"""From a WSGI environment to the request as it came.

Source: PEP 3333. Texts of the environment are bytes read as Latin-1; header names are known only
in capitals, headers of one name are joined by the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from vedette.seclang.request import Header, Request
from vedette.shield.client import client_of
from vedette.shield.middleware.settings import Settings

_SAFE: Final = "/:@!$&'()*+,;=-._~"
_RAW: Final = ("RAW_URI", "REQUEST_URI")


def request_of(environ: Mapping[str, Any], settings: Settings) -> Request:
    """The request line, headers and addresses. The target is the raw one where the server gives
    it (gunicorn, Werkzeug, uWSGI, mod_wsgi), else it is put together anew from its decoded parts:
    then it has been normalised by the server."""
    headers = tuple(_headers(environ))
    peer = _text(environ, "REMOTE_ADDR")
    return Request(
        method=_bytes(environ, "REQUEST_METHOD"),
        target=_target(environ),
        protocol=_bytes(environ, "SERVER_PROTOCOL"),
        headers=headers,
        client=client_of(peer, headers, settings.trusted),
        client_port=_port(environ, "REMOTE_PORT"),
        server=_text(environ, "SERVER_NAME"),
        server_port=_port(environ, "SERVER_PORT"),
        unique_id=settings.new_id(),
        received=settings.clock(),
    )


def _target(environ: Mapping[str, Any]) -> bytes:
    for name in _RAW:
        if raw := environ.get(name):
            return str(raw).encode("latin-1", "replace")
    path = _bytes(environ, "SCRIPT_NAME") + _bytes(environ, "PATH_INFO")
    target = quote(path, _SAFE).encode() or b"/"
    query = _bytes(environ, "QUERY_STRING")
    return target + b"?" + query if query else target


def _headers(environ: Mapping[str, Any]) -> list[Header]:
    found: list[Header] = []
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            name = key[5:]
        elif key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            name = key
        else:
            continue
        written = name.replace("_", "-").title().encode("latin-1", "replace")
        found.append((written, str(value).strip(" \t").encode("latin-1", "replace")))
    return found


def _bytes(environ: Mapping[str, Any], key: str) -> bytes:
    return _text(environ, key).encode("latin-1", "replace")


def _text(environ: Mapping[str, Any], key: str) -> str:
    return str(environ.get(key) or "")


def _port(environ: Mapping[str, Any], key: str) -> int:
    text = _text(environ, key)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
