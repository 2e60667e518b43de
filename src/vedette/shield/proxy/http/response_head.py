"""The head of the website's response (RFC 9112 4, 6.3)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from vedette.seclang.request import Header
from vedette.shield.proxy.http.fields import listed, split_fields
from vedette.shield.proxy.http.framing import CHUNKED, UNTIL_CLOSE, is_chunked, length_of
from vedette.shield.proxy.http.limits import Limits
from vedette.shield.proxy.http.refused import BadUpstream

_LINE: Final = re.compile(rb"HTTP/1\.([01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?\r\n")
_LOOKED_AT: Final = frozenset({b"content-length", b"transfer-encoding", b"connection"})
_NONE: Final = frozenset[bytes]()
_SWITCHING: Final = 101


class ResponseHead(msgspec.Struct, frozen=True, gc=False):
    """`length` is that of the body that follows: a number, CHUNKED or UNTIL_CLOSE. `names` are the
    lower-case names of `fields`."""

    status: int
    reason: bytes
    protocol: bytes
    fields: list[Header]
    names: list[bytes]
    length: int
    connection: frozenset[bytes]
    keep: bool


def read_response_head(raw: bytes, method: bytes, limits: Limits) -> ResponseHead:
    """Read a head, which ends with the empty line, of the answer to a request by `method`. Raises
    BadUpstream."""
    line = _LINE.match(raw)
    if line is None:
        raise BadUpstream("status line")
    fields = split_fields(raw, line.end(), len(raw) - 2)
    if fields is None or len(fields) > limits.headers:
        raise BadUpstream("headers")
    status = int(line[2])
    modern = line[1] == b"1"
    names = [name.lower() for name, _ in fields]
    special: dict[bytes, list[bytes]] = {}
    for at, name in enumerate(names):
        if name in _LOOKED_AT:
            special.setdefault(name, []).append(fields[at][1])
    length = _framing(special, modern)
    if method == b"HEAD" or status < 200 or status in (204, 304):
        length = 0
    connection = _NONE
    if b"connection" in special:
        connection = frozenset(part for value in special[b"connection"] for part in listed(value))
    keep = b"close" not in connection and (modern or b"keep-alive" in connection)
    return ResponseHead(
        status,
        line[3] or b"",
        b"HTTP/1.1" if modern else b"HTTP/1.0",
        fields,
        names,
        length,
        connection,
        keep and length != UNTIL_CLOSE and status != _SWITCHING,
    )


def _framing(special: dict[bytes, list[bytes]], modern: bool) -> int:
    if b"transfer-encoding" in special:
        if b"content-length" in special or not modern:
            raise BadUpstream("framing")
        if not is_chunked(special[b"transfer-encoding"]):
            raise BadUpstream("Transfer-Encoding")
        return CHUNKED
    if b"content-length" in special:
        length = length_of(special[b"content-length"])
        if length is None:
            raise BadUpstream("Content-Length")
        return length
    return UNTIL_CLOSE
