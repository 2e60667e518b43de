"""The fields of a request: read strictly, and once where a client sends the same block again."""

from __future__ import annotations

from typing import Final

import msgspec

from vedette.scan.memo import Memo
from vedette.seclang.request import Header
from vedette.shield.proxy.http.fields import listed, split_fields
from vedette.shield.proxy.http.framing import CHUNKED, is_chunked, length_of
from vedette.shield.proxy.http.limits import Limits
from vedette.shield.proxy.http.refused import Refused

BLOCKS: Final = 1_024
"""Blocks of fields that are remembered: browsers send theirs again with every request."""
LONGEST: Final = 4_096
"""Bytes of those that are."""

_FRAMING_NAMES: Final = frozenset({b"content-length", b"transfer-encoding", b"host"})
_LOOKED_AT: Final = frozenset(
    {b"host", b"content-length", b"transfer-encoding", b"connection", b"expect", b"upgrade"}
)
_UNDERSCORED: Final = frozenset({b"content_length", b"transfer_encoding"})
_NONE: Final = frozenset[bytes]()


class RequestFields(msgspec.Struct, frozen=True, gc=False):
    """`all` in order, `names` theirs in lower case. `special` are the values of those that say how
    the request is to be taken; `length` that of the body, or CHUNKED; `connection` what the
    Connection fields list, lower case."""

    all: tuple[Header, ...]
    names: tuple[bytes, ...]
    special: dict[bytes, list[bytes]]
    length: int
    connection: frozenset[bytes]


class FieldsReader:
    """Reads blocks of fields within limits. Used from one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: Memo[tuple[bytes, bool], RequestFields] = Memo(BLOCKS, BLOCKS * LONGEST)

    def read(self, block: bytes, modern: bool) -> RequestFields:
        """The fields in lines, the last one's CRLF included; `modern`: of HTTP/1.1. Raises
        Refused."""
        key = (block, modern)
        found = self._known.get(key)
        if found is None:
            found = read_request_fields(block, modern, self._limits)
            if len(block) <= LONGEST:
                self._known.put(key, found, len(block))
        return found


def read_request_fields(block: bytes, modern: bool, limits: Limits) -> RequestFields:
    """The same without memory."""
    fields = split_fields(block, 0, len(block))
    if fields is None:
        raise Refused(400, "header line")
    if len(fields) > limits.headers:
        raise Refused(431, "too many headers")
    names = tuple([name.lower() for name, _ in fields])
    special = _special(fields, names)
    if b"transfer-encoding" not in special and b"content-length" not in special:
        length = 0
    else:
        length = _framing(special, modern)
    connection = _NONE
    if b"connection" in special:
        connection = frozenset(part for value in special[b"connection"] for part in listed(value))
        if not _FRAMING_NAMES.isdisjoint(connection):
            raise Refused(400, "Connection lists a framing field")
    return RequestFields(tuple(fields), names, special, length, connection)


def _special(fields: list[Header], names: tuple[bytes, ...]) -> dict[bytes, list[bytes]]:
    special: dict[bytes, list[bytes]] = {}
    for at, name in enumerate(names):
        if name in _LOOKED_AT:
            special.setdefault(name, []).append(fields[at][1])
        elif name in _UNDERSCORED:
            # CGI and WSGI read both spellings as one
            raise Refused(400, "framing field with an underscore")
    return special


def _framing(special: dict[bytes, list[bytes]], modern: bool) -> int:
    coding = special.get(b"transfer-encoding")
    if coding is not None:
        if b"content-length" in special:
            raise Refused(400, "Content-Length and Transfer-Encoding")
        if not modern:
            raise Refused(400, "Transfer-Encoding in HTTP/1.0")
        if not is_chunked(coding):
            raise Refused(400, "Transfer-Encoding")
        return CHUNKED
    length = length_of(special[b"content-length"])
    if length is None:
        raise Refused(400, "Content-Length")
    return length
