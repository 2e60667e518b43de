"""A DNS server on loopback for which no name exists.

Peers ask block lists and senders' domains by DNS. Here nothing may leave the machine and nothing
may depend on the day, so every question is answered with NXDOMAIN (RFC 1035), at once.
"""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Final

HEADER: Final = 12
NXDOMAIN: Final = b"\x81\x83"
"""Flags of an answer: response, recursion desired and available, no such name."""
OPT: Final = b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"
"""The record of EDNS (RFC 6891): the root's name, type 41, 1,232 bytes, nothing further. Who asks
with one gets one; without it, rspamd takes answers on short names for broken."""
_LONGEST: Final = 4096


def answer(question: bytes) -> bytes | None:
    """The answer to a datagram; None where it is no question that can be answered."""
    if len(question) < HEADER or question[2] & 0x80 or question[4:6] != b"\x00\x01":
        return None
    at = HEADER
    while at < len(question) and question[at]:
        if question[at] > 63:
            return None
        at += question[at] + 1
    end = at + 5
    if end > len(question):
        return None
    extended = question[10:12] != b"\x00\x00"
    counts = b"\x00\x01\x00\x00\x00\x00" + (b"\x00\x01" if extended else b"\x00\x00")
    asked = question[HEADER:end]
    return question[:2] + NXDOMAIN + counts + asked + (OPT if extended else b"")


class StubDns:
    """Answers on 127.0.0.1, `port`, from a thread, until it is closed. `asked` counts questions
    that were answered, `refused` datagrams that were none."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        # the only way to end a thread that waits for a datagram without a wake-up of its own
        self._socket.settimeout(0.2)
        self.port: int = self._socket.getsockname()[1]
        self.asked = self.refused = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="stub-dns", daemon=True)
        self._thread.start()

    def __enter__(self) -> StubDns:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                question, sender = self._socket.recvfrom(_LONGEST)
            except TimeoutError:
                continue
            said = answer(question)
            if said is None:
                self.refused += 1
                continue
            self.asked += 1
            self._socket.sendto(said, sender)
