"""Records of JSON logs: Caddy, Cloudflare Logpush, and any with the usual names of fields.

Sources: Caddy, "Structured logging"; Cloudflare, "HTTP requests" data set of Logpush; nginx and
Apache variables as people name them in JSON formats (`sources.access_json` knows their places).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vedette.shield.replay.told import Told, headers_of, moment, protocol_of, raw
from vedette.sources.access_json import access_record

FIELDS: Final = {
    "client": "c-ip",
    "method": "cs-method",
    "target": "cs-uri",
    "query": "cs-uri-query",
    "protocol": "cs-version",
    "host": "cs-host",
    "user_agent": "cs-user-agent",
    "referer": "cs-referer",
    "status": "sc-status",
    "time": "timestamp",
    "request": "request",
    "headers": "headers",
    "response_headers": "response_headers",
    "body": "request_body",
}
"""What a user may name the place of, besides `header:NAME`; a place with dots is inside."""

_HEADERS: Final = ("headers", "request_headers", "request.headers", "http.request.headers")
_RESPONSE_HEADERS: Final = ("response_headers", "resp_headers", "response.headers")
_NGINX: Final = {"content_type": b"Content-Type", "content_length": b"Content-Length"}
_NO_HEADERS: Final = frozenset(
    ("method", "version", "status", "status_code", "protocol", "request", "response", "uri", "url",
     "path", "scheme", "port", "query", "query_string", "code", "response_code", "bytes")
)  # fmt: skip
"""What follows `http_` in names that are no variables of nginx."""
_W3C: Final = frozenset(("method", "version", "username", "bytes", "protocol", "ip", "port"))
"""What follows `cs-` in names of the W3C format that are no headers."""
_TRAEFIK: Final = "request_"
_HIDDEN: Final = b"REDACTED"
"""What Caddy and Traefik write for cookies and credentials."""


def told_of(record: Mapping[str, Any], fields: Mapping[str, str], latin: bool) -> Told | None:
    """What a record of any kind tells; None where it holds no request."""
    if "ClientRequestMethod" in record:
        return _cloudflare(record, latin)
    if fields:
        record = _renamed(record, fields)
    return _general(record, latin)


def _general(record: Mapping[str, Any], latin: bool) -> Told | None:
    found = access_record(record)
    method, target = found.get("cs-method"), found.get("cs-uri")
    if not isinstance(method, str) or not isinstance(target, str) or not (method and target):
        return None
    headers = next((h for p in _HEADERS if (h := headers_of(at(record, p), latin))), [])
    told = Told(
        method=raw(method, latin),
        target=raw(target, latin),
        protocol=protocol_of(str(found.get("cs-version") or "")),
        headers=headers,
        all_headers=bool(headers),
        client=_text(found.get("c-ip")),
        received=moment(found.get("timestamp")),
        status=_status(found.get("sc-status")),
        id=_text(record.get("request_id") or record.get("unique_id")) or "",
    )
    if not headers:
        _single(record, told, latin)
    for name, field in (
        ("Host", "cs-host"),
        ("User-Agent", "cs-user-agent"),
        ("Referer", "cs-referer"),
    ):
        value = found.get(field)
        if isinstance(value, str) and value != "-":
            _add(told, name, value, latin)
    told.hidden_headers = {k.decode("latin-1").lower() for k, v in headers if v == _HIDDEN}
    if told.hidden_headers:
        told.headers = [(k, v) for k, v in told.headers if v != _HIDDEN]
    body = at(record, "request_body")
    if isinstance(body, str):
        told.body = b"" if body == "-" else raw(body, latin)
    for place in _RESPONSE_HEADERS:
        value = at(record, place)
        if isinstance(value, Mapping):
            told.response_headers = headers_of(value, latin)
            break
    return told


def _single(record: Mapping[str, Any], told: Told, latin: bool) -> None:
    """Headers in fields of their own: nginx's `http_accept`, Traefik's `request_Accept`, W3C's
    `cs(Cookie)`."""
    for key, value in record.items():
        if not isinstance(value, str | int):
            continue
        if key.startswith("http_") and key[5:] not in _NO_HEADERS:
            name = key[5:].replace("_", "-").title()
        elif key.startswith("cs-") and key[3:] not in _W3C and not key.startswith("cs-uri"):
            name = key[3:].title()
        elif key in _NGINX:
            name = _NGINX[key].decode()
        elif key.startswith(_TRAEFIK) and key[len(_TRAEFIK) : len(_TRAEFIK) + 1].isupper():
            name = key[len(_TRAEFIK) :]
        else:
            continue
        if value in ("", "-"):
            told.told_headers = told.told_headers | {name.lower()}
        else:
            _add(told, name, str(value), latin)


def _add(told: Told, name: str, value: str, latin: bool) -> None:
    written = raw(name, latin)
    if not any(len(k) == len(written) and k.lower() == written.lower() for k, _ in told.headers):
        told.headers = [*told.headers, (written, raw(value, latin).strip(b" \t"))]


def _cloudflare(record: Mapping[str, Any], latin: bool) -> Told | None:
    target = record.get("ClientRequestURI") or record.get("ClientRequestPath")
    method = record["ClientRequestMethod"]
    if not isinstance(target, str) or not isinstance(method, str):
        return None
    headers = []
    names = set()
    for name, field in (
        ("Host", "ClientRequestHost"),
        ("User-Agent", "ClientRequestUserAgent"),
        ("Referer", "ClientRequestReferer"),
    ):
        value = record.get(field)
        if isinstance(value, str):
            names.add(name.lower())
            if value:
                headers.append((raw(name, latin), raw(value, latin).strip(b" \t")))
    headers += headers_of(record.get("RequestHeaders"), latin)
    cookies = headers_of(record.get("Cookies"), latin)
    if cookies:
        headers.append((b"Cookie", b"; ".join(k + b"=" + v for k, v in cookies)))
    answered = headers_of(record.get("ResponseHeaders"), latin)
    if kind := _text(record.get("EdgeResponseContentType")):
        answered.append((b"Content-Type", raw(kind, latin)))
    port = record.get("ClientSrcPort")
    return Told(
        method=raw(method, latin),
        target=raw(target, latin),
        protocol=protocol_of(str(record.get("ClientRequestProtocol") or "")),
        headers=headers,
        told_headers=names,
        client=_text(record.get("ClientIP")),
        client_port=port if isinstance(port, int) and 0 <= port < 65_536 else 0,
        received=moment(record.get("EdgeStartTimestamp")),
        status=_status(record.get("EdgeResponseStatus")),
        response_headers=answered or None,
        id=_text(record.get("RayID")) or "",
    )


def at(record: Mapping[str, Any], place: str) -> Any:
    """The value at a place; `a.b` is a field of that name or b inside a."""
    if place in record:
        return record[place]
    value: Any = record
    for key in place.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _renamed(record: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """The record with the user's fields where they are looked for first."""
    renamed = dict(record)
    for name, place in fields.items():
        value = at(record, place)
        if value is None:
            continue
        if name.startswith("header:"):
            renamed["http_" + name[7:].lower().replace("-", "_")] = value
        else:
            renamed[FIELDS[name]] = value
    return renamed


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value not in ("", "-") else None


def _status(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
        value = int(value)
    ok = isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599
    return value if ok else None
