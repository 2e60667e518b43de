"""A line for each request, in the combined format or as JSON."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Literal

import msgspec
import orjson

_UNSAFE: Final = re.compile(rb'["\\\x00-\x1f\x7f-\xff]')
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_MOST_WAITING: Final = 64 * 1024


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`received` in microseconds since the epoch, `seconds` until the answer was sent; `sent` are
    bytes of body. `method` is empty where the request could not be read. `incident` is that of a
    block."""

    received: int
    client: str
    method: bytes = b""
    target: bytes = b""
    protocol: bytes = b""
    host: bytes = b""
    status: int
    sent: int
    seconds: float
    referer: bytes = b""
    agent: bytes = b""
    unique_id: str = ""
    upstream: str = ""
    incident: str = ""


def unread(received: int, client: str, status: int, sent: int, seconds: float) -> Entry:
    """For a request that could not be read."""
    return Entry(received=received, client=client, status=status, sent=sent, seconds=seconds)


class AccessLog:
    """Appends to a file, which is opened anew once somebody has moved it away. Where it can't be
    written, requests go on: `alarm` is told once, and how many lines were lost when it works
    again."""

    def __init__(
        self, path: Path, form: Literal["combined", "json"], alarm: Callable[[str], None]
    ) -> None:
        self._path = path
        self._alarm = alarm
        self._lost = 0
        self._line = _combined if form == "combined" else _json
        self._waiting: list[bytes] = []
        self._size = 0
        self._file: IO[bytes] | None = None

    def write(self, entry: Entry) -> None:
        line = self._line(entry)
        self._waiting.append(line)
        self._size += len(line)
        if self._size > _MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Write what waits, whole lines at a time."""
        if not self._waiting:
            return
        lines, self._waiting, self._size = self._waiting, [], 0
        try:
            self._append(b"".join(lines))
        except OSError as error:
            if not self._lost:
                self._alarm(f"the access log {self._path} can't be written: {error}")
            self._lost += len(lines)
        else:
            if self._lost:
                self._alarm(
                    f"the access log {self._path} is written again; {self._lost} lines lost"
                )
                self._lost = 0

    def _append(self, lines: bytes) -> None:
        if self._file is None or self._moved(self._file):
            self.close_file()
            self._file = self._path.open("ab", buffering=0)
        self._file.write(lines)

    def close(self) -> None:
        self.flush()
        self.close_file()

    def close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _moved(self, file: IO[bytes]) -> bool:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return True
        ours = os.fstat(file.fileno())
        return (there.st_ino, there.st_dev) != (ours.st_ino, ours.st_dev)


def _escaped(data: bytes) -> bytes:
    return _UNSAFE.sub(lambda found: b"\\x%02X" % found[0][0], data) if data else b"-"


def _combined(entry: Entry) -> bytes:
    time = datetime.fromtimestamp(entry.received // 1_000_000, UTC)
    stamp = f"{time.day:02}/{_MONTHS[time.month - 1]}/{time:%Y:%H:%M:%S} +0000"
    line = b"%b %b %b" % (entry.method, entry.target, entry.protocol) if entry.method else b""
    return b'%b - - [%b] "%b" %d %d "%b" "%b"\n' % (
        entry.client.encode("ascii", "replace"),
        stamp.encode("ascii"),
        _escaped(line),
        entry.status,
        entry.sent,
        _escaped(entry.referer),
        _escaped(entry.agent),
    )


def _json(entry: Entry) -> bytes:
    time = datetime.fromtimestamp(entry.received / 1_000_000, UTC)
    said = {
        "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "client": entry.client,
        "method": entry.method.decode("latin-1"),
        "target": entry.target.decode("latin-1"),
        "protocol": entry.protocol.decode("latin-1"),
        "host": entry.host.decode("latin-1"),
        "status": entry.status,
        "bytes": entry.sent,
        "seconds": round(entry.seconds, 6),
        "referer": entry.referer.decode("latin-1"),
        "user_agent": entry.agent.decode("latin-1"),
        "unique_id": entry.unique_id,
        "upstream": entry.upstream,
        "incident": entry.incident,
    }
    return orjson.dumps(said) + b"\n"
