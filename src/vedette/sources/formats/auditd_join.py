"""Joins audit records, which may be interleaved, into events."""

from __future__ import annotations

import re
from typing import Final

from vedette.sources.formats.auditd_event import AuditEvent
from vedette.sources.formats.auditd_fields import Field, record_fields
from vedette.sources.formats.auditd_types import stands_alone, type_name
from vedette.sources.formats.chunking import Gathering

HEADER: Final = re.compile(
    r"(?:node=(\S{1,255}) )?type=([A-Za-z0-9_\[\]]{1,64}) (?:msg=)?"
    r"audit\((\d{1,12})\.(\d{1,9}):(\d{1,10})\):\s?",
    re.ASCII,
)

MAX_RECORD: Final = 64 << 10
"""Characters of one record; the kernel writes at most 8,970, enrichment may double that."""

MAX_OPEN: Final = 64
"""Events that are open at once; with one more, the oldest is given out as it is."""

MAX_OPEN_BYTES: Final = 16 << 20
"""Bytes of all open events together; beyond, the oldest is given out."""

MAX_EVENT_BYTES: Final = 4 << 20
"""Bytes of one event: an execve with the longest possible arguments (2 MiB, in hexadecimal)."""

MAX_SPAN: Final = 4096
"""Lines between an event's first record and its last."""

END_OF_EVENT_SECONDS: Final = 2
"""An event is over when its host writes one this much younger (auparse's end_of_event_timeout)."""

# the same few files, folders and titles come again and again: twice the speed on real logs
_MEMO_SIZE: Final = 2048
_MEMO_LENGTH: Final = 512

_EXPECTED: Final = ("CWD", "EXECVE", "PATH")

_Key = tuple[str | None, str, str, str]


class Joiner:
    """Open events by node, time and serial number. Finished ones go to `out`.

    An event is finished by its EOE record; by its PROCTITLE record, which the kernel writes last,
    once every other record is there that this log has shown itself to hold; by a younger event
    (END_OF_EVENT_SECONDS); or by one of the limits above.
    """

    def __init__(self, out: Gathering, kinds: tuple[str, ...] = ()) -> None:
        self._out = out
        self._open: dict[_Key, AuditEvent] = {}
        self._bytes = 0
        self._memo: dict[str, list[Field]] = {}
        self.kinds: set[str] = {kind for kind in kinds if kind in _EXPECTED}
        """Which of the record types that may be switched off this log has held so far."""

    def add(self, line: bytes, number: int, header: re.Match[str]) -> None:
        """Take the record with the line number `number`; `header` is the match in its text."""
        node, written, seconds, fraction, serial = header.groups()
        kind = type_name(written)
        key = (node, seconds, fraction, serial)
        event = self._open.get(key)
        if event is None:
            if self._open:
                self._expire(node, int(seconds), number)
            if kind == "EOE":  # the end of an event that was given out already
                return
            event = AuditEvent(node, seconds, fraction, serial)
            if stands_alone(kind):
                event.add(line, number, kind, header.string[header.end() :], record_fields)
                self._out.add(event.record(), line, number)
                return
            if len(self._open) >= MAX_OPEN:
                self._finish(next(iter(self._open)))
            self._open[key] = event
        read = record_fields if kind == "SYSCALL" else self._fields  # no two of those are alike
        event.add(line, number, kind, header.string[header.end() :], read)
        self._bytes += len(line)
        if kind in _EXPECTED:
            self.kinds.add(kind)
        if (
            kind == "EOE"
            or ("PROCTITLE" in event.types and self._is_whole(event))
            or event.nbytes > MAX_EVENT_BYTES
            or number - event.numbers[0] > MAX_SPAN
        ):
            self._finish(key)
        while self._bytes > MAX_OPEN_BYTES:
            self._finish(next(iter(self._open)))

    def _fields(self, body: str) -> list[Field]:
        found = self._memo.get(body)
        if found is None:
            found = record_fields(body)
            if len(body) <= _MEMO_LENGTH:
                if len(self._memo) >= _MEMO_SIZE:
                    self._memo.clear()
                self._memo[body] = found
        return found

    def finish_all(self) -> None:
        """No record of the open events will come any more."""
        for key in list(self._open):
            self._finish(key)

    def open_lines(self) -> list[int]:
        """The numbers of all lines that are held back."""
        return [number for event in self._open.values() for number in event.numbers]

    def _is_whole(self, event: AuditEvent) -> bool:
        types = event.types
        if "SYSCALL" not in types:
            return False
        if event.items:
            if "PATH" in self.kinds and event.paths < event.items:
                return False
            if "CWD" in self.kinds and "CWD" not in types:
                return False
        if "EXECVE" in self.kinds and "EXECVE" not in types:
            return not event.runs_program()
        return True

    def _expire(self, node: str | None, seconds: int, number: int) -> None:
        over = [
            key
            for key, event in self._open.items()
            if (event.node == node and seconds - event.seconds > END_OF_EVENT_SECONDS)
            or number - event.numbers[0] > MAX_SPAN
        ]
        for key in over:
            self._finish(key)

    def _finish(self, key: _Key) -> None:
        event = self._open.pop(key)
        self._bytes -= event.nbytes
        self._out.add(event.record(), b"\n".join(event.lines), event.numbers[0])
