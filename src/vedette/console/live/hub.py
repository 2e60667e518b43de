"""Who listens, and what was said last: each message is made once, whoever listens."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Final

KEPT: Final = 2_000
"""Messages that a browser may have missed and still gets, by `Last-Event-ID`."""
WAITING: Final = 4_000
"""Messages that may wait for one browser before it is told to load the page again."""
MOST_LISTENERS: Final = 1_000


_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Message:
    """One server-sent event. `number` orders all messages of this process."""

    number: int
    topic: str
    data: str

    def wire(self, before: str) -> bytes:
        """As it is sent; `before` marks this run of the process in the id."""
        lines = "".join(f"data: {line}\n" for line in _LINE_END.split(self.data))
        return f"id: {before}-{self.number}\nevent: {self.topic}\n{lines}\n".encode()


class Listener:
    """What waits for one browser. Used in the event loop it was made in."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self.overrun = False

    def put(self, messages: list[bytes]) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._put, messages)

    def _put(self, messages: list[bytes]) -> None:
        if len(self._waiting) + len(messages) > WAITING:
            self._waiting.clear()
            self.overrun = True
        else:
            self._waiting.extend(messages)
        self._wake.set()

    async def take(self, seconds: float) -> bytes:
        """What waits, after at most so long; b"" where nothing came."""
        if not self._waiting and not self.overrun:
            try:
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
            except TimeoutError:
                return b""
        self._wake.clear()
        told = b"".join(self._waiting)
        self._waiting.clear()
        return told


class Hub:
    """Any thread may call."""

    def __init__(self, run: str) -> None:
        """`run` is another text at each start, without a dash."""
        self.run = run
        self._lock = Lock()
        self._listeners: set[Listener] = set()
        self._kept: deque[Message] = deque(maxlen=KEPT)
        self._number = 0

    def say(self, said: Iterable[tuple[str, str]]) -> None:
        """Tell everybody: topic and data each."""
        with self._lock:
            new = []
            for topic, data in said:
                self._number += 1
                new.append(Message(self._number, topic, data))
            if not new:
                return
            self._kept.extend(new)
            wire = [message.wire(self.run) for message in new]
            for listener in self._listeners:
                listener.put(wire)

    def join(self, last: str) -> tuple[Listener, bytes] | None:
        """Listen from after the message `last` ("": from now), with what was missed; where that
        can't be told any more, a message `resync` that says to load the page again. None where
        there are too many listeners. Called in the event loop that will wait."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            if len(self._listeners) >= MOST_LISTENERS:
                return None
            self._listeners.add(listener)
            return listener, self._missed(last)

    def position(self) -> str:
        """The id of the last message."""
        with self._lock:
            return f"{self.run}-{self._number}"

    def leave(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)

    def listeners(self) -> int:
        with self._lock:
            return len(self._listeners)

    def _missed(self, last: str) -> bytes:
        here = f"id: {self.run}-{self._number}\nevent: hello\ndata: \n\n".encode()
        if not last:
            return here
        run, _, number = last.partition("-")
        if run == self.run and number.isascii() and number.isdigit():
            seen = int(number)
            oldest = self._kept[0].number if self._kept else self._number + 1
            if oldest - 1 <= seen <= self._number:
                missed = (each for each in self._kept if each.number > seen)
                return b"".join(each.wire(self.run) for each in missed) + here
        return here + RESYNC


RESYNC: Final = b"event: resync\ndata: \n\n"
