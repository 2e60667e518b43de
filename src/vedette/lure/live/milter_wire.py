"""The milter protocol, version 6, as Sendmail and Postfix speak it: packets in, packets out.

Source: `libmilter/mfdef.h` names the codes, Postfix's MILTER_README the order. A packet is a
length (4 bytes, big-endian, of what follows), a code (1 byte) and the code's data.
"""

from __future__ import annotations

import struct
from typing import Final

import msgspec

MAX_PACKET: Final = 1 << 20
"""Bytes. MTAs send body chunks of at most 64 KiB and headers of a few."""
VERSION: Final = 6
OLDEST: Final = 2

# What a milter may ask to be allowed to do.
ADD_HEADERS: Final = 0x01
CHANGE_HEADERS: Final = 0x10
QUARANTINE: Final = 0x20

# What a milter may ask the MTA to leave out, or to do without an answer.
NO_UNKNOWN: Final = 0x100
NO_DATA: Final = 0x200
NO_REPLY: Final = 0x80 | 0x1000 | 0x2000 | 0x4000 | 0x8000 | 0x40000 | 0x80000
"""For headers, connect, helo, mail, rcpt, end of headers, body."""
LEADING_SPACE: Final = 0x100000
"""Header values come with the spaces that stood before them, as signatures need them."""

WANTED_ACTIONS: Final = ADD_HEADERS | CHANGE_HEADERS | QUARANTINE
WANTED_STEPS: Final = NO_UNKNOWN | NO_DATA | NO_REPLY | LEADING_SPACE

_NEGOTIATION: Final = struct.Struct(">III")


class ProtocolError(ValueError):
    """What came is not the milter protocol; the connection is of no more use."""


class Negotiated(msgspec.Struct, frozen=True):
    """What both sides agreed on."""

    version: int
    actions: int
    steps: int

    def silent(self, code: bytes) -> bool:
        """Whether the MTA waits for no answer to this command."""
        return bool(self.steps & _SILENT.get(code, 0))


_SILENT: Final = {
    b"L": 0x80,
    b"C": 0x1000,
    b"H": 0x2000,
    b"M": 0x4000,
    b"R": 0x8000,
    b"T": 0x10000,
    b"U": 0x20000,
    b"N": 0x40000,
    b"B": 0x80000,
}


def negotiate(data: bytes) -> tuple[Negotiated, bytes]:
    """From the MTA's offer to what is agreed and the packet that says so. Raises ProtocolError
    for versions that nobody speaks any more."""
    if len(data) < _NEGOTIATION.size:
        raise ProtocolError("the option negotiation is too short")
    version, actions, steps = _NEGOTIATION.unpack_from(data)
    if version < OLDEST:
        raise ProtocolError(f"milter version {version} is too old; Vedette speaks 2 to 6")
    agreed = Negotiated(min(version, VERSION), actions & WANTED_ACTIONS, steps & WANTED_STEPS)
    answer = _NEGOTIATION.pack(agreed.version, agreed.actions, agreed.steps)
    return agreed, packet(b"O", answer)


def packet(code: bytes, data: bytes = b"") -> bytes:
    """One packet."""
    return struct.pack(">I", len(data) + 1) + code + data


CONTINUE: Final = packet(b"c")
ACCEPT: Final = packet(b"a")
PROGRESS: Final = packet(b"p")


def insert_header(name: str, value: str, agreed: Negotiated) -> bytes:
    """Put a header above all others."""
    space = b" " if agreed.steps & LEADING_SPACE else b""  # else the MTA adds it
    return packet(b"i", struct.pack(">I", 0) + _text(name) + space + _text(value))


def delete_header(name: str, number: int) -> bytes:
    """Remove the header of that name that is number `number` (from 1)."""
    return packet(b"m", struct.pack(">I", number) + _text(name) + _text(""))


def quarantine(reason: str) -> bytes:
    """Let the MTA hold the message (Postfix: the hold queue)."""
    return packet(b"q", _text(reason))


def reject(text: str) -> bytes:
    """Refuse the message; `text` is for the sender and begins after the codes."""
    return packet(b"y", _text(f"550 5.7.1 {text.replace('%', '%%')}"))


def texts(data: bytes) -> list[bytes]:
    """The NUL-ended texts of a packet's data. A last one without its end counts too."""
    found = data.split(b"\0")
    if found and not found[-1]:
        found.pop()
    return found


def macros(data: bytes) -> dict[str, str]:
    """The macros of a `D` packet, without braces: `i` the queue id, `auth_authen` the login."""
    values = [text.decode("utf-8", "replace") for text in texts(data[1:])]
    return {name.strip("{}"): value for name, value in zip(values[::2], values[1::2], strict=False)}


def _text(text: str) -> bytes:
    """A NUL-ended text on one line."""
    return " ".join(text.replace("\0", " ").split()).encode() + b"\0"
