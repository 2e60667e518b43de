"""Linux audit logs: audit.log, `ausearch` output, and the same sent through syslog."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from vedette.sources.format import Chunk
from vedette.sources.formats.auditd_join import HEADER, MAX_RECORD, Joiner
from vedette.sources.formats.chunking import Gathering
from vedette.sources.formats.replay import Replay

_SYSLOG_PREFIX: Final = re.compile(
    r"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,18}\S{0,6})"
    r" \S{1,255} [\w./-]{0,32}audi[\w./-]{0,32}"
    r"(?:\[\d{1,10}\])?: ",
    re.ASCII,
)
_DIVIDER: Final = "----"
_AUSEARCH_TIME: Final = "time->"

_WHAT: Final = "expected an audit record, `type=NAME msg=audit(SECONDS.MS:SERIAL): ...`"
_FIX: Final = "give the file's format with --format if this is no audit log"


def header_of(text: str) -> re.Match[str] | None:
    """The match of an audit record's header, also behind the prefix that syslog puts before."""
    match = HEADER.match(text)
    if match is None and (prefix := _SYSLOG_PREFIX.match(text)):
        match = HEADER.match(text, prefix.end())
    return match


class AuditdReader:
    """Events of an audit log. `state` is what an earlier reader's `state()` gave.

    Raises ValueError for a state that no reader of this kind gave.
    """

    def __init__(self, state: str = "") -> None:
        kinds, self._replay = unmarked(state)
        self._out = Gathering("auditd")
        self._joiner = Joiner(self._out, kinds)

    def feed(self, lines: Sequence[bytes], first: int) -> list[Chunk]:
        replaying = self._replay.fed(first, len(lines))
        for number, line in enumerate(lines, first):
            if not replaying or self._replay.wanted(number):
                self._line(line, number)
        return self._out.take()

    def _line(self, line: bytes, number: int) -> None:
        if len(line) > MAX_RECORD:
            what = f"a record of {len(line):,} bytes, more than the limit of {MAX_RECORD:,}"
            self._out.problem(number, what, size=len(line))
            return
        text = line.rstrip().decode("utf-8", "replace")
        header = header_of(text)
        if header is not None:
            self._joiner.add(line, number, header)
        elif text == _DIVIDER:
            self._joiner.finish_all()
        elif text and not text.startswith(_AUSEARCH_TIME):
            self._out.problem(number, _WHAT, _FIX, size=len(line))

    def close(self) -> list[Chunk]:
        self._joiner.finish_all()
        return self._out.take()

    def held(self) -> int | None:
        return self._replay.held(self._joiner.open_lines())

    def state(self) -> str:
        return marked(self._joiner, self._replay)


def marked(joiner: Joiner, replay: Replay) -> str:
    """What a reader of audit records needs to go on: JSON, or "" where it needs nothing."""
    pending, span = replay.mark(joiner.open_lines())
    if not (pending or span or joiner.kinds):
        return ""
    mark = {"kinds": sorted(joiner.kinds), "pending": pending, "span": span}
    return json.dumps(mark, separators=(",", ":"))


def unmarked(state: str) -> tuple[tuple[str, ...], Replay]:
    """The other way round. Raises ValueError."""
    if not state:
        return (), Replay()
    try:
        mark: Any = json.loads(state)
        kinds = tuple(str(kind) for kind in mark["kinds"])
        return kinds, Replay([int(offset) for offset in mark["pending"]], int(mark["span"]))
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"not the state of an audit log's reader: {state[:80]!r}") from error


class AuditdFormat:
    """Recognised by its first records, whatever `ausearch` put between them."""

    name = "auditd"

    def recognises(self, head: bytes) -> bool:
        for line in head[:MAX_RECORD].splitlines()[:8]:
            text = line[:1024].decode("utf-8", "replace").strip()
            if text and text != _DIVIDER and not text.startswith(_AUSEARCH_TIME):
                return header_of(text) is not None
        return False

    def reader(self, state: str = "") -> AuditdReader:
        return AuditdReader(state)


FORMAT: Final = AuditdFormat()
