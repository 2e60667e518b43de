"""The head of a request (RFC 9112 2 to 5), or why it is refused."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from vedette.seclang.request import Header
from vedette.shield.proxy.http.authority import split_authority
from vedette.shield.proxy.http.limits import Limits
from vedette.shield.proxy.http.refused import Refused
from vedette.shield.proxy.http.request_fields import FieldsReader

# Raw bytes above ASCII and a few marks that RFC 3986 forbids are let through: clients send them,
# and the rules look at them. Blanks, controls and fragments are not.
_LINE: Final = re.compile(
    rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}) ([!\"$-~\x80-\xff]+) HTTP/(\d)\.(\d)\r\n"
)
_ABSOLUTE: Final = re.compile(rb"https?://([^/?]*)([/?].*)?", re.IGNORECASE | re.DOTALL)
_DEFAULT_PORT: Final = {b"http": 80, b"https": 443}


class RequestHead(msgspec.Struct, frozen=True, gc=False):
    """`target` as written, `path` in origin form (or "*"); `host` lower case ("" where HTTP/1.0
    names none) and `authority` as it is sent on. `length` is the body's, or CHUNKED. `fields` are
    all, `names` their names in lower case in the same order. `connection` holds what the
    Connection fields list, lower case."""

    method: bytes
    target: bytes
    path: bytes
    protocol: bytes
    fields: tuple[Header, ...]
    names: tuple[bytes, ...]
    host: bytes
    authority: bytes
    length: int
    connection: frozenset[bytes]
    keep: bool
    continue_wanted: bool
    upgrade: bytes

    def value(self, name: bytes) -> bytes | None:
        """The last field of this (lower case) name."""
        for at in range(len(self.names) - 1, -1, -1):
            if self.names[at] == name:
                return self.fields[at][1]
        return None


def is_request_line(line: bytes) -> bool:
    """Whether this first line, with its CRLF, may begin a request."""
    return _LINE.fullmatch(line) is not None


def read_request_head(raw: bytes, limits: Limits, reader: FieldsReader) -> RequestHead:
    """Read a head, which ends with the empty line. Raises Refused."""
    line = _LINE.match(raw)
    if line is None:
        raise Refused(400, "request line")
    method, target, major, minor = line.groups()
    if len(target) > limits.target:
        raise Refused(414, "request target too long")
    if major != b"1":
        raise Refused(400 if method == b"PRI" else 505, "version of HTTP")
    if minor not in b"01":
        raise Refused(505, "version of HTTP")
    if method == b"CONNECT":
        raise Refused(405, "CONNECT")
    modern = minor == b"1"
    fields = reader.read(raw[line.end() : -2], modern)
    special, connection = fields.special, fields.connection
    path, host, authority = _place(method, target, special, modern)
    return RequestHead(
        method,
        target,
        path,
        b"HTTP/1.1" if modern else b"HTTP/1.0",
        fields.all,
        fields.names,
        host,
        authority,
        fields.length,
        connection,
        b"close" not in connection and (modern or b"keep-alive" in connection),
        b"expect" in special and _expects(special[b"expect"], modern),
        _upgrade(special, connection, modern),
    )


def _expects(values: list[bytes], modern: bool) -> bool:
    if len(values) != 1 or values[0].lower() != b"100-continue":
        raise Refused(417, "Expect")
    return modern  # RFC 9110 10.1.1: ignored in HTTP/1.0


def _upgrade(
    special: dict[bytes, list[bytes]], connection: frozenset[bytes], modern: bool
) -> bytes:
    if b"upgrade" in special and b"upgrade" in connection and modern:
        return b", ".join(special[b"upgrade"]).lower()
    return b""


def _place(
    method: bytes, target: bytes, special: dict[bytes, list[bytes]], modern: bool
) -> tuple[bytes, bytes, bytes]:
    """Path, host and authority (RFC 9112 3.2)."""
    hosts = special.get(b"host", [])
    if len(hosts) > 1 or (modern and not hosts):
        raise Refused(400, "Host")
    named = split_authority(hosts[0]) if hosts else None
    if hosts and named is None:
        raise Refused(400, "Host")
    if target[0] == 0x2F:  # "/"
        return (target, named[0], hosts[0]) if named else (target, b"", b"")
    if target == b"*":
        if method != b"OPTIONS":
            raise Refused(400, "request target")
        return target, named[0] if named else b"", hosts[0] if hosts else b""
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        raise Refused(400, "request target")
    place = split_authority(absolute[1])
    if place is None:
        raise Refused(400, "request target")
    default = _DEFAULT_PORT[target.partition(b":")[0].lower()]
    if named and (named[0], named[1] or default) != (place[0], place[1] or default):
        # RFC 9112 3.2.2 has Host ignored; whoever sends two names wants two readers to differ
        raise Refused(400, "Host differs from the request target")
    rest = absolute[2] or b"/"
    return rest if rest[0] == 0x2F else b"/" + rest, place[0], absolute[1]
