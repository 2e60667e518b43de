"""HTTP archives: what a browser or a proxy recorded, bodies and responses too.

Source: HAR 1.2 (W3C Web Performance Working Group draft), and what Chrome, Firefox and mitmproxy
write beyond it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import BinaryIO, Final
from urllib.parse import urlencode, urlsplit

import msgspec

from vedette.model.problem import Problem
from vedette.seclang.request import Header
from vedette.shield.replay.replayed import RESPONSE_BODY, Replayed
from vedette.shield.replay.told import MOST_HEADERS, Kinds, Told, moment, protocol_of, raw

MAX_FILE: Final = 512 << 20
MAX_ENTRIES: Final = 1_000_000


class _Pair(msgspec.Struct):
    name: str = ""
    value: str = ""


class _Posted(msgspec.Struct, rename="camel"):
    mime_type: str = ""
    text: str | None = None
    params: list[_Pair] = []
    encoding: str = ""


class _Request(msgspec.Struct, rename="camel"):
    method: str
    url: str
    http_version: str = ""
    headers: list[_Pair] = []
    post_data: _Posted | None = None
    body_size: float = -1


class _Content(msgspec.Struct):
    text: str | None = None
    encoding: str = ""


class _Response(msgspec.Struct, rename="camel"):
    status: int = 0
    headers: list[_Pair] = []
    content: _Content | None = None


class _Entry(msgspec.Struct, rename="camel"):
    request: _Request
    response: _Response | None = None
    started_date_time: str = ""
    client_ip_address: str = msgspec.field(default="", name="clientIPAddress")


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw]


class _Archive(msgspec.Struct):
    log: _Log


def read_har(stream: BinaryIO, name: str, kinds: Kinds) -> Iterator[Replayed | Problem]:
    """The requests over HTTP of an archive, in its order; places are `name#entry`, from 1."""
    data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        yield Problem(name, f"larger than {MAX_FILE >> 20} MiB", "split the archive")
        return
    try:
        entries = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Archive).log.entries
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield Problem(name, f"no HTTP archive ({str(error)[:200]})", "record it anew")
        return
    decode = msgspec.json.Decoder(_Entry).decode
    others = 0
    for number, entry in enumerate(entries[:MAX_ENTRIES], 1):
        place = f"{name}#{number}"
        try:
            read = _recorded(decode(entry), place, kinds)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            yield Problem(place, f"no entry of an HTTP archive ({str(error)[:200]})")
            continue
        if read is None:
            others += 1
        else:
            yield read
    if others:
        yield Problem(name, f"{others:,} entries are no requests over HTTP (data:, blob:, ws:)")
    if len(entries) > MAX_ENTRIES:
        yield Problem(name, f"more than {MAX_ENTRIES:,} entries, the rest is not read")


def _recorded(entry: _Entry, place: str, kinds: Kinds) -> Replayed | None:
    request = entry.request
    scheme, _, rest = request.url.partition("://")
    if scheme.lower() not in ("http", "https"):
        return None
    headers = _headers(request.headers)
    named = {name.lower(): value for name, value in headers}
    target = _target(rest)
    if b":path" in named:
        target = named[b":path"]
    headers = [(name, value) for name, value in headers if not name.startswith(b":")]
    if b"host" not in named:
        host = named.get(b":authority") or raw(urlsplit(request.url).netloc, False)
        headers.insert(0, (b"Host", host.rpartition(b"@")[2]))
    answer = entry.response if entry.response and 100 <= entry.response.status <= 599 else None
    told = Told(
        method=raw(request.method, False),
        target=target,
        protocol=protocol_of(request.http_version),
        headers=headers,
        all_headers=True,
        body=_body(request),
        client=entry.client_ip_address or None,
        received=moment(entry.started_date_time),
        status=answer.status if answer else None,
        response_headers=_headers(answer.headers) if answer else None,
    )
    replayed = kinds.replayed(told, place)
    content = _decoded(answer.content) if answer and answer.content else None
    if content is None:
        return replayed
    missing = replayed.missing - RESPONSE_BODY
    return msgspec.structs.replace(replayed, missing=missing, response_body=content)


def _headers(pairs: list[_Pair]) -> list[Header]:
    return [
        (raw(pair.name, False), raw(pair.value, False).strip(b" \t\r\n"))
        for pair in pairs[:MOST_HEADERS]
    ]


def _target(rest: str) -> bytes:
    """Path and query of an URL without its scheme, as a browser puts them on the request line."""
    cut = min((at for at in map(rest.find, "/?") if at >= 0), default=len(rest))
    target = rest[cut:].partition("#")[0]
    return raw(target if target.startswith("/") else "/" + target, False)


def _body(request: _Request) -> bytes | None:
    """The body, None where there was one that was not recorded."""
    posted = request.post_data
    if posted is None:
        return None if request.body_size > 0 else b""
    if posted.text is not None:
        if posted.encoding == "base64":
            return _base64(posted.text)
        return raw(posted.text, False)
    if posted.params and "urlencoded" in posted.mime_type.lower():
        return urlencode([(pair.name, pair.value) for pair in posted.params]).encode()
    return None


def _decoded(content: _Content) -> bytes | None:
    if content.text is None:
        return None
    return _base64(content.text) if content.encoding == "base64" else raw(content.text, False)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"a body is no Base64 ({error})") from error
