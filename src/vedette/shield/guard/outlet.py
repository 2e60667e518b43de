"""Records on their way out of the path: bounded, and never waited for."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import orjson

Now = Callable[[], int]

WAITING: Final = 4_096
"""Records that wait in one process; more are dropped, counted and told of."""
DATAGRAM: Final = 60_000
"""Bytes of records in one message to the parent process; a larger record goes alone."""
LARGEST: Final = 120_000


class Outlet(Protocol):
    """Takes records. Never waits, never raises."""

    def put(self, record: Mapping[str, Any]) -> None: ...


class Collected:
    """An outlet that keeps everything: for tests, replays and applications of one's own."""

    def __init__(self) -> None:
        self.records: list[Mapping[str, Any]] = []

    def put(self, record: Mapping[str, Any]) -> None:
        self.records.append(record)


class Nowhere:
    """An outlet for who wants no records."""

    def put(self, record: Mapping[str, Any]) -> None:
        pass


class SocketOutlet:
    """Sends records to the parent process over a socket that keeps messages apart
    (SOCK_SEQPACKET), from a thread of its own. A parent that stalls costs records, never time:
    what is dropped is counted, and the count is the next thing that is said."""

    def __init__(self, made: socket.socket, dropped: Callable[[int], Mapping[str, Any]]) -> None:
        """`dropped` makes the record that tells how many were lost."""
        self._socket = made
        self._dropped = dropped
        self._waiting: queue.Queue[bytes | None] = queue.Queue(WAITING)
        self._lost = 0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin the thread, in the process that uses it: after forking. Before, what is put is
        sent at once, or lost where there is no room."""
        self._thread = threading.Thread(target=self._send_all, name="records", daemon=True)
        self._thread.start()

    def put(self, record: Mapping[str, Any]) -> None:
        line = orjson.dumps(record)
        if len(line) > LARGEST:
            self._lost += 1
            return
        if self._thread is None:
            try:
                self._socket.send(line, socket.MSG_DONTWAIT)
            except OSError:
                self._lost += 1
            return
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            self._lost += 1

    def close(self, seconds: float = 2.0) -> None:
        """Send what waits, for so long at the most."""
        if self._thread is None:
            return
        try:
            self._waiting.put(None, timeout=seconds)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _send_all(self) -> None:
        while True:
            lines = [self._waiting.get()]
            size = len(lines[0] or b"")
            while size < DATAGRAM and lines[-1] is not None:
                try:
                    lines.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
                size += len(lines[-1] or b"")
            if not self._send([line for line in lines if line is not None]):
                return
            if lines[-1] is None:
                return

    def _send(self, lines: list[bytes]) -> bool:
        """False where nobody listens any more."""
        lost, self._lost = self._lost, 0
        if lost:
            lines.append(orjson.dumps(self._dropped(lost)))
        while lines:
            size = count = 0
            for line in lines:
                if count and size + len(line) > DATAGRAM:
                    break
                size += len(line) + 1
                count += 1
            try:
                self._socket.sendall(b"\n".join(lines[:count]))
            except OSError:
                return False
            lines = lines[count:]
        return True
