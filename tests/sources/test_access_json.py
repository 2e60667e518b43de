"""Access logs as JSON, as the servers' documentation shows them, under W3C names."""

from __future__ import annotations

from typing import Any

import pytest

from vedette.sources.access_json import access_record, is_access
from vedette.sources.json_kind import classify

COMMON = {
    "c-ip": "192.0.2.7",
    "cs-method": "GET",
    "cs-uri": "/a?b=1",
    "cs-uri-stem": "/a",
    "cs-uri-query": "b=1",
    "sc-status": 404,
    "cs-user-agent": "curl/8",
    "timestamp": "2026-11-21T08:15:30.000000Z",
}
WRITTEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nginx": (
        {
            "time_iso8601": "2026-11-21T09:15:30+01:00",
            "remote_addr": "192.0.2.7",
            "remote_user": "-",
            "request": "GET /a?b=1 HTTP/1.1",
            "status": "404",
            "body_bytes_sent": "153",
            "http_referer": "",
            "http_user_agent": "curl/8",
            "request_time": "0.001",
        },
        {"cs-version": "HTTP/1.1", "sc-bytes": 153, "request_time": "0.001"},
    ),
    "caddy": (
        {
            "ts": 1795248930.0,
            "logger": "http.log.access",
            "request": {
                "remote_ip": "192.0.2.7",
                "proto": "HTTP/2.0",
                "method": "GET",
                "host": "www.example",
                "uri": "/a?b=1",
                "headers": {"User-Agent": ["curl/8"]},
            },
            "size": 153,
            "status": 404,
        },
        {
            "cs-version": "HTTP/2.0",
            "cs-host": "www.example",
            "sc-bytes": 153,
            "logger": "http.log.access",
        },
    ),
    "traefik": (
        {
            "ClientHost": "192.0.2.7",
            "DownstreamStatus": 404,
            "DownstreamContentSize": 153,
            "RequestMethod": "GET",
            "RequestPath": "/a?b=1",
            "RequestHost": "www.example",
            "RequestProtocol": "HTTP/1.1",
            "StartUTC": "2026-11-21T08:15:30Z",
            "request_User-Agent": "curl/8",
        },
        {"cs-version": "HTTP/1.1", "cs-host": "www.example", "sc-bytes": 153},
    ),
    "envoy": (
        {
            "start_time": "2026-11-21T08:15:30.000Z",
            "method": "GET",
            "path": "/a?b=1",
            "response_code": 404,
            "bytes_sent": 153,
            "user_agent": "curl/8",
            "downstream_remote_address": "192.0.2.7:54321",
        },
        {"sc-bytes": 153},
    ),
    "ecs": (
        {
            "@timestamp": "2026-11-21T08:15:30Z",
            "http": {"request": {"method": "GET"}, "response": {"status_code": 404}},
            "url": {"original": "/a?b=1", "query": "b=1"},
            "source": {"ip": "192.0.2.7"},
            "user_agent": {"original": "curl/8"},
        },
        {},
    ),
    "stem and query apart": (
        {
            "time": "21/Nov/2026:08:15:30 +0000",
            "clientip": "192.0.2.7",
            "method": "GET",
            "uri": "/a",
            "args": "b=1",
            "status": 404,
            "agent": "curl/8",
        },
        {},
    ),
}


@pytest.mark.parametrize(("record", "more"), WRITTEN.values(), ids=list(WRITTEN))
def test_servers(record: dict[str, Any], more: dict[str, Any]) -> None:
    assert classify(record) == "access"
    found = access_record(record)
    structured = {k: v for k, v in found.items() if not isinstance(v, dict)}
    assert structured == COMMON | more


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"method": "GET", "path": "/"},
        {"method": "login", "path": "/", "status": 200},
        {"method": "GET", "path": "relative", "status": 200},
        {"method": "GET", "path": "/", "status": 1200},
        {"request": {"method": "GET"}, "status": 200},
    ],
)
def test_what_is_no_access_log(record: dict[str, Any]) -> None:
    assert not is_access(record)
