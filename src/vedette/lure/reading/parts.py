"""The parts of a MIME message (RFC 2046), found by their boundaries without copying."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from vedette.lure.reading.fields import Field, first, split_header
from vedette.lure.reading.limits import Limits
from vedette.lure.reading.parameters import parse_parameters
from vedette.lure.reading.trouble import Trouble

_AFTER: Final = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r(?!\n)|\Z)")
_TYPE: Final = re.compile(r"[^\s/;,]+/[^\s/;,]+")
_FIRST_DASHES: Final = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200})\r?\n")


class Part:
    """One part: its fields and the bytes `start` to `stop` of the message that are its body."""

    __slots__ = (
        "content_type",
        "disposition",
        "fields",
        "file_name",
        "number",
        "parameters",
        "related",
        "start",
        "stop",
    )

    def __init__(
        self, number: str, fields: list[Field], start: int, stop: int, default: str
    ) -> None:
        self.number = number
        self.fields = fields
        self.start = start
        self.stop = stop
        self.related = False
        given = first(fields, "content-type")
        self.content_type, self.parameters = parse_parameters(given) if given else (default, {})
        match = _TYPE.match(self.content_type)
        # RFC 2045 section 5.2: what can't be understood is plain text
        self.content_type = match[0] if match else "text/plain"
        self.disposition = ""
        self.file_name = self.parameters.get("name", "")
        if given := first(fields, "content-disposition"):
            self.disposition, more = parse_parameters(given)
            self.file_name = more.get("filename") or self.file_name

    def field(self, name: str) -> str:
        """The first field of that name; "" where there is none."""
        return first(self.fields, name)


class Splitter:
    """Finds the leaves of one message; what it left out stands in `trouble`."""

    def __init__(self, raw: bytes, limits: Limits, trouble: Trouble, count: int) -> None:
        self.count = count
        self._raw = raw
        self._limits = limits
        self._trouble = trouble

    def leaves(self, part: Part, depth: int) -> Iterator[Part]:
        """The parts that are no multipart, in order."""
        if not part.content_type.startswith("multipart/"):
            yield part
            return
        boundary = part.parameters.get("boundary", "").rstrip()
        mark = b"--" + boundary.encode("utf-8", "replace")
        if self._raw.find(mark, part.start, part.stop) < 0:
            boundary = self._guessed(part)
        if not boundary:
            self._trouble.add(part.number, "its boundary is nowhere to be found; read as text")
            part.content_type = "text/plain"
            yield part
            return
        if depth >= self._limits.depth:
            self._trouble.add(part.number, f"more than {depth} parts inside one another, not read")
            return
        digest = part.content_type == "multipart/digest"
        related = part.content_type == "multipart/related"
        default = "message/rfc822" if digest else "text/plain"
        prefix = f"{part.number}." if part.number else ""
        number = 0
        for start, stop in self._sections(part, boundary):
            number += 1
            self.count += 1
            if self.count > self._limits.parts:
                self._trouble.add(
                    part.number, f"more than {self._limits.parts} parts, the rest is not read"
                )
                return
            name = f"{prefix}{number}"
            fields, body, fault = split_header(self._raw, start, stop, self._limits)
            if fault:
                self._trouble.add(name, fault)
            inner = Part(name, fields, min(body, stop), stop, default)
            inner.related = related
            yield from self.leaves(inner, depth + 1)
        if not number:
            self._trouble.add(part.number, "a multipart without parts; read as text")
            part.content_type = "text/plain"
            yield part

    def _guessed(self, part: Part) -> str:
        """The boundary that the body uses where it is not the one that was announced; "" where it
        uses none."""
        match = _FIRST_DASHES.search(self._raw, part.start, min(part.start + 65536, part.stop))
        if match is None:
            return ""
        mark = match[1].rstrip()
        if self._raw.find(b"\n--" + mark, match.end() - 1, part.stop) < 0:
            return ""
        self._trouble.add(part.number, "its boundary is not the one that its header says")
        return mark.decode("utf-8", "replace")

    def _sections(self, part: Part, boundary: str) -> Iterator[tuple[int, int]]:
        """Start and stop of what stands between the boundaries."""
        raw, stop = self._raw, part.stop
        mark = b"--" + boundary.encode("utf-8", "replace")
        at, begun = part.start, -1
        while True:
            at = raw.find(mark, at, stop)
            if at < 0:
                break
            if at > part.start and raw[at - 1] not in b"\r\n":
                at += len(mark)
                continue
            after = _AFTER.match(raw, at + len(mark), stop)
            if after is None:
                at += len(mark)
                continue
            if begun >= 0:
                yield begun, _before_line_end(raw, begun, at)
            at = begun = after.end()
            if after[1]:
                if raw[at:stop].strip():
                    self._trouble.add(
                        part.number, "text after the last part, which mail programs do not show"
                    )
                return
        if begun >= 0:
            self._trouble.add(part.number, "its last part has no closing boundary")
            if begun < stop:
                yield begun, stop


def _before_line_end(raw: bytes, start: int, at: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if at > start and raw[at - 1] == 10:
        at -= 1
    if at > start and raw[at - 1] == 13:
        at -= 1
    return at
