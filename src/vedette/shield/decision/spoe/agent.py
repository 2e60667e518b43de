"""A connection from HAProxy: frames in, decisions out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from secrets import token_hex
from typing import Final

import msgspec

from vedette.shield.decision.spoe.frames import (
    ABORT,
    ACK,
    AGENT_GOODBYE,
    AGENT_HELLO,
    FIN,
    GOODBYE,
    HELLO,
    NOTIFY,
    UNSET,
    Frame,
    Message,
    frame,
    read_frame,
    read_messages,
    set_variable,
)
from vedette.shield.decision.spoe.question import is_cut, question
from vedette.shield.decision.spoe.values import (
    BIG,
    INVALID,
    BadData,
    read_pairs,
    sized,
    uint32,
    value,
)
from vedette.shield.guarding import Block, Guard
from vedette.shield.proxy.judged import Alarm, Judged

_TOO_BIG, _NO_VERSION, _NO_SIZE, _BAD_VERSION, _BAD_SIZE = 3, 5, 6, 8, 9
_BAD_INTERLACE: Final = 11
_MOST_PARTS: Final = 4096
_SMALLEST: Final = 256
_MOST_ITEMS: Final = 32
_MOST_MESSAGES: Final = 8
_VERSION: Final = "2.0"
MESSAGE: Final = "vedette-request"


class SpoeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`frame`: the largest frame offered; HAProxy never sends more than its buffer holds.
    `fragments`: bytes that a message cut into several frames may have in all. `idle`: seconds."""

    host: str = "127.0.0.1"
    port: int = 8091
    frame: int = 1024 * 1024
    fragments: int = 1024 * 1024
    connections: int = 512
    idle: float = 300
    hello: float = 5
    fail_open: bool = True


