"""How logs come to Vedette: by HTTP from the workstations, by syslog from the server."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Sequence

SECONDS = 20.0


class Shipper:
    """Sends the workstations' events. One thread uses it."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token

    def send(self, lines: Sequence[bytes]) -> None:
        """Send; when it returns they are stored. Raises OSError."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        try:
            headers = {
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/x-ndjson",
            }
            connection.request("POST", "/v1/events", b"\n".join(lines) + b"\n", headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise OSError(f"events were answered with {answer.status}: {said[:200]!r}")
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()


class Syslog:
    """Sends the server's messages over TCP (RFC 6587, with lengths). One thread uses it."""

    def __init__(self, port: int) -> None:
        self._connection = socket.create_connection(("127.0.0.1", port), SECONDS)

    def send(self, line: bytes) -> None:
        """Send one message. Raises OSError."""
        self._connection.sendall(b"%d %s" % (len(line), line))

    def close(self) -> None:
        self._connection.close()
