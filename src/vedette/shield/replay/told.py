"""What one record of a structured log told, on its way to a Replayed."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from vedette.model.instant import instant_of
from vedette.seclang.request import Header, Request, Response
from vedette.shield.client import Trusted, client_of
from vedette.shield.replay.replayed import (
    BODY,
    CLIENT,
    NEVER,
    PROTOCOL,
    RESPONSE_BODY,
    RESPONSE_HEADERS,
    STATUS,
    TIME,
    Missing,
    Replayed,
    known_headers,
)

MOST_HEADERS: Final = 1_000
_BEYOND: Final = re.compile(r"([^\x00-\xff]+)")
_MOST_KINDS: Final = 512


class Told(msgspec.Struct):
    """None: the log does not say. `told_headers` are names that the log tells of even where they
    were absent; `all_headers`: it tells all."""

    method: bytes = b""
    target: bytes = b""
    protocol: bytes | None = None
    headers: list[Header] = []
    told_headers: set[str] = set()
    all_headers: bool = False
    hidden_headers: set[str] = set()
    """Names whose values the log hides, although it tells all others."""
    body: bytes | None = None
    client: str | None = None
    client_port: int = 0
    received: int | None = None
    status: int | None = None
    response_headers: list[Header] | None = None
    id: str = ""


class Kinds:
    """Makes Replayed of Told; equal sets of missing variables are one object."""

    def __init__(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self._missing: dict[Missing, Missing] = {}

    def replayed(self, told: Told, place: str) -> Replayed:
        """The request as rules see it."""
        headers = tuple(told.headers)
        client = told.client or ""
        if client:
            client = client_of(client, headers, self._trusted)
        response = None
        if told.status is not None:
            response = Response(told.status, tuple(told.response_headers or ()))
        request = Request(
            told.method,
            told.target,
            b"HTTP/1.1" if told.protocol is None else told.protocol,
            headers,
            client,
            told.client_port,
            unique_id=told.id,
            received=told.received or 0,
        )
        return Replayed(request, told.body or b"", response, place, self._kind(told))

    def _kind(self, told: Told) -> Missing:
        missing: set[str] = set(NEVER | RESPONSE_BODY)
        if not told.all_headers:
            names = {name.decode("latin-1") for name, _ in told.headers} | told.told_headers
            missing |= known_headers(names - told.hidden_headers)
        for name in told.hidden_headers:
            missing.add(f"REQUEST_HEADERS:{name}")
            if name == "cookie":
                missing.add("REQUEST_COOKIES")
        for absent, variables in (
            (told.body is None, BODY),
            (told.client is None, CLIENT),
            (told.protocol is None, PROTOCOL),
            (told.received is None, TIME),
            (told.status is None, STATUS),
            (told.response_headers is None, RESPONSE_HEADERS),
        ):
            if absent:
                missing |= variables
        found = frozenset(missing)
        if len(self._missing) < _MOST_KINDS:
            return self._missing.setdefault(found, found)
        return found


def raw(text: str, latin: bool) -> bytes:
    """The bytes behind a text of a log: UTF-8, or Latin-1 where the line was read so because it
    was no UTF-8. Halves of surrogate pairs stay what they are."""
    if not latin:
        return text.encode("utf-8", "surrogatepass")
    parts = _BEYOND.split(text)  # what came of a \\u escape is a character, not a byte
    return b"".join(
        part.encode("utf-8", "surrogatepass") if odd & 1 else part.encode("latin-1")
        for odd, part in enumerate(parts)
    )


def headers_of(value: Any, latin: bool) -> list[Header]:
    """`{"Name": "value"}` or `{"Name": ["value", ...]}` as headers."""
    found: list[Header] = []
    if isinstance(value, dict):
        for name, values in value.items():
            for each in values if isinstance(values, list) else (values,):
                if len(found) < MOST_HEADERS and isinstance(each, str | int | float):
                    found.append((raw(str(name), latin), raw(str(each), latin).strip(b" \t")))
    return found


def moment(value: Any) -> int | None:
    """A time in microseconds since the epoch: RFC 3339 or a number of any common unit."""
    return instant_of(value)


def protocol_of(text: str) -> bytes | None:
    """`HTTP/2`, `h2`, `http/2.0` as request lines write it; None where it tells nothing."""
    folded = text.strip().lower()
    if folded.startswith("http/") and len(folded) > 5:
        return raw("HTTP/" + text.strip()[5:], False)
    return _SHORT.get(folded)


_SHORT: Final = {
    "h2": b"HTTP/2",
    "h2c": b"HTTP/2",
    "h3": b"HTTP/3",
    "quic": b"HTTP/3",
    "spdy": b"HTTP/2",
    "1.0": b"HTTP/1.0",
    "1.1": b"HTTP/1.1",
    "2": b"HTTP/2",
    "2.0": b"HTTP/2.0",
    "3": b"HTTP/3",
    "3.0": b"HTTP/3.0",
    "10": b"HTTP/1.0",
    "11": b"HTTP/1.1",
    "20": b"HTTP/2.0",
}
