"""Zeek logs as tab-separated values, also several one after the other in one stream."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from vedette.sources.format import Chunk
from vedette.sources.formats.chunking import Gathering
from vedette.sources.formats.zeek_header import Header, HeaderError

MAX_ENTRY: Final = 1 << 20
"""Bytes of one line; Zeek itself cuts what it logs far below that."""

_NO_HEADER: Final = "expected `#separator`, `#fields` and `#types` lines before the first event"


class ZeekReader:
    """Events of Zeek logs. The state is the header in force. Raises ValueError for a state that
    no reader of this kind gave."""

    def __init__(self, state: str = "") -> None:
        self._out = Gathering("zeek")
        self._header = _header(state)

    def feed(self, lines: Sequence[bytes], first: int) -> list[Chunk]:
        for number, line in enumerate(lines, first):
            if line and not line.isspace():
                self._line(line, number)
        return self._out.take()

    def _line(self, line: bytes, number: int) -> None:
        if len(line) > MAX_ENTRY:
            what = f"an entry of {len(line):,} bytes, more than the limit of {MAX_ENTRY:,}"
            self._out.problem(number, what, size=len(line))
            return
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        try:
            if text.startswith("#"):
                self._header.take(text)
                return
            if not self._header.ready:
                raise HeaderError(_NO_HEADER)
            record = self._header.read(text)
        except HeaderError as error:
            self._out.problem(number, str(error), column=error.column, size=len(line))
            return
        self._out.add(record, line, number)

    def close(self) -> list[Chunk]:
        return self._out.take()

    def held(self) -> int | None:
        return None

    def state(self) -> str:
        lines = self._header.lines
        return json.dumps(lines) if lines else ""


def _header(state: str) -> Header:
    if not state:
        return Header()
    try:
        lines: Any = json.loads(state)
        return Header(tuple(str(line) for line in lines))
    except (TypeError, ValueError) as error:
        raise ValueError(f"not the state of a Zeek log's reader: {state[:80]!r}") from error


class ZeekFormat:
    """Recognised by the header that every such log begins with."""

    name = "zeek"

    def recognises(self, head: bytes) -> bool:
        head = head.lstrip()
        return head.startswith(b"#separator ") or (
            head.startswith((b"#fields\t", b"#path\t")) and b"\n#types\t" in head
        )

    def reader(self, state: str = "") -> ZeekReader:
        return ZeekReader(state)


FORMAT: Final = ZeekFormat()
