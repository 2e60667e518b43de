"""A request as people have it at hand: raw text, a curl command, an entry of a HAR file."""

from __future__ import annotations

import io
import json
import re
from typing import Any, Final

import msgspec

from vedette.model.errors import UnreadableError
from vedette.seclang.request import Header, Request, Response
from vedette.shield.client import NOBODY
from vedette.shield.explaining.curl import read_curl

MOST: Final = 16 << 20
_LINE: Final = re.compile(rb"\A([^\s]{1,64}) ([^\r\n]*?)(?: (HTTP/[\d.]{1,4}))?\r?\n?\Z")
_CURL: Final = re.compile(rb"\A\s*(?:\$\s+)?curl(?:\.exe)?\s")


class Pasted(msgspec.Struct, frozen=True):
    """One request to explain. `response` is there only where a HAR entry holds one."""

    request: Request
    body: bytes
    response: Response | None = None
    response_body: bytes = b""


def read_pasted(text: bytes, client: str = "203.0.113.1") -> Pasted:
    """What was pasted, told by its beginning. `client` is taken where the text names none. Raises
    UnreadableError."""
    if len(text) > MOST:
        raise UnreadableError(f"the request: is larger than {MOST >> 20} MiB")
    if not text.strip():
        raise UnreadableError("the request: is empty; paste a raw request, a curl command or HAR")
    if _CURL.match(text):
        request, body = read_curl(text.decode("utf-8", "surrogateescape"), client)
        return Pasted(request, body)
    if text.lstrip()[:1] == b"{":
        return _har(text, client)
    return _raw(text, client)


def _raw(text: bytes, client: str) -> Pasted:
    """Head and body as on the wire; line ends may have become line feeds when it was copied."""
    text = text.lstrip(b"\r\n")
    for gap in (b"\r\n\r\n", b"\n\n"):
        head, found, body = text.partition(gap)
        if found:
            break
    else:
        head, body = text.rstrip(b"\r\n"), b""
    lines = head.split(b"\n")
    line = _LINE.match(lines[0].rstrip(b"\r"))
    if line is None or not (line[3] or line[2].startswith((b"/", b"http", b"*"))):
        raise UnreadableError(
            "the request: does not begin with a request line; write GET /path HTTP/1.1"
        )
    headers: list[Header] = []
    for number, each in enumerate(lines[1:], 2):
        name, colon, value = each.rstrip(b"\r").partition(b":")
        if not colon or not name.strip():
            raise UnreadableError(f"the request: line {number} is no header; write Name: value")
        headers.append((name, value.strip(b" \t")))
    if not any(name.lower() == b"host" for name, _ in headers):
        headers.insert(0, (b"Host", b"localhost"))
    return Pasted(
        Request(
            line[1], line[2], line[3] or b"HTTP/1.1", tuple(headers), client, unique_id="explained"
        ),
        body.removesuffix(b"\n") if body.endswith(b"\n") and b"multipart" not in head else body,
    )


def _har(text: bytes, client: str) -> Pasted:
    from vedette.shield.replay.har import read_har
    from vedette.shield.replay.replayed import Replayed
    from vedette.shield.replay.told import Kinds

    try:
        given: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"the request: is no JSON ({str(error)[:200]})") from error
    if isinstance(given, dict) and "log" not in given:
        given = {"log": {"entries": [given if "request" in given else {"request": given}]}}
    stream = io.BytesIO(json.dumps(given).encode())
    for read in read_har(stream, "the request", Kinds(NOBODY)):
        if not isinstance(read, Replayed):
            raise UnreadableError(str(read))
        request = msgspec.structs.replace(
            read.request, client=read.request.client or client, unique_id="explained"
        )
        return Pasted(request, read.body, read.response, read.response_body or b"")
    raise UnreadableError("the request: the archive holds no request")
