"""The request that a NOTIFY describes, by the arguments of the documented configuration."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address

from vedette.seclang.request import Request
from vedette.shield.decision.spoe.frames import read_header_list
from vedette.shield.decision.spoe.values import INVALID, BadData, Value


def question(said: Mapping[str, Value], unique_id: str, received: int) -> tuple[Request, bytes]:
    """The request and as much of its body as was sent. Takes the arguments `method`, `url`,
    `version` (req.ver), `headers` (req.hdrs_bin), and if there `body` (req.body), `src`,
    `src_port`, `dst`, `dst_port`. Raises BadData."""
    method, url, headers = _raw(said, "method"), _raw(said, "url"), said.get("headers")
    if not method or not url or not isinstance(headers, bytes):
        raise BadData(INVALID, "the message lacks method, url or headers")
    request = Request(
        method,
        url,
        b"HTTP/" + (_raw(said, "version") or b"1.1"),
        tuple(read_header_list(headers)),
        _address(said, "src"),
        _number(said, "src_port"),
        _address(said, "dst"),
        _number(said, "dst_port"),
        unique_id,
        received,
    )
    return request, _raw(said, "body")


def is_cut(said: Mapping[str, Value], body: bytes) -> bool:
    """Whether HAProxy's buffer did not hold all of the body: by `body_size` (req.body_size), which
    is the announced length, or what has come of a chunked body."""
    size = said.get("body_size")
    return isinstance(size, int) and not isinstance(size, bool) and size > len(body)


def _raw(said: Mapping[str, Value], name: str) -> bytes:
    value = said.get(name)
    if isinstance(value, bytes):
        return value
    return value.encode("latin-1") if isinstance(value, str) else b""


def _address(said: Mapping[str, Value], name: str) -> str:
    value = said.get(name)
    return str(value) if isinstance(value, IPv4Address | IPv6Address) else "127.0.0.1"


def _number(said: Mapping[str, Value], name: str) -> int:
    value = said.get(name)
    return value if isinstance(value, int) and 0 <= value <= 65535 else 0
