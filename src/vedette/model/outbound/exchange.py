"""One HTTP request and its answer, with limits on everything.

The name is looked up once and the address that was judged is the one connected to, so that a name
that leads elsewhere a moment later is of no use (DNS rebinding). Redirects are answers like others.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import NamedTuple
from urllib.parse import SplitResult

from vedette.model.outbound.addresses import Lookup, chosen_address, system_lookup


class Reply(NamedTuple):
    """`body` may be one byte longer than was allowed: then there was more."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def get(
    url: SplitResult,
    headers: Mapping[str, str],
    seconds: float,
    most: int,
    context: ssl.SSLContext | None,
    allow_private: bool,
    lookup: Lookup = system_lookup,
) -> Reply:
    """As `post`."""
    return _exchange("GET", url, None, headers, seconds, most, context, allow_private, lookup)


def post(
    url: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
    seconds: float,
    most: int,
    context: ssl.SSLContext | None,
    allow_private: bool,
    lookup: Lookup = system_lookup,
) -> Reply:
    """The whole answer within `seconds`, of at most `most` bytes. Without `context`, plain HTTP to
    this machine. Raises DestinationError, TimeoutError, OSError (SSLError), HTTPException."""
    return _exchange("POST", url, body, headers, seconds, most, context, allow_private, lookup)


def target_of(url: SplitResult) -> str:
    """Path and query."""
    return (url.path or "/") + (f"?{url.query}" if url.query else "")


def _exchange(
    method: str,
    url: SplitResult,
    body: bytes | None,
    headers: Mapping[str, str],
    seconds: float,
    most: int,
    context: ssl.SSLContext | None,
    allow_private: bool,
    lookup: Lookup,
) -> Reply:
    began = time.monotonic()
    host, port = url.hostname or "", url.port or (443 if context else 80)
    address = chosen_address(host, port, seconds, allow_private, context is None, lookup)
    left = max(seconds - (time.monotonic() - began), 0.1)
    sent = {**headers, "Host": url.netloc, "Connection": "close"}
    with closing(socket.create_connection((address, port), left)) as raw, \
            _Watchdog(raw, left) as watchdog:  # fmt: skip
        made = raw if context is None else context.wrap_socket(raw, server_hostname=host)
        with closing(http.client.HTTPConnection(host, port)) as connection:
            connection.sock = made
            connection.request(method, target_of(url), body, sent)
            with connection.getresponse() as answer:
                text = answer.read(most + 1)
                if watchdog.bit:
                    raise TimeoutError
                if answer.length and len(text) <= most:
                    raise http.client.IncompleteRead(text, answer.length)
                return Reply(answer.status, answer.headers, text)


class _Watchdog:
    """Cuts a connection when its time is over, however slowly bytes come. `bit` says that it
    did."""

    def __init__(self, made: socket.socket, seconds: float) -> None:
        self._socket = made.dup()  # TLS takes the other one over
        self._timer = threading.Timer(seconds, self._bite)
        self._timer.daemon = True
        self.bit = False

    def __enter__(self) -> _Watchdog:
        self._timer.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._timer.cancel()
        self._timer.join()
        self._socket.close()
        if self.bit and isinstance(error, (OSError, http.client.HTTPException)):
            raise TimeoutError from None

    def _bite(self) -> None:
        self.bit = True
        with suppress(OSError):  # it is closed already
            self._socket.shutdown(socket.SHUT_RDWR)
