"""Records of JSON logs: Caddy, Cloudflare Logpush, and any with the usual names of fields.

Sources: Caddy, "Structured logging"; Cloudflare, "HTTP requests" data set of Logpush; nginx and
Apache variables as people name them in JSON formats (`sources.access_json` knows their places).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vedette.seclang.request import Header
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
_NAMED: Final = (
    (b"host", "cs-host"),
    (b"user-agent", "cs-user-agent"),
    (b"referer", "cs-referer"),
)
_MOST_NAMES: Final = 4_096
_HIDDEN: Final = b"REDACTED"
"""What Caddy and Traefik write for cookies and credentials."""


class Records:
    """Reads records of any kind. Which header a field is, is remembered: the records of a log
    have the same fields."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self._names: dict[str, bytes] = {}

    def told_of(self, record: dict[str, Any], latin: bool) -> Told | None:
        """What a record tells; None where it holds no request."""
        if "ClientRequestMethod" in record:
            return _cloudflare(record, latin)
        if self._fields:
            record = _renamed(record, self._fields)
        elif type(record.get("request")) is dict and "resp_headers" in record:
            return _caddy(record, latin)
        return self._general(record, latin)

    def _general(self, record: dict[str, Any], latin: bool) -> Told | None:
        found = access_record(record)
        method, target = found.get("cs-method"), found.get("cs-uri")
        if not isinstance(method, str) or not isinstance(target, str) or not (method and target):
            return None
        headers: list[Header] = []
        for place in _HEADERS:
            if headers := headers_of(at(record, place), latin):
                break
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
        have = {name.lower() for name, _ in headers}
        if not headers:
            self._single(record, told, have, latin)
        for name, field in _NAMED:
            value = found.get(field)
            if name not in have and isinstance(value, str) and value != "-":
                headers.append((name.title(), raw(value, latin).strip(b" \t")))
        _hide(told)
        body = record.get("request_body")
        if isinstance(body, str):
            told.body = b"" if body == "-" else raw(body, latin)
        for place in _RESPONSE_HEADERS:
            answered = at(record, place)
            if isinstance(answered, dict):
                told.response_headers = headers_of(answered, latin)
                break
        return told

    def _single(self, record: dict[str, Any], told: Told, have: set[bytes], latin: bool) -> None:
        """Headers in fields of their own: nginx's `http_accept`, Traefik's `request_Accept`, W3C's
        `cs(Cookie)`."""
        for key, value in record.items():
            name = self._names.get(key)
            if name is None:
                name = _header_of(key)
                if len(self._names) < _MOST_NAMES:
                    self._names[key] = name
            if not name or not isinstance(value, str | int):
                continue
            lower = name.lower()
            if value in ("", "-"):
                told.told_headers.add(lower.decode("latin-1"))
            elif lower not in have:
                have.add(lower)
                told.headers.append((name, raw(str(value), latin).strip(b" \t")))


def _header_of(key: str) -> bytes:
    """The header that a field of this name holds; b"" where it is none."""
    if key.startswith("http_") and key[5:] not in _NO_HEADERS:
        return raw(key[5:].replace("_", "-").title(), False)
    if key.startswith("cs-") and key[3:] not in _W3C and not key.startswith("cs-uri"):
        return raw(key[3:].title(), False)
    if key.startswith(_TRAEFIK) and key[len(_TRAEFIK) : len(_TRAEFIK) + 1].isupper():
        return raw(key[len(_TRAEFIK) :], False)
    return _NGINX.get(key, b"")


def _hide(told: Told) -> None:
    """Take out headers whose values the log hides, and say so."""
    hidden = {name.decode("latin-1").lower() for name, value in told.headers if value == _HIDDEN}
    if hidden:
        told.hidden_headers = hidden
        told.headers = [(name, value) for name, value in told.headers if value != _HIDDEN]


def _caddy(record: dict[str, Any], latin: bool) -> Told | None:
    request: dict[str, Any] = record["request"]
    method, target = request.get("method"), request.get("uri")
    if not isinstance(method, str) or not isinstance(target, str) or not (method and target):
        return None
    headers = headers_of(request.get("headers"), latin)
    if host := _text(request.get("host")):
        headers.append((b"Host", raw(host, latin)))
    port = _text(request.get("remote_port")) or ""
    told = Told(
        method=raw(method, latin),
        target=raw(target, latin),
        protocol=protocol_of(str(request.get("proto") or "")),
        headers=headers,
        all_headers="headers" in request,
        client=_text(request.get("client_ip")) or _text(request.get("remote_ip")),
        client_port=int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0,
        received=moment(record.get("ts")),
        status=_status(record.get("status")),
        response_headers=headers_of(record.get("resp_headers"), latin),
    )
    _hide(told)
    return told


def _cloudflare(record: dict[str, Any], latin: bool) -> Told | None:
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


def at(record: dict[str, Any], place: str) -> Any:
    """The value at a place; `a.b` is a field of that name or b inside a."""
    value = record.get(place)
    if value is not None or "." not in place:
        return value
    value = record
    for key in place.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _renamed(record: dict[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
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
