"""Findings sent as syslog: UDP (RFC 5426), TCP (RFC 6587, octets counted), TLS (RFC 5425)."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from vedette.model.errors import RefusedError
from vedette.model.finding import Finding
from vedette.sinks.seen import Seen
from vedette.sinks.settings import Form, encoder
from vedette.sinks.syslog_message import Messages
from vedette.sinks.tls import client_context

Protocol = Literal["udp", "tcp", "tls"]

MAX_DATAGRAM: Final = 8192
MAX_FRAME: Final = 64 << 10
"""Bytes of one message. Common receivers take 8 KiB; by TCP they can be told to take more."""


class SyslogSink:
    """Sends one message a finding over a connection that it keeps.

    Syslog has no receipts: what the network lost after it was handed to the system is lost. A
    connection that the receiver has closed is noticed before the next delivery.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        protocol: Protocol = "udp",
        *,
        form: Form = "json",
        ca: Path | None = None,
        timeout: float = 10.0,
    ) -> None:
        """`ca` is a PEM file of authorities for TLS (None: the system's); `timeout` in seconds.
        Raises ConfigError where `ca` is of no use."""
        self.name = name
        self._address = (host, port)
        self._protocol = protocol
        self._timeout = timeout
        self._context = client_context(ca) if protocol == "tls" else None
        size = MAX_DATAGRAM if protocol == "udp" else MAX_FRAME
        self._messages = Messages(encoder(form), size)
        self._seen = Seen()
        self._socket: socket.socket | None = None

    def deliver(self, findings: Sequence[Finding]) -> None:
        """Send what was not sent yet. Raises OSError, or RefusedError for a finding that can't
        be made short enough."""
        for finding in self._seen.fresh(findings):
            message = self._messages.message(finding)
            if message is None:
                raise RefusedError(f"finding {finding.id}: too large for syslog")
            try:
                self._send(message)
            except OSError:
                self.close()
                raise
            self._seen.add((finding.id,))

    def close(self) -> None:
        """Close the connection; a later delivery opens it again."""
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it is gone either way
                if self._protocol != "udp":
                    self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None

    def _send(self, message: bytes) -> None:
        if self._socket is not None and self._protocol != "udp" and _ended(self._socket):
            self.close()
        if self._socket is None:
            self._socket = self._connected()
        if self._protocol == "udp":
            self._socket.send(message)
        else:
            self._socket.sendall(b"%d %b" % (len(message), message))

    def _connected(self) -> socket.socket:
        host, port = self._address
        if self._protocol == "udp":
            family, kind, number, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[
                0
            ]
            datagrams = socket.socket(family, kind, number)
            try:
                datagrams.connect(where)
            except OSError:
                datagrams.close()
                raise
            return datagrams
        stream = socket.create_connection(self._address, self._timeout)
        if self._context is None:
            return stream
        try:
            return self._context.wrap_socket(stream, server_hostname=host)
        except (OSError, ValueError):
            stream.close()
            raise


def _ended(connection: socket.socket) -> bool:
    """True where the receiver closed the connection; what it says is read and left."""
    import ssl

    connection.setblocking(False)
    try:
        while select.select([connection], [], [], 0)[0]:
            if not connection.recv(4096):
                return True
        return False
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    finally:
        connection.setblocking(True)
