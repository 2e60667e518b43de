"""Web access logs as JSON, as nginx, Apache, Caddy, Traefik, Envoy and ECS shippers write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from vedette.model.instant import instant_of, rfc3339

_METHOD: Final = re.compile(r"[A-Z][A-Z-]{1,31}\Z")
_REQUEST: Final = re.compile(r"([A-Z-]{2,32}) (.*?)(?: (HTTP/\d(?:\.\d)?))?\Z", re.DOTALL)
_PORT: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|(\d+\.\d+\.\d+\.\d+)):\d+\Z")

_WHERE: Final[dict[str, tuple[str, ...]]] = {
    "c-ip": (
        "c-ip", "remote_addr", "remote_ip", "client_ip", "clientip", "remoteIP", "remote_host",
        "ClientHost", "ClientAddr", "request.client_ip", "request.remote_ip", "source.ip",
        "client.ip", "source.address", "downstream_remote_address", "client",
    ),
    "cs-username": (
        "cs-username", "remote_user", "ClientUsername", "user_id", "user.name", "auth", "user",
    ),
    "cs-method": (
        "cs-method", "request_method", "RequestMethod", "request.method", "http.request.method",
        "method", "verb",
    ),
    "cs-uri": (
        "cs-uri", "request_uri", "RequestPath", "request.uri", "url.original", "uri", "path",
        "url", "request_path", "request_url", "cs-uri-stem", "url.path",
    ),
    "cs-uri-query": ("cs-uri-query", "args", "query_string", "url.query", "query"),
    "cs-version": (
        "cs-version", "server_protocol", "RequestProtocol", "request.proto", "protocol",
        "http.version", "httpversion",
    ),
    "sc-status": (
        "sc-status", "status", "DownstreamStatus", "response_code", "status_code", "response",
        "http.response.status_code",
    ),
    "sc-bytes": (
        "sc-bytes", "body_bytes_sent", "bytes_sent", "DownstreamContentSize", "size", "bytes",
        "http.response.body.bytes", "http.response.bytes",
    ),
    "cs-referer": (
        "cs-referer", "http_referer", "request_Referer", "referer", "referrer",
        "request.headers.Referer", "http.request.referrer",
    ),
    "cs-user-agent": (
        "cs-user-agent", "http_user_agent", "request_User-Agent", "user_agent", "userAgent",
        "agent", "request.headers.User-Agent", "user_agent.original", "useragent",
    ),
    "cs-host": (
        "cs-host", "http_host", "RequestHost", "request.host", "authority", "host", "url.domain",
        "vhost", "server_name",
    ),
    "timestamp": (
        "timestamp", "time_iso8601", "StartUTC", "@timestamp", "start_time", "ts", "msec", "time",
        "time_local", "date", "datetime",
    ),
}  # fmt: skip
"""Where each field of an access record may stand, the surest place first; a dot goes inside."""

_LINE: Final = ("request", "request_line", "RequestLine")


def is_access(record: Mapping[str, Any]) -> bool:
    """True for a record that names an HTTP method, a target and a status."""
    status = _status(_find(record, _WHERE["sc-status"]))
    if status is None:
        return False
    if _request_line(record) is not None:
        return True
    method = _find(record, _WHERE["cs-method"])
    target = _find(record, _WHERE["cs-uri"])
    if not isinstance(method, str) or not isinstance(target, str) or not _METHOD.match(method):
        return False
    return target.startswith(("/", "http://", "https://", "*")) or method == "CONNECT"


def access_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record under W3C names (see docs/reference/mappings.md), and every top-level field that
    none of them was taken from under its own name."""
    found: dict[str, Any] = {}
    used: set[str] = set()
    for field, places in _WHERE.items():
        for place in places:
            value = _at(record, place)
            if value is not None and not isinstance(value, dict):
                found[field] = value[0] if isinstance(value, list) and value else value
                used.add(place)
                break
    line = _request_line(record)
    if line is not None:
        used.add(line[0])
        found |= {"cs-method": line[1], "cs-uri": line[2]}
        if line[3]:
            found["cs-version"] = line[3]
    target = found.get("cs-uri")
    if isinstance(target, str):
        found |= _target(target, found.get("cs-uri-query"))
    status = _status(found.get("sc-status"))
    if status is not None:
        found["sc-status"] = status
    if "sc-bytes" in found:
        found["sc-bytes"] = _whole(found["sc-bytes"])
    address = found.get("c-ip")
    if isinstance(address, str) and (port := _PORT.match(address)):
        found["c-ip"] = port[1] or port[2]
    if "timestamp" in found:
        found["timestamp"] = _time(found["timestamp"])
    for field in ("cs-username", "cs-referer", "cs-user-agent"):
        if found.get(field) in ("-", ""):
            del found[field]
    rest = {key: value for key, value in record.items() if key not in used and key not in found}
    return found | rest


def _at(record: Mapping[str, Any], place: str) -> Any:
    if "." not in place:
        return record.get(place)
    value: Any = record
    for key in place.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _find(record: Mapping[str, Any], places: tuple[str, ...]) -> Any:
    for place in places:
        value = _at(record, place)
        if value is not None and not isinstance(value, dict | list):
            return value
    return None


def _request_line(record: Mapping[str, Any]) -> tuple[str, str, str, str] | None:
    for name in _LINE:
        value = record.get(name)
        if isinstance(value, str) and (line := _REQUEST.match(value)):
            return name, line[1], line[2], line[3] or ""
    return None


def _target(target: str, query: Any) -> dict[str, Any]:
    stem, mark, own = target.partition("?")
    if not mark and isinstance(query, str) and query not in ("", "-"):
        return {"cs-uri": f"{stem}?{query}", "cs-uri-stem": stem, "cs-uri-query": query}
    return {"cs-uri": target, "cs-uri-stem": stem, "cs-uri-query": own if mark else None}


def _status(value: Any) -> int | None:
    number = _whole(value)
    return number if number is not None and 100 <= number <= 599 else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return None


def _time(value: Any) -> Any:
    """RFC 3339 where the time can be read, else what stood there."""
    instant = instant_of(value)
    if instant is not None:
        return rfc3339(instant)
    try:
        moment = datetime.strptime(str(value), "%d/%b/%Y:%H:%M:%S %z")
    except ValueError:
        return value
    return rfc3339(round(moment.timestamp()) * 1_000_000)
