"""JSON as a tree in which every key and value knows its line and column, with every fault found.

RFC 8259, strictly: no comments, no NaN, no key twice, no half surrogate pairs. Size, depth, the
number of values and the length of numbers are limited.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in fact, not in typeshed
from typing import Any, Final

from vedette.model.yaml_tree import Mark, Node

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 32
MAX_VALUES: Final = 50_000

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,2})?")
_WORDS: Final = {"true": True, "false": False, "null": None}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Wrong(Exception):
    """What is wrong, and at which character."""

    def __init__(self, at: int, text: str) -> None:
        super().__init__(text)
        self.at = at


def read_json(data: bytes, file: str, faults: list[str]) -> Node | None:
    """The tree of one JSON text; None after adding what is wrong, with its place, to `faults`."""
    if len(data) > MAX_BYTES:
        faults.append(f"{file}: is {len(data):,} bytes; at most {MAX_BYTES:,} are read, split it")
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        faults.append(f"{file}: byte {error.start} is no UTF-8; save it as UTF-8")
        return None
    reader = _Reader(text, file, faults)
    try:
        return reader.document()
    except _Wrong as wrong:
        faults.append(f"{reader.mark(wrong.at)}: {wrong}")
        return None


class _Reader:
    def __init__(self, text: str, file: str, faults: list[str]) -> None:
        self.text = text
        self.file = file
        self.faults = faults
        self.values = 0
        self.lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def mark(self, at: int) -> Mark:
        line = bisect_right(self.lines, at)
        return Mark(self.file, line, at - self.lines[line - 1] + 1)

    def document(self) -> Node:
        node, at = self.value(self.blank(0), 0)
        at = self.blank(at)
        if at < len(self.text):
            raise _Wrong(at, "something follows the JSON value; remove it")
        return node

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        self.values += 1
        if self.values > MAX_VALUES:
            raise _Wrong(at, f"holds more than {MAX_VALUES:,} values; split it")
        if depth > MAX_DEPTH:
            raise _Wrong(at, f"is nested deeper than {MAX_DEPTH} levels; make it flatter")
        first = self.text[at : at + 1]
        if first == "{":
            return self.map(at, depth)
        if first == "[":
            return self.list(at, depth)
        if first == '"':
            made, end = self.string(at)
            return Node(made, self.mark(at)), end
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, at):
                return Node(meaning, self.mark(at)), at + len(word)
        number = _NUMBER.match(self.text, at)
        if number is None:
            raise _Wrong(at, "no JSON value begins here; look for a missing quote or comma")
        whole = number[2] is None and number[3] is None
        amount = int(number[0]) if whole else float(number[0])
        return Node(amount, self.mark(at)), number.end()

    def string(self, at: int) -> tuple[str, int]:
        try:
            made, end = scanstring(self.text, at + 1, True)
        except ValueError as error:
            raise _Wrong(at, f"the text is not written as JSON ({error}); correct it") from None
        if _SURROGATE.search(made):
            raise _Wrong(at, "the text holds half of a surrogate pair; correct the \\u escape")
        return str(made), int(end)

    def map(self, start: int, depth: int) -> tuple[Node, int]:
        value: dict[str, Any] = {}
        keys: dict[str, Mark] = {}
        at = self.blank(start + 1)
        while self.text[at : at + 1] != "}":
            if value or keys:
                at = self.comma(at, "}")
            if self.text[at : at + 1] != '"':
                raise _Wrong(at, 'a name in double quotes or "}" should stand here; correct it')
            mark = self.mark(at)
            key, end = self.string(at)
            at = self.blank(end)
            if self.text[at : at + 1] != ":":
                raise _Wrong(at, f'":" is missing after {key[:60]!r}; add it')
            node, end = self.value(self.blank(at + 1), depth + 1)
            at = self.blank(end)
            if key in keys:
                self.faults.append(
                    f"{mark}: {key[:60]!r} stands twice (first at line {keys[key].line}); keep one"
                )
                continue
            value[key], keys[key] = node, mark
        return Node(value, self.mark(start), keys), at + 1

    def list(self, start: int, depth: int) -> tuple[Node, int]:
        value: list[Node] = []
        at = self.blank(start + 1)
        while self.text[at : at + 1] != "]":
            if value:
                at = self.comma(at, "]")
            node, end = self.value(at, depth + 1)
            value.append(node)
            at = self.blank(end)
        return Node(value, self.mark(start)), at + 1

    def comma(self, at: int, close: str) -> int:
        if self.text[at : at + 1] != ",":
            raise _Wrong(at, f'"," or "{close}" should stand here; correct it')
        return self.blank(at + 1)
