"""A PDF's indirect objects found by their own marks, not by the cross-reference table.

Tables lie in hostile files and break in honest ones; every reader rebuilds them this way when
they do. Later objects of a number replace earlier ones, as in an incremental update; the earlier
ones are kept for the search of words. Source: ISO 32000-2, 7.3.8, 7.5.7.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from vedette.lure.attachment.context import Context, Unreadable
from vedette.lure.attachment.documents import pdf_lock
from vedette.lure.attachment.documents.pdf_filters import decoded
from vedette.lure.attachment.documents.pdf_objects import (
    Name,
    Object,
    Reference,
    parse,
    unescape_name,
)

OBJECTS = 100_000
"""Objects read of one file; the largest catalogues have more, and say so in the report."""
OBJECT_STREAMS = 2_000
"""Object streams unpacked."""
HEADER = 1 << 20
"""Bytes of a dictionary that are looked at."""

_LENGTH = re.compile(rb"/Length[\0\t\n\f\r ]+(\d{1,10})(?![\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R)")
_FILTER = re.compile(rb"/Filter[\0\t\n\f\r ]*/([A-Za-z0-9]{1,32})(?![^\0\t\n\f\r /<>\[\]()])")
_ESCAPED = re.compile(rb"/[^\0\t\n\f\r ()<>\[\]{}/%]*#[0-9A-Fa-f]{2}")


class Body(NamedTuple):
    """One object: its text without a stream's data, and where that data lies (0, 0: no stream).
    `generation` is -1 for what lies in an object stream, whose strings are not locked again."""

    number: int
    text: bytes
    start: int
    end: int
    generation: int = 0


class PdfFile:
    """A PDF opened for reading. `bodies` are its objects in the order of the file, then those of
    object streams; names in their texts have their escapes resolved. `locked` tells that it is
    encrypted and no password is known; `word` is the one that opened it ("" where none was asked).
    """

    def __init__(self, data: bytes, context: Context) -> None:
        self._data = data
        self._context = context
        self.bodies: list[Body] = []
        self._latest: dict[int, Body] = {}
        self.trailers: list[bytes] = []
        self.word = ""
        self._key: pdf_lock.Key | None = None
        self._scan()
        self._latest = {body.number: body for body in self.bodies}
        self.locked = self._unlock()
        self._unpack_object_streams()
        self._latest = {body.number: body for body in self.bodies}

    def resolve(self, value: Object) -> Object:
        """The object that a reference leads to; anything else is itself."""
        for _ in range(8):
            if not isinstance(value, Reference):
                return value
            body = self._latest.get(value.number)
            value = self.value(body) if body else None
        return None

    def value(self, body: Body) -> Object:
        """A body's object, its strings in clear."""
        value = parse(body.text)
        return value if self._key is None or body.generation < 0 else self._clear(value, body)

    def body(self, value: Object) -> Body | None:
        """The body that a reference names."""
        return self._latest.get(value.number) if isinstance(value, Reference) else None

    def stream(self, body: Body, most: int = 0) -> bytes:
        """A stream's data with its filters undone; empty, and said so, where that fails.

        Raises:
            LimitReached: the message's budget is used up.
        """
        if body.end <= body.start:
            return b""
        room = self._context.budget.room()
        limit = min(most, room) if most else room
        try:
            raw = self._data[body.start : body.end]
            if self._key is not None and b"/XRef" not in body.text:
                self._context.budget.take(len(raw))
                raw = self._key.opened(raw, body.number, body.generation)
            content = decoded(raw, self._filters(body), limit)
        except Unreadable as error:
            self._context.unseen(f"object {body.number}: {error}")
            return b""
        self._context.budget.take(len(content))
        return content

    def _unlock(self) -> bool:
        """Find the key where the document is encrypted; whether it stays closed."""
        heads = [parse(text) for text in self.trailers]
        heads += [parse(body.text) for body in self.bodies if b"/XRef" in body.text]
        for head in heads:
            if isinstance(head, dict) and "Encrypt" in head:
                said = self.resolve(head["Encrypt"])
                lock = _lock(said, self.resolve(head.get("ID"))) if isinstance(said, dict) else None
                found = pdf_lock.unlock(lock, self._context.words) if lock else None
                if found is None:
                    return True
                self._key, word = found
                self.word = word
                return False
        return False

    def _clear(self, value: Object, body: Body) -> Object:
        if isinstance(value, bytes) and self._key is not None:
            return self._key.opened(value, body.number, body.generation)
        if isinstance(value, dict):
            return {key: self._clear(item, body) for key, item in value.items()}
        if isinstance(value, list):
            return [self._clear(item, body) for item in value]
        return value

    def _filters(self, body: Body) -> list[str]:
        if b"/F" not in body.text:
            return []
        if (one := _FILTER.search(body.text)) and body.text.count(b"/Filter") == 1:
            return [one[1].decode("ascii")]
        head = parse(body.text)
        if not isinstance(head, dict):
            return []
        named = self.resolve(head.get("Filter", head.get("F")))
        if isinstance(named, Name):
            return [str(named)]
        return (
            [str(item) for item in named if isinstance(item, str)]
            if isinstance(named, list)
            else []
        )

    def _scan(self) -> None:
        data, place, budget = self._data, 0, self._context.budget
        for count in range(OBJECTS + 1):
            at = data.find(b"obj", place)
            if at < 0:
                break
            if count % 512 == 0:
                budget.time()
            place = at + 3
            if data[at - 3 : at] == b"end":
                continue
            words = data[max(0, at - 32) : at].split()
            if len(words) < 2 or not words[-1].isdigit():
                continue
            # Files without line breaks glue the number to what stands before it.
            number = words[-2][len(words[-2].rstrip(b"0123456789")) :]
            if number and len(number) <= 10:
                place = self._read_body(int(number), int(words[-1]), at + 3)
        else:
            self._context.unseen(f"over {OBJECTS} objects; the rest were not read")
        at = data.find(b"trailer")
        while at >= 0 and len(self.trailers) < 64:
            self.trailers.append(data[at + 7 : at + 4096])
            at = data.find(b"trailer", at + 7)

    def _read_body(self, number: int, generation: int, start: int) -> int:
        data = self._data
        end = data.find(b"endobj", start)
        if end < 0:
            end = len(data)
        mark = data.find(b"stream", start, end)
        while mark >= 0 and (
            data[mark - 3 : mark] == b"end" or data[mark + 6 : mark + 7] not in (b"\n", b"\r", b" ")
        ):
            mark = data.find(b"stream", mark + 6, end)
        if mark < 0:
            self._keep(number, data[start : min(end, start + HEADER)], 0, 0, generation)
            return end
        first = mark + 6
        first += 2 if data[first : first + 2] == b"\r\n" else 1
        text = data[start : min(mark, start + HEADER)]
        last = self._stream_end(text, first)
        self._keep(number, text, first, last, generation)
        return last

    def _stream_end(self, text: bytes, first: int) -> int:
        data = self._data
        if said := _LENGTH.search(text):
            last = first + int(said[1])
            if data[last : last + 12].lstrip()[:9] == b"endstream":
                return last
        last = data.find(b"endstream", first)
        if last < 0:
            last = data.find(b"endobj", first)
        return last if last >= 0 else len(data)

    def _keep(self, number: int, text: bytes, start: int, end: int, generation: int) -> None:
        if b"#" in text:
            text = _ESCAPED.sub(lambda found: unescape_name(found.group()), text)
        self.bodies.append(Body(number, text, start, end, generation))

    def _unpack_object_streams(self) -> None:
        holders = [body for body in self.bodies if b"/ObjStm" in body.text and body.end]
        if len(holders) > OBJECT_STREAMS:
            self._context.unseen(f"over {OBJECT_STREAMS} object streams; the rest were not read")
        for body in holders[:OBJECT_STREAMS]:
            self._context.budget.time()
            self._unpack(body)

    def _unpack(self, body: Body) -> None:
        head = parse(body.text)
        content = self.stream(body)
        if not content or not isinstance(head, dict):
            return
        first, count = head.get("First"), head.get("N")
        if not isinstance(first, int) or not isinstance(count, int) or first < 0:
            return
        numbers = [
            int(word) for word in content[:first].split() if word.isdigit() and len(word) < 11
        ]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=False))[: max(count, 0)]
        for index, (number, offset) in enumerate(pairs):
            if len(self.bodies) >= OBJECTS:
                self._context.unseen(f"over {OBJECTS} objects; the rest were not read")
                return
            end = first + pairs[index + 1][1] if index + 1 < len(pairs) else len(content)
            # Offsets that run backwards would give the same bytes many times over.
            text = (
                content[first + offset : end]
                if end > first + offset
                else content[first + offset : first + offset + 4096]
            )
            self._keep(number, text, 0, 0, -1)


