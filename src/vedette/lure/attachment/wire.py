"""What passes between a service and the process that opens attachments for it.

Every message is a length of four bytes (little-endian) and that much MessagePack; the bytes of
the attachments follow a job one after the other, as they are.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from vedette.lure.attachment.limits import Limits
from vedette.lure.attachment.report import Report
from vedette.model.problem import Problem

T = TypeVar("T")

LONGEST = 64 << 20
"""Bytes of one message: more than the largest report; a broken process may claim anything."""
_AT_ONCE = 256
"""Buffers passed to the kernel in one call (IOV_MAX is 1024)."""
_LENGTH = struct.Struct("<I")


class Setup(msgspec.Struct, frozen=True, array_like=True):
    """To the child, first: its limits, the folder of rules ("": the bundled ones), its parent."""

    limits: Limits
    rules: str
    parent: int


class Hello(msgspec.Struct, frozen=True, array_like=True):
    """From the child once its sandbox is closed."""

    closed: tuple[str, ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]


class Job(msgspec.Struct, frozen=True, array_like=True):
    """To the child: one message's attachments."""

    names: tuple[str, ...]
    sizes: tuple[int, ...]
    words: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """From the child: a report for each attachment. `last`: it asks to be replaced."""

    reports: tuple[Report, ...]
    last: bool = False


class Closed(ConnectionError):
    """The other side is gone."""


def send(line: socket.socket, message: msgspec.Struct, data: Sequence[bytes] = ()) -> None:
    """Send a message and bytes behind it without copying them. Raises OSError."""
    packed = msgspec.msgpack.encode(message)
    buffers: list[memoryview] = [
        memoryview(part) for part in (_LENGTH.pack(len(packed)) + packed, *data) if part
    ]
    while buffers:
        sent = line.sendmsg(buffers[:_AT_ONCE])
        while buffers and sent >= len(buffers[0]):
            sent -= len(buffers.pop(0))
        if sent:
            buffers[0] = buffers[0][sent:]


def receive(line: socket.socket, kind: type[T]) -> T:
    """The next message. Raises Closed, OSError, msgspec.DecodeError."""
    (length,) = _LENGTH.unpack(receive_bytes(line, _LENGTH.size))
    if length > LONGEST:
        raise msgspec.DecodeError(f"a message of {length} bytes")
    return msgspec.msgpack.decode(receive_bytes(line, length), type=kind)


def receive_bytes(line: socket.socket, size: int) -> bytes:
    """Exactly `size` bytes. Raises Closed where the other side ends before."""
    data = line.recv(size, socket.MSG_WAITALL) if size else b""
    if len(data) == size:
        return data
    # a signal or a timeout's non-blocking mode gives less than was asked for
    parts = [data]
    missing = size - len(data)
    while missing:
        part = line.recv(min(missing, 1 << 20)) if parts[-1] else b""
        if not part:
            raise Closed("the other side closed the connection")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
