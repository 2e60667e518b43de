"""Lines of text logs: Common and Combined with their variants, and AWS load balancers.

Sources: Apache httpd, mod_log_config; nginx, ngx_http_log_module; AWS Elastic Load Balancing,
"Access logs for your Application Load Balancer".
"""

from __future__ import annotations

import re
from typing import Final

from vedette.seclang.request import Header, Request, Response
from vedette.shield.client import Trusted, client_of
from vedette.shield.replay.escapes import undo
from vedette.shield.replay.replayed import (
    BODY,
    NEVER,
    RESPONSE_BODY,
    RESPONSE_HEADERS,
    STATUS,
    Missing,
    Replayed,
    known_headers,
)
from vedette.sources.formats.timestamps import (
    MONTHS,
    RFC3339,
    epoch_us,
    micros,
    offset_us,
    rfc3339_us,
)

MAX_ENTRY: Final = 256 << 10
"""Bytes of one entry; servers refuse requests of a tenth of that."""

_QUOTED: Final = rb'([^"\\]*(?:\\.[^"\\]*)*)"'
_COMBINED: Final = re.compile(
    rb'([^"]{0,2048}?) ?\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:[.,]\d{1,9})?'
    rb'(?: [+-]\d{4})?)\] "' + _QUOTED + rb" (\d{3}|-) (\d{1,19}|-)"
    rb'(?: "' + _QUOTED + rb' "' + _QUOTED + rb")?(?: (.*))?\Z",
    re.DOTALL,
)
# a log that does not escape quotes: the status is what ends the request
_LOOSE: Final = re.compile(
    rb'([^"]{0,2048}?) ?\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:[.,]\d{1,9})?'
    rb'(?: [+-]\d{4})?)\] "(.*?)" (\d{3}) (\d{1,19}|-)(?: "([^"]*)" "([^"]*)")?(?: (.*))?\Z',
    re.DOTALL,
)
_ALB: Final = re.compile(
    rb"(?:(https?|h2|grpcs|wss?) )?(\d{4}-\d\d-\d\dT[\d:.]{8,18}Z) (\S{1,255}) "
    rb"\[?([0-9A-Fa-f.:]{2,45}?)\]?:(\d{1,5}) (\S{1,64}) -?[\d.]{1,20} -?[\d.]{1,20} "
    rb"-?[\d.]{1,20} (\d{3}|-) (\d{3}|-) (\d{1,19}) (\d{1,19}) \"" + _QUOTED
    + rb'(?: "' + _QUOTED + rb")?(?: (.*))?\Z",
    re.DOTALL,
)  # fmt: skip
_TRACE: Final = re.compile(rb'"(Root=[\w;=.:-]{1,200})"')
_ADDRESS: Final = re.compile(rb"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,40}")
_HOST_AND_PORT: Final = re.compile(rb"(\[[0-9A-Fa-f:.]{2,45}\]|[\w.-]{1,255}):(\d{1,5})")
_HOST: Final = re.compile(rb"[\w.-]{1,255}")
_FORWARDED: Final = re.compile(
    rb'"((?:[0-9A-Fa-f.:]{2,45}|unknown)(?:, ?(?:[0-9A-Fa-f.:]{2,45}|unknown)){0,32})"'
)
_ABSOLUTE: Final = re.compile(rb"[A-Za-z][A-Za-z+.-]{1,8}://([^/?#]*)")
_NO_REQUEST: Final = frozenset((b"", b"-", b"- - -", b"- - - "))

_TOLD: Final = NEVER | BODY | RESPONSE_HEADERS | RESPONSE_BODY


class EntryError(ValueError):
    """A line that is no entry, or holds no request."""


