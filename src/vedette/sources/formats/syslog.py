"""Syslog files: one message a line, in any dialect, also mixed.

What other programs write through syslog in a form of its own is read as what it is: events of
Sysmon for Linux become `sysmon-linux` records, records of the audit daemon become `auditd` events.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from typing import Any, Final

from vedette.sources.format import Chunk
from vedette.sources.formats.auditd import marked, unmarked
from vedette.sources.formats.auditd_join import HEADER, MAX_RECORD, Joiner
from vedette.sources.formats.chunking import Gathering
from vedette.sources.formats.head import first_lines
from vedette.sources.formats.syslog_line import SyslogError, parse_line
from vedette.sources.formats.sysmon_event import parse_event

_SYSMON_START: Final = "<Event"
_FIX: Final = "give the file's format with --format if this is no syslog"

_FIRST_LINES: Final = 10
_LIKE_SYSLOG: Final = re.compile(
    rb"<\d{1,3}>(?:1 (?:-|\d{4}-\d\d-\d\dT)|(?:\d{1,10}: )?[*.]?[A-Z][a-z]{2} [ \d]\d |"
    rb"\d{4}-\d\d-\d\dT)"
    rb"|[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:[.,]\d{1,9})? \S"
    # without PRI and with a full date only a tag tells syslog from any other log
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
    rb" \S{1,255} [^\s:\[\]]{1,128}(?:\[[^\]\s]{1,64}\])?:(?: |$)"
)


def now_us() -> int:
    """The wall clock, in microseconds since the epoch."""
    return time.time_ns() // 1000


class SyslogReader:
    """Messages of a syslog file. `clock` gives the time that BSD timestamps are dated by,
    `zone` is theirs. Raises ValueError for a `state` that no reader of this kind gave."""

    def __init__(self, state: str, clock: Callable[[], int], zone: tzinfo) -> None:
        kinds, self._replay = unmarked(state)
        self._clock = clock
        self._zone = zone
        self._messages = Gathering("syslog")
        self._sysmon = Gathering("sysmon-linux")
        self._audit = Gathering("auditd")
        self._joiner = Joiner(self._audit, kinds)

    def feed(self, lines: Sequence[bytes], first: int) -> list[Chunk]:
        reference = self._clock()
        replaying = self._replay.fed(first, len(lines))
        for number, line in enumerate(lines, first):
            if line and not line.isspace() and (not replaying or self._replay.wanted(number)):
                self._line(line, number, reference)
        return self._take()

    def _line(self, line: bytes, number: int, reference: int) -> None:
        if line.startswith(b"<Event"):
            self._add_sysmon(line.decode("utf-8", "replace"), line, number)
            return
        try:
            record = parse_line(line, reference, self._zone)
        except SyslogError as error:
            self._messages.problem(number, str(error), _FIX, error.column, len(line))
            return
        if not self._is_guest(record, line, number):
            self._messages.add(record, line, number)

    def _is_guest(self, record: dict[str, Any], line: bytes, number: int) -> bool:
        """True if the message was in another program's form and is taken care of. A damaged
        one is told of and stays a message, so that its text still counts."""
        message: str = record["message"]
        if message.startswith(("type=", "node=")):
            header = HEADER.match(message) if len(message) <= MAX_RECORD else None
            if header is not None and "audi" in record.get("appname", ""):
                self._joiner.add(line, number, header)
                return True
        elif message.startswith(_SYSMON_START) and record.get("appname") == "sysmon":
            return self._add_sysmon(message, line, number)
        return False

    def _add_sysmon(self, text: str, line: bytes, number: int) -> bool:
        try:
            record = parse_event(text)
        except ValueError as error:
            self._sysmon.problem(number, f"Sysmon event: {error}")
            return False
        self._sysmon.add(record, line, number)
        return True

    def close(self) -> list[Chunk]:
        self._joiner.finish_all()
        return self._take()

    def _take(self) -> list[Chunk]:
        return [*self._messages.take(), *self._sysmon.take(), *self._audit.take()]

    def held(self) -> int | None:
        return self._replay.held(self._joiner.open_lines())

    def state(self) -> str:
        return marked(self._joiner, self._replay)


class SyslogFormat:
    """Recognised by the beginnings of its first lines, of which one in five may be something
    else (the rest of a message that was broken in two)."""

    name = "syslog"

    def __init__(self, clock: Callable[[], int] = now_us, zone: tzinfo = UTC) -> None:
        self._clock = clock
        self._zone = zone

    def recognises(self, head: bytes) -> bool:
        lines = first_lines(head, _FIRST_LINES)
        like = sum(1 for line in lines if _LIKE_SYSLOG.match(line))
        begins = bool(lines) and _LIKE_SYSLOG.match(lines[0]) is not None
        return begins and like * 5 >= len(lines) * 4

    def reader(self, state: str = "") -> SyslogReader:
        return SyslogReader(state, self._clock, self._zone)


FORMAT: Final = SyslogFormat()
