"""What syslog messages carry: events of other programs in forms of their own."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any, Final

from vedette.model.batch import DictRows, json_object
from vedette.model.problem import Problem
from vedette.sources.format import Chunk
from vedette.sources.formats.auditd_join import HEADER, MAX_RECORD, Joiner
from vedette.sources.formats.chunking import Gathering
from vedette.sources.formats.grouping import Grouping
from vedette.sources.formats.syslog_line import SyslogError, parse_line
from vedette.sources.formats.sysmon_event import parse_event
from vedette.sources.json_kind import shape_of

MAX_SENDERS: Final = 1024
"""Hosts whose audit events are joined at once; the one longest quiet gives way."""


class Messages:
    """Reads received messages; those of one audit event are joined by sender.

    With `unwrap`, a message whose text is an audit record, a Sysmon for Linux event or a JSON
    object becomes an event of that format, a JSON one with the message's header under `syslog`.
    `start` makes the places of this run (`start:7` for message 7) differ from all others.
    """

    def __init__(self, start: str, *, unwrap: bool = True, zone: tzinfo = UTC) -> None:
        self._start = start
        self._unwrap = unwrap
        self._zone = zone
        self._events = Grouping()
        self._audit = Gathering("auditd")
        self._senders: OrderedDict[str, tuple[Joiner, int]] = OrderedDict()
        self.count = 0

    def add(self, sender: str, message: bytes, arrival: int) -> None:
        """Take one message, received at `arrival` (microseconds) from an address."""
        self.count += 1
        place = f"{self._start}:{self.count}"
        try:
            record = parse_line(message, arrival, self._zone)
        except SyslogError as error:
            if message.startswith(b"<") and not message.startswith(b"<Event"):
                where = f"message {place}:{error.column}"
                fix = f"check what {sender} sends"
                self._events.problem(Problem(where, str(error), fix))
            # RFC 3164 section 4.3.3: whatever it is, it is a message
            record = {"message": message.decode("utf-8", "replace")}
        text: str = record["message"]
        if self._unwrap and text[:1] in ("{", "<", "t", "n"):
            try:
                if self._unwrapped(sender, record, text, message, place, arrival):
                    return
            except ValueError as error:
                self._events.problem(Problem(f"message {place}", f"payload: {error}"))
        self._events.add("syslog", record, message, place)

    def take(self, quiet_before: int | None = None) -> list[Chunk]:
        """All events read so far. Those that may still go on are held back, unless their sender
        wrote nothing since `quiet_before` (microseconds)."""
        if quiet_before is not None:
            for joiner, last in self._senders.values():
                if last <= quiet_before:
                    joiner.finish_all()
        return [*self._events.take(), *(self._renamed(chunk) for chunk in self._audit.take())]

    def close(self) -> list[Chunk]:
        """Everything, also what might go on."""
        for joiner, _ in self._senders.values():
            joiner.finish_all()
        return self.take()

    def _unwrapped(
        self,
        sender: str,
        record: dict[str, Any],
        text: str,
        message: bytes,
        place: str,
        arrival: int,
    ) -> bool:
        """True if the text was an event of another format. Raises ValueError where it began like
        one and is damaged: then it stays a message."""
        if text.startswith("{"):
            value = json_object(text.encode("utf-8", "surrogatepass"))
            shape = shape_of(value)
            header = {name: item for name, item in record.items() if name != "message"}
            records = shape.records(value)
            for number, event in enumerate(records, 1):
                row = place if len(records) == 1 else f"{place} row {number}"
                self._events.add(shape.format, {"syslog": header, **event}, message, row)
            return bool(records)
        if text.startswith("<Event"):
            self._events.add("sysmon-linux", parse_event(text), message, place)
            return True
        header_match = HEADER.match(text) if len(text) <= MAX_RECORD else None
        # anybody may log a text like this: only the audit daemon's own senders are believed
        if header_match is None or "audi" not in record.get("appname", "audi"):
            return False
        self._joiner(f"{sender} {record.get('hostname', '')}", arrival).add(
            message, self.count, header_match
        )
        return True

    def _joiner(self, sender: str, arrival: int) -> Joiner:
        known = self._senders.pop(sender, None)
        joiner = known[0] if known else Joiner(self._audit)
        self._senders[sender] = (joiner, arrival)
        if len(self._senders) > MAX_SENDERS:
            self._senders.popitem(last=False)[1][0].finish_all()
        return joiner

    def _renamed(self, chunk: Chunk) -> Chunk:
        """The chunk with places of this run instead of line numbers."""
        rows = chunk.rows
        assert isinstance(rows, DictRows)
        places = [place.replace("line ", f"{self._start}:") for place in rows.places]
        return replace(chunk, rows=DictRows(rows.records, rows.raws, places))
