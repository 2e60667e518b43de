"""Requests of the suite, changed a little at random: in what attackers change."""

from __future__ import annotations

from random import Random
from typing import Final
from urllib.parse import quote_from_bytes

import msgspec

from vedette.seclang.request import Request

_PIECES: Final = (
    *(b"'", b'"', b"<", b">", b";", b"|", b"&", b"=", b"(", b")", b"{", b"}", b"\\", b"/", b"%"),
    *(b"%00", b"%0a", b"%0d", b"%25", b"%u0027", b"%c0%a7", b"%", b"%zz", b"+", b" ", b"\t"),
    *(b"\n", b"\r\n", b"\xff", b"\xc3\xa9", b"\xe2\x80\x99", b"&#39;", b"&lt;", b"\\u003c", b"#"),
    *(b"/*", b"*/", b"--", b"/**/", b"../", b"..\\", b"${", b"`", b"$(", b"javascript:", b"[]"),
    *(b" or 1=1", b"<script>", b" union select ", b"sleep(5)", b"/etc/passwd", b"cmd.exe", b"@"),
)
_KINDS: Final = (
    *(b"application/x-www-form-urlencoded", b"application/json", b"text/xml", b"text/plain"),
    *(b"multipart/form-data; boundary=a", b"application/xml; charset=utf-8"),
)
_HEADERS: Final = (
    *(b"User-Agent", b"Referer", b"Cookie", b"X-Forwarded-For", b"Accept-Encoding", b"Range"),
    *(b"Content-Encoding", b"Accept", b"X-Custom", b"Content-Type"),
)


def mutated(random: Random, request: Request, body: bytes) -> tuple[Request, bytes]:
    """One to three changes."""
    for _ in range(random.randint(1, 3)):
        choice = random.random()
        if choice < 0.4:
            path, mark, query = request.target.partition(b"?")
            if mark and random.random() < 0.8:
                target = path + mark + _changed(random, query)
            else:
                target = path[:1] + _changed(random, path[1:]) + mark + query
            request = msgspec.structs.replace(request, target=target.replace(b"\0", b""))
        elif choice < 0.7 and body:
            body = _changed(random, body)
        elif choice < 0.9:
            request = msgspec.structs.replace(request, headers=_headers(random, request))
        elif body:
            request = _other_kind(random, request)
        else:
            value = quote_from_bytes(_changed(random, b"value")).encode()
            target = request.target + (b"&" if b"?" in request.target else b"?") + b"q=" + value
            request = msgspec.structs.replace(request, target=target)
    return request, body


def _changed(random: Random, text: bytes) -> bytes:
    at = random.randrange(len(text) + 1)
    upto = min(len(text), at + random.choice((0, 0, 1, 1, 3, 12)))
    choice = random.random()
    if choice < 0.55:
        return text[:at] + random.choice(_PIECES) + text[upto:]
    if choice < 0.7:
        return text[:at] + text[upto:]
    if choice < 0.8:
        return text[:at] + quote_from_bytes(text[at:upto], safe="").encode() + text[upto:]
    if choice < 0.9:
        return text[:at] + text[at:upto].swapcase() + text[upto:]
    return text[:upto] + text[at:]


def _headers(random: Random, request: Request) -> tuple[tuple[bytes, bytes], ...]:
    headers = list(request.headers)
    if headers and random.random() < 0.6:
        at = random.randrange(len(headers))
        name, value = headers[at]
        if random.random() < 0.2:
            del headers[at]
        else:
            headers[at] = (name, _line(_changed(random, value)))
    else:
        headers.append((random.choice(_HEADERS), _line(_changed(random, b"a=b"))))
    return tuple(headers)


def _line(value: bytes) -> bytes:
    """Without what no server lets into a field."""
    return value.translate(None, b"\0\r\n").strip(b" \t")


def _other_kind(random: Random, request: Request) -> Request:
    kept = tuple(each for each in request.headers if each[0].lower() != b"content-type")
    return msgspec.structs.replace(
        request, headers=(*kept, (b"Content-Type", random.choice(_KINDS)))
    )
