"""JSON arrays of objects, and objects that follow one another over any number of lines.

The file is read piece by piece: only the record at hand and one read are in memory. The standard
library's `raw_decode` finds a record's end and its value in one pass, 180 MB/s.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from vedette.model.errors import UnreadableError
from vedette.model.problem import Problem
from vedette.sources.format import MAX_LINE, Chunk
from vedette.sources.formats.grouping import Grouping
from vedette.sources.json_kind import Shape, shape_of
from vedette.sources.stream import READ_BYTES, ByteStream

MAX_RECORD: Final = MAX_LINE
"""Characters of one record; a longer one is reported and skipped."""

_BETWEEN: Final = re.compile(r"[\s,\[\]\x1e]*")
"""What stands between records; U+001E as in RFC 7464."""

_CANDIDATE: Final = re.compile(r"[\n,\]}\x1e]\s*(?=\{)")
"""Where a record may begin again after damage."""

_OPENING: Final = re.compile(rb'\s*\[\s*(?:\{\s*["}]|\]\s*\Z)|\s*\{\s*(?:"|\}\s*\{)')
_EDGE: Final = 16
"""An error this near to the end of what has been read may be for want of the rest."""


class JsonReader:
    """The records of one stream; `shape` is the one that all are taken for (None: each its own)."""

    def __init__(self, stream: ByteStream, shape: Shape | None) -> None:
        self._stream = stream
        self._shape = shape
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._decode = json.JSONDecoder().raw_decode
        self._out = Grouping()
        self._text = ""
        self._at = 0
        self._offset = 0  # of text[0], in bytes
        self._number = 0
        self._ended = False
        self._damage: tuple[int, str] | None = None  # where it began and what it is
        self._failures = 0
        self._found = False  # where a record may begin again; it is being read

    def chunks(self) -> Iterator[Chunk]:
        """Raises nothing for what the stream holds."""
        while self._step():
            if self._out.full:
                yield from self._out.take()
        yield from self._out.take()

    def _step(self) -> bool:
        """Read one record, or one piece of what is none; False at the end."""
        text = self._text
        if self._damage is not None and not self._found:
            if self._at > len(text):
                return self._more()
            self._found = self._resync()
            if not self._found:
                return self._more()
        match = _BETWEEN.match(text, self._at)
        start = match.end() if match is not None else self._at
        self._at = start
        if start == len(text):
            return self._more()
        try:
            value, end = self._decode(text, start)
        except json.JSONDecodeError as error:
            short = error.msg.startswith("Unterminated string") or error.pos > len(text) - _EDGE
            return self._failed(start, error.pos, error.msg, may_be_short=short)
        except RecursionError:
            return self._failed(start, start + 1, "nested too deeply", may_be_short=False)
        except ValueError as error:  # a number of too many digits
            return self._failed(start, start + 1, str(error), may_be_short=False)
        if end == len(text) and not isinstance(value, dict) and not self._ended:
            return self._more()  # a number may go on
        self._healed(start)
        self._at = end
        self._add(value, text[start:end])
        return True

    def _failed(self, start: int, at: int, what: str, *, may_be_short: bool) -> bool:
        length = len(self._text) - start
        if may_be_short and not self._ended and length <= MAX_RECORD:
            return self._more()
        if self._damage is None:
            if may_be_short and self._ended:
                what = "the file ends inside a record"
            elif length > MAX_RECORD:
                what = f"a record longer than {MAX_RECORD} characters"
            self._damage = (self._offset + _size(self._text[:start]), what)
            self._failures = 0
        # more and more is passed over between failures, so that a hostile file costs no more
        # than the square root of its length in attempts
        self._failures += 1
        self._found = False
        self._at = max(at, start + 1) + 8 * (self._failures - 1)  # perhaps not read yet
        return True

    def _resync(self) -> bool:
        """Go to where a record may begin after damage; False: not in what has been read."""
        if self._at and self._text[self._at - 1] in "\n,]}\x1e":
            self._at -= 1
        found = _CANDIDATE.search(self._text, self._at)
        # what stands before a record may be the last character of one read
        self._at = max(len(self._text) - 1, self._at) if found is None else found.end()
        return found is not None

    def _healed(self, start: int) -> None:
        if self._damage is None:
            return
        offset, what = self._damage
        self._damage = None
        skipped = self._offset + _size(self._text[:start]) - offset
        self._out.problem(
            Problem(f"byte {offset}", f"damaged JSON ({what}); {skipped} bytes skipped")
        )

    def _more(self) -> bool:
        """Read on, forgetting what has been dealt with; False at the end of the stream."""
        if self._ended:
            self._at = len(self._text)
            self._healed(self._at)
            return False
        self._offset += _size(self._text[: self._at])
        rest, self._at = self._text[self._at :], max(self._at - len(self._text), 0)
        data = b""
        try:
            # as much again as is held: a long record is not tried for each read
            data = self._stream.read(max(READ_BYTES, len(rest)))
        except UnreadableError as error:
            what, _, fix = str(error).partition("; ")
            self._out.problem(Problem(f"byte {self._offset + _size(rest)}", what, fix))
        self._ended = not data
        self._text = rest + self._decoder.decode(data, final=self._ended)
        return True

    def _add(self, value: Any, text: str) -> None:
        self._number += 1
        place = f"record {self._number}"
        if not isinstance(value, dict):
            what = f"expected a JSON object, found {type(value).__name__}"
            self._out.problem(Problem(place, what))
            return
        raw = text.encode("utf-8", "surrogateescape")
        shape = self._shape or shape_of(value)
        records = shape.records(value)
        for number, record in enumerate(records, 1):
            row = place if len(records) == 1 else f"{place} row {number}"
            self._out.add(shape.format, record, raw, row)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))


class JsonArrayFormat:
    """A JSON array, or concatenated objects; of any kind, or of the one that `forced` names."""

    name = "json-array"

    def __init__(self, forced: str | None = None) -> None:
        self._forced = forced

    def recognises(self, head: bytes) -> bool:
        """True for an array whose first element is an object, and for an object that is not
        alone on its line."""
        if not _OPENING.match(head):
            return False
        if head.lstrip()[:1] == b"[":
            return True
        text = head.decode("utf-8", "surrogateescape").lstrip()
        first = text.partition("\n")[0]
        try:
            _, end = json.JSONDecoder().raw_decode(first)
        except (ValueError, RecursionError):
            # the object goes on below, if the line ends where a line of it may
            return first.rstrip().endswith(("{", "[", ",")) and "\n" in text
        return first[end:].lstrip(" \t\r,").startswith("{")

    def read(self, stream: BinaryIO) -> Iterator[Chunk]:
        """Chunks of the formats that the records are of; places are `record 1`, `record 2`, ..."""
        shape = None if self._forced is None else Shape("json", self._forced)
        return JsonReader(stream, shape).chunks()


FORMAT = JsonArrayFormat()
