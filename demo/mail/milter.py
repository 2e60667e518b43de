"""The mail server's side of the milter protocol, as far as a message needs it.

Source: `libmilter/mfdef.h` for the codes, Postfix's MILTER_README for the order of the packets.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

VERSION: Final = 6
ACTIONS: Final = 0x1FF
"""Everything that a milter may do."""
STEPS: Final = 0x1FFFFF
"""Everything that may be left out or done in silence."""
CHUNK: Final = 65_535
"""Bytes of a body in one packet."""
SECONDS: Final = 30.0

_SILENT: Final = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000,
                  b"L": 0x80, b"N": 0x40000, b"B": 0x80000}  # fmt: skip
_NO_DATA: Final = 0x200
_LEADING_SPACE: Final = 0x100000


class MilterError(Exception):
    """What came back is not the milter protocol."""


@dataclass(slots=True)
class Answer:
    """What the milter wants done with a message. `headers` go above all others."""

    verdict: Literal["accept", "hold", "refuse", "defer", "drop"] = "accept"
    reason: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)


def ask(
    address: tuple[str, int], queue_id: str, sender: str, recipients: Sequence[str], raw: bytes
) -> Answer:
    """What the milter at `address` says to a message. Raises OSError, MilterError."""
    with socket.create_connection(address, SECONDS) as connection:
        session = _Session(connection)
        session.begin()
        return session.message(queue_id, sender, recipients, raw)


class _Session:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._steps = 0

    def begin(self) -> None:
        self._send(b"O", struct.pack(">III", VERSION, ACTIONS, STEPS))
        code, data = self._packet()
        if code != b"O" or len(data) < 12:
            raise MilterError(f"{code!r} in place of the options")
        self._steps = struct.unpack_from(">III", data)[2]
        self._say(b"C", b"[127.0.0.1]\0" + b"4" + struct.pack(">H", 25) + b"127.0.0.1\0")
        self._say(b"H", b"outside.example\0")

    def message(
        self, queue_id: str, sender: str, recipients: Sequence[str], raw: bytes
    ) -> Answer:  # fmt: skip
        head, _, body = raw.partition(b"\r\n\r\n")
        self._send(b"D", b"M" + b"i\0" + queue_id.encode() + b"\0")
        self._say(b"M", f"<{sender}>".encode() + b"\0")
        for recipient in recipients:
            self._say(b"R", f"<{recipient}>".encode() + b"\0")
        if not self._steps & _NO_DATA:
            self._say(b"T", b"")
        for name, value in _headers(head):
            if not self._steps & _LEADING_SPACE:
                value = value.removeprefix(b" ")
            self._say(b"L", name + b"\0" + value + b"\0")
        self._say(b"N", b"")
        for at in range(0, len(body), CHUNK):
            self._say(b"B", body[at : at + CHUNK])
        self._send(b"E", b"")
        answer = self._answer()
        self._send(b"Q", b"")
        return answer

    def _answer(self) -> Answer:
        answer = Answer()
        while True:
            code, data = self._packet()
            match code:
                case b"p" | b"m":  # still at it; a header of ours that nobody else may write
                    continue
                case b"i":
                    name, _, value = data[4:].removesuffix(b"\0").partition(b"\0")
                    answer.headers.insert(0, (name.decode(), value.decode("utf-8", "replace")))
                case b"q":
                    answer.verdict = "hold"
                    answer.reason = data.removesuffix(b"\0").decode("utf-8", "replace")
                case b"y" | b"r":
                    answer.verdict, answer.reason = "refuse", data.decode("utf-8", "replace")
                    return answer
                case b"t":
                    answer.verdict = "defer"
                    return answer
                case b"d":
                    answer.verdict = "drop"
                    return answer
                case b"c" | b"a":
                    return answer
                case _:
                    raise MilterError(f"{code!r} is no answer to a message")

    def _say(self, code: bytes, data: bytes) -> None:
        """A command, and where it has one, its answer."""
        self._send(code, data)
        if not self._steps & _SILENT[code]:
            answer, _ = self._packet()
            if answer not in (b"c", b"a"):
                raise MilterError(f"{answer!r} in answer to {code!r}")

    def _send(self, code: bytes, data: bytes) -> None:
        self._connection.sendall(struct.pack(">I", len(data) + 1) + code + data)

    def _packet(self) -> tuple[bytes, bytes]:
        (size,) = struct.unpack(">I", self._exactly(4))
        if not 0 < size <= 1 << 20:
            raise MilterError(f"a packet of {size} bytes")
        data = self._exactly(size)
        return data[:1], data[1:]

    def _exactly(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            more = self._connection.recv(size - len(found))
            if not more:
                raise MilterError("the connection was closed in the midst of an answer")
            found += more
        return found


def _headers(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and values; lines that begin with a space belong to the one before."""
    name, value = b"", b""
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            value += b"\n" + line
            continue
        if name:
            yield name, value
        name, _, value = line.partition(b":")
    if name:
        yield name, value