def _lock(said: dict[str, Object], identity: Object) -> pdf_lock.Lock | None:
    """An encryption dictionary of the standard handler; None for any other."""

    def number(key: str, default: int) -> int:
        value = said.get(key)
        return value if isinstance(value, int) else default

    def text(key: str) -> bytes:
        value = said.get(key)
        return value if isinstance(value, bytes) else b""

    if said.get("Filter") != "Standard":
        return None
    version, length = number("V", 0), number("Length", 40)
    method = "V2"
    if version >= 4:
        filters, named = said.get("CF"), said.get("StmF")
        chosen = (
            filters.get(named) if isinstance(filters, dict) and isinstance(named, str) else None
        )
        method = str(chosen.get("CFM", "")) if isinstance(chosen, dict) else "Identity"
        length = 128
    first = identity[0] if isinstance(identity, list) and identity else b""
    if method not in ("V2", "AESV2", "AESV3"):
        return None
    return pdf_lock.Lock(
        version=version,
        revision=number("R", 2),
        owner=text("O"),
        user=text("U"),
        user_key=text("UE"),
        permissions=(number("P", 0) + 0x80000000) % 0x100000000 - 0x80000000,
        length=length,
        first=first if isinstance(first, bytes) else b"",
        metadata=said.get("EncryptMetadata") is not False,
        aes=method != "V2",
    )