class Lines:
    """Entries of text logs. What was read last is kept where the next entry repeats it."""

    def __init__(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self._follow = bool(trusted.networks or trusted.unix)
        self._date = b""
        self._at = 0
        self._responses: dict[bytes, Response] = {}
        self._missing: dict[tuple[str, ...], Missing] = {}

    def entry(self, line: bytes, place: str) -> Replayed:
        """One entry of either kind. Raises EntryError."""
        if len(line) > MAX_ENTRY:
            raise EntryError(f"an entry of {len(line):,} bytes, more than {MAX_ENTRY:,}")
        if match := _COMBINED.match(line):
            return self._combined(match, place, loose=False)
        if match := _ALB.match(line):
            return self._alb(match, place)
        if match := _LOOSE.match(line):
            return self._combined(match, place, loose=True)
        raise EntryError('expected HOST IDENT USER [DATE] "REQUEST" STATUS BYTES')

    def _combined(self, match: re.Match[bytes], place: str, *, loose: bool) -> Replayed:
        before, date, request, status, _, referer, agent, extra = match.groups()
        if b"\\" in request and not loose:
            request = undo(request)
        method, target, protocol = _request_line(request)
        if date != self._date:
            self._at, self._date = _date_us(date), date
        names: tuple[str, ...] = ()
        headers: list[Header] = []
        if before.count(b" ") == 2:
            first = peer = before.partition(b" ")[0]
        else:
            first, peer, names = _front(before, headers)
        if agent is not None:
            names += ("user-agent", "referer")
            if agent != b"-":
                headers.append((b"User-Agent", undo(agent)))
            if referer != b"-":
                headers.append((b"Referer", undo(referer)))
        if extra and extra.startswith(b'"') and (found := _FORWARDED.match(extra)):
            names += ("x-forwarded-for",)
            headers.append((b"X-Forwarded-For", found[1]))
        if self._follow:
            client = client_of(peer.decode("latin-1"), headers, self._trusted)
        else:
            client = first.decode("latin-1")
        return Replayed(
            Request(method, target, protocol, tuple(headers), client, received=self._at),
            b"",
            self._response(status),
            place,
            self._missing_but(names, status),
        )

    def _alb(self, match: re.Match[bytes], place: str) -> Replayed:
        _, date, _, peer, port, _, status, target_status, _, _, request, agent, rest = (
            match.groups()
        )
        method, target, protocol = _request_line(undo(request))
        headers: list[Header] = []
        if absolute := _ABSOLUTE.match(target):
            headers.append((b"Host", _without_default_port(target, absolute[1])))
            target = target[absolute.end() :] or b"/"
            if not target.startswith(b"/"):
                target = b"/" + target
        if agent not in (None, b"-"):
            headers.append((b"User-Agent", undo(agent)))
        told = RFC3339.fullmatch(date.decode("ascii"))
        if told is None:
            raise EntryError("the time is not RFC 3339")
        try:
            received = rfc3339_us(told)
        except ValueError as error:
            raise EntryError(str(error)) from error
        client = peer.decode("ascii")
        if self._follow:
            client = client_of(client, headers, self._trusted)
        trace = _TRACE.search(rest or b"")
        return Replayed(
            Request(
                method,
                target,
                protocol,
                tuple(headers),
                client,
                int(port),
                unique_id=trace[1].decode("ascii", "replace") if trace else "",
                received=received,
            ),
            b"",
            self._response(target_status if status == b"-" else status),
            place,
            self._missing_but(("host", "user-agent"), status),
        )

    def _response(self, status: bytes) -> Response | None:
        if status == b"-":
            return None
        found = self._responses.get(status)
        if found is None:
            found = self._responses[status] = Response(int(status))
        return found

    def _missing_but(self, names: tuple[str, ...], status: bytes) -> Missing:
        key = (*names, "") if status == b"-" else names
        found = self._missing.get(key)
        if found is None:
            found = _TOLD | known_headers(names) | (STATUS if status == b"-" else frozenset())
            self._missing[key] = found
        return found


def _request_line(request: bytes) -> tuple[bytes, bytes, bytes]:
    """Method, target and protocol; what is no HTTP at all (TLS on a plain port) is taken for a
    method, as a server would. Raises EntryError where the client sent nothing."""
    method, _, rest = request.partition(b" ")
    target, space, protocol = rest.rpartition(b" ")
    if space and protocol.startswith(b"HTTP/"):
        return method, target, protocol
    if request in _NO_REQUEST:
        raise EntryError("holds no request: the client sent none")
    if rest.startswith(b"HTTP/"):
        return method, b"", rest
    return method, rest.strip(b" -") if method == b"-" else rest, b"HTTP/0.9"


def _front(before: bytes, headers: list[Header]) -> tuple[bytes, bytes, tuple[str, ...]]:
    """Client and peer, of what stands before the date otherwise than as `HOST IDENT USER`: a
    virtual host first, X-Forwarded-For in the place of the host, a user's name with blanks. Who
    trusts no proxy gets the first address of X-Forwarded-For, which the client may have made up.
    """
    parts = before.split(b" ")
    names: tuple[str, ...] = ()
    if len(parts) >= 4 and not parts[0].endswith(b","):
        named = _HOST_AND_PORT.fullmatch(parts[0])
        plain = _ADDRESS.fullmatch(parts[1]) and not _ADDRESS.fullmatch(parts[0])
        if named or (plain and _HOST.fullmatch(parts[0])):
            if parts[0] != b"-":
                port = named[2] if named else b"80"
                host = named[1] if named and port in (b"80", b"443") else parts[0]
                headers.append((b"Host", host))
                names = ("host",)
            del parts[0]
    hops = 0
    while parts[hops].endswith(b",") and hops + 1 < len(parts):
        hops += 1
    if hops:
        headers.append((b"X-Forwarded-For", b" ".join(parts[: hops + 1])))
        return parts[0].rstrip(b","), parts[hops].rstrip(b","), (*names, "x-forwarded-for")
    return parts[0], parts[0], names


def _without_default_port(target: bytes, host: bytes) -> bytes:
    """Load balancers write the port always, clients never where it is the scheme's own."""
    port = b":443" if target[:5].lower() in (b"https", b"wss:/") else b":80"
    return host.removesuffix(port)


def _date_us(date: bytes) -> int:
    """`21/Nov/2026:08:15:30.123 +0100` in microseconds since the epoch; without a zone UTC."""
    text = date.decode("ascii")
    clock, _, zone = text.partition(" ")
    month = MONTHS.get(text[3:6])
    if month is None:
        raise EntryError(f"no such month: {text[3:6]}")
    fraction = clock[21:]
    try:
        at = epoch_us(
            int(text[7:11]), month, int(text[:2]), int(text[12:14]), int(text[15:17]),
            int(text[18:20]), micros(fraction),
        )  # fmt: skip
        return at - offset_us(zone[0], zone[1:3], zone[3:5]) if zone else at
    except ValueError as error:
        raise EntryError(str(error)) from error