class Agent(asyncio.Protocol):
    """Answers HELLO, health checks and NOTIFY, pipelined or not, in the order they come. What
    breaks the protocol is answered with a DISCONNECT that says what, and the connection closed."""

    def __init__(
        self,
        settings: SpoeSettings,
        guard: Guard,
        alarm: Alarm,
        now: Callable[[], int],
        closed: Callable[[Agent], None],
    ) -> None:
        self._settings = settings
        self._guard = guard
        self._alarm = alarm
        self._now = now
        self._closed = closed
        self._buffer = bytearray()
        self._limit = settings.frame
        self._greeted = False
        self._parts: list[bytes] = []
        self._parts_of: tuple[int, int] | None = None
        self._run = token_hex(6)
        self._count = count()
        self._transport: asyncio.WriteTransport | None = None
        self.heard = asyncio.get_running_loop().time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's are no subclasses

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed(self)

    def pause_writing(self) -> None:
        # HAProxy reads its answers; who does not is cut off rather than waited for
        self.abort()

    def data_received(self, data: bytes) -> None:
        self.heard = asyncio.get_running_loop().time()
        self._buffer += data
        try:
            self._frames()
        except BadData as bad:
            self._alarm(f"SPOE: {bad.reason}; the connection is closed")
            self.goodbye(bad.status, bad.reason)

    def late(self, now: float) -> bool:
        """Whether nothing was heard for too long."""
        limit = self._settings.idle if self._greeted else self._settings.hello
        return now - self.heard > limit

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def goodbye(self, status: int = 0, reason: str = "normal") -> None:
        """Disconnect, saying why."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        payload = b"".join(
            (sized(b"status-code"), uint32(status), sized(b"message"), value(reason))
        )
        transport.write(frame(Frame(AGENT_GOODBYE, FIN, 0, 0, payload)))
        transport.close()

    def _frames(self) -> None:
        buffer = self._buffer
        at = 0
        out: list[bytes] = []
        try:
            while self._transport is not None and not self._transport.is_closing():
                if len(buffer) - at < BIG.size:
                    break
                size = BIG.unpack_from(buffer, at)[0]
                if size > self._limit:
                    raise BadData(_TOO_BIG, "a frame is too big")
                if len(buffer) - at - BIG.size < size:
                    break
                at += BIG.size
                self._frame(read_frame(bytes(buffer[at : at + size])), out)
                at += size
        finally:
            del buffer[:at]
            if out and self._transport is not None:
                self._transport.write(b"".join(out))

    def _frame(self, got: Frame, out: list[bytes]) -> None:
        if not self._greeted:
            if got.kind != HELLO:
                raise BadData(INVALID, "the first frame is no HELLO")
            self._hello(got, out)
        elif got.kind == NOTIFY:
            if self._parts_of is not None:
                raise BadData(_BAD_INTERLACE, "a NOTIFY amid another's fragments")
            self._part(got, out)
        elif got.kind == UNSET:
            if self._parts_of != (got.stream, got.number):
                raise BadData(_BAD_INTERLACE, "a fragment of nothing")
            self._part(got, out)
        elif got.kind == GOODBYE:
            if out and self._transport is not None:
                self._transport.write(b"".join(out))
                out.clear()
            self.goodbye()
        else:
            raise BadData(INVALID, "a frame of this kind is not expected")

    def _hello(self, got: Frame, out: list[bytes]) -> None:
        said = dict(read_pairs(got.payload, 0, _MOST_ITEMS)[0])
        versions, size = said.get("supported-versions"), said.get("max-frame-size")
        if not isinstance(versions, str):
            raise BadData(_NO_VERSION, "no versions in HELLO")
        if "2" not in [part.strip().partition(".")[0] for part in versions.split(",")]:
            raise BadData(_BAD_VERSION, "no version that both speak")
        if not isinstance(size, int) or isinstance(size, bool):
            raise BadData(_NO_SIZE, "no frame size in HELLO")
        if size < _SMALLEST:
            raise BadData(_BAD_SIZE, "the frame size is too small")
        self._limit = min(size, self._settings.frame)
        payload = b"".join(
            (
                sized(b"version"), value(_VERSION), sized(b"max-frame-size"), uint32(self._limit),
                sized(b"capabilities"), value("pipelining,fragmentation"),
            )
        )  # fmt: skip
        out.append(frame(Frame(AGENT_HELLO, FIN, 0, 0, payload)))
        if said.get("healthcheck") is True:
            if self._transport is not None:
                self._transport.write(b"".join(out))
                out.clear()
                self._transport.close()
            return
        self._greeted = True

    def _part(self, got: Frame, out: list[bytes]) -> None:
        if got.flags & ABORT:
            self._parts, self._parts_of = [], None
            return
        self._parts.append(got.payload)
        if sum(map(len, self._parts)) > self._settings.fragments or len(self._parts) > _MOST_PARTS:
            raise BadData(_TOO_BIG, "fragments are too big")
        if not got.flags & FIN:
            self._parts_of = (got.stream, got.number)
            return
        payload = b"".join(self._parts)
        self._parts, self._parts_of = [], None
        actions = b"".join(
            self._decide(message) for message in read_messages(payload, _MOST_MESSAGES)
        )
        out.append(frame(Frame(ACK, FIN, got.stream, got.number, actions)))

    def _decide(self, message: Message) -> bytes:
        if message.name != MESSAGE:
            raise BadData(INVALID, f"a message of another name than {MESSAGE}")
        unique_id = f"{self._run}{next(self._count):010x}"
        request, body = question(message.arguments, unique_id, self._now())
        judged = Judged(self._guard, request, self._settings.fail_open, self._alarm)
        try:
            block = judged.headers()
            if block is None:
                wanted = max(judged.body_wanted, 0)
                cut = wanted > 0 and (len(body) > wanted or is_cut(message.arguments, body))
                block = judged.body(body[:wanted], cut)
        finally:
            judged.end()
        return _actions(block)


def _actions(block: Block | None) -> bytes:
    if block is None:
        return set_variable("block", value(False))
    return b"".join(
        (
            set_variable("block", value(True)),
            set_variable("status", value(block.status)),
            set_variable("incident", value(block.incident)),
        )
    )
