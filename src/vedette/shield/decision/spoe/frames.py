"""Frames (SPOE.txt 3.2) and the messages in a NOTIFY (3.2.6)."""

from __future__ import annotations

from typing import Final

import msgspec

from vedette.shield.decision.spoe.values import (
    BIG,
    INVALID,
    BadData,
    Value,
    read_bytes,
    read_value,
    read_varint,
    sized,
    varint,
)

UNSET, HELLO, GOODBYE, NOTIFY = 0, 1, 2, 3
AGENT_HELLO, AGENT_GOODBYE, ACK = 101, 102, 103
FIN: Final = 1
ABORT: Final = 2
_SET_VAR: Final = 1
_HEADER: Final = 5


class Frame(msgspec.Struct, frozen=True):
    kind: int
    flags: int
    stream: int
    number: int
    payload: bytes


class Message(msgspec.Struct, frozen=True):
    name: str
    arguments: dict[str, Value]


def read_frame(data: bytes) -> Frame:
    """A frame without the length in front. Raises BadData."""
    if len(data) < _HEADER:
        raise BadData(INVALID, "a frame is too short")
    flags: int = BIG.unpack_from(data, 1)[0]
    stream, at = read_varint(data, _HEADER)
    number, at = read_varint(data, at)
    return Frame(data[0], flags, stream, number, data[at:])


def frame(of: Frame) -> bytes:
    """The frame, its length in front."""
    body = b"".join(
        (
            bytes((of.kind,)),
            BIG.pack(of.flags),
            varint(of.stream),
            varint(of.number),
            of.payload,
        )
    )
    return BIG.pack(len(body)) + body


def read_messages(payload: bytes, most: int) -> list[Message]:
    """The messages of a NOTIFY, no more than `most`. Raises BadData."""
    messages: list[Message] = []
    at = 0
    while at < len(payload):
        if len(messages) >= most:
            raise BadData(INVALID, "too many messages")
        name, at = read_bytes(payload, at)
        if at >= len(payload):
            raise BadData(INVALID, "a message is cut short")
        count = payload[at]
        at += 1
        arguments: dict[str, Value] = {}
        for _ in range(count):
            key, at = read_bytes(payload, at)
            said, at = read_value(payload, at)
            arguments[key.decode("latin-1")] = said
        messages.append(Message(name.decode("latin-1"), arguments))
    return messages


def read_header_list(data: bytes) -> list[tuple[bytes, bytes]]:
    """What HAProxy's `req.hdrs_bin` gives: names and values, ended by two empty strings. Raises
    BadData."""
    headers: list[tuple[bytes, bytes]] = []
    at = 0
    while True:
        name, at = read_bytes(data, at)
        said, at = read_bytes(data, at)
        if not name:
            return headers
        headers.append((name, said))


TRANSACTION: Final = 2


def set_variable(name: str, encoded: bytes) -> bytes:
    """An action of an ACK: set a variable of the transaction to typed data."""
    return bytes((_SET_VAR, 3, TRANSACTION)) + sized(name.encode("ascii")) + encoded
