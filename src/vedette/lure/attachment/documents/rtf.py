"""Rich text: remote templates, embedded objects however they are hidden, fields, and the text.

Source: Rich Text Format specification 1.9.1; MS-OLEDS 2.2 (OLE 1.0 objects); ATT&CK T1221.
"""

from __future__ import annotations

from typing import NamedTuple

from vedette.lure.attachment.context import Context
from vedette.lure.attachment.documents import fields, rtf_objects
from vedette.lure.attachment.documents.rtf_tokens import Token, tokens
from vedette.lure.attachment.documents.targets import target

TEXT = 64 * 1024
"""Characters of text read."""
DEPTH = 5_000
"""Groups within groups that are told apart; Word stops far earlier."""

_SILENT = frozenset(
    (
        *("fonttbl", "colortbl", "stylesheet", "info", "pict", "listtable", "listoverridetable"),
        *("rsidtbl", "themedata", "colorschememapping", "latentstyles", "datastore", "xmlnstbl"),
        *("generator", "objclass", "objname", "bkmkstart", "bkmkend", "private", "result"),
        *("header", "footer", "headerl", "headerr", "footerl", "footerr", "pntext", "filetbl"),
    )
)
"""Destinations whose text no reader sees in the body."""
_BREAKS = {"par": "\n", "line": "\n", "tab": "\t", "cell": "\t", "row": "\n", "page": "\n"}


class _Group(NamedTuple):
    destination: str
    skip: int


def inspect(data: bytes, context: Context) -> None:
    """Say what the file fetches or carries, and give its text.

    Raises:
        LimitReached: the message's budget is used up.
    """
    reader = _Reader(context)
    for token in tokens(data, context):
        reader.take(token)
    reader.end()


class _Reader:
    """The state between tokens: the groups that are open and what was collected in them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._groups: list[_Group] = [_Group("", 1)]
        self._depth = 0
        self._starred = False
        self._fresh = False
        self._skip = 0
        self._codepage = "cp1252"
        self._text: list[str] = []
        self._size = 0
        self._collected: dict[str, list[str]] = {}
        self._object = rtf_objects.Collected()
        self._objects = 0

    def take(self, token: Token) -> None:
        """Read one token on."""
        kind = token.kind
        group = self._groups[-1]
        if kind == "text":
            self._fresh = False
            self._write_bytes(token.data, group, token.place)
        elif kind == "open":
            self._depth += 1
            if self._depth < DEPTH:
                self._groups.append(group)
            self._fresh, self._starred = True, False
        elif kind == "close":
            self._close()
        elif kind == "word":
            self._word(token, group)
        elif kind == "byte":
            if self._skip:
                self._skip -= 1
            else:
                self._write(token.data.decode(self._codepage, "replace"), group)
        elif kind == "symbol":
            if token.data == b"*":
                self._starred = True
            elif token.data in (b"\\", b"{", b"}"):
                self._write(token.data.decode(), group)
            elif token.data == b"~":
                self._write("\u00a0", group)
        elif kind == "binary" and group.destination == "objdata":
            self._object.binary(token.data)

    def end(self) -> None:
        """Close what is open and give the text."""
        for _ in range(min(self._depth, DEPTH)):
            self._close()
        self._finish_object()
        text = _paired("".join(self._text)).strip()
        if text:
            self._context.text(text[:TEXT])

    def _word(self, token: Token, group: _Group) -> None:
        word, number = token.word, token.number
        if word == "u" and number is not None:
            self._write(chr(number & 0xFFFF), group)
            self._skip = group.skip
        elif word == "uc" and number is not None:
            self._groups[-1] = group._replace(skip=max(min(number, 16), 0))
        elif word == "ansicpg" and number is not None:
            self._codepage = _codec(number)
        elif word in _BREAKS:
            self._write(_BREAKS[word], group)
        elif word.startswith("obj"):
            if word == "objdata":
                self._groups[-1] = group._replace(destination="objdata")
                self._object.begin(token.place)
            elif word == "objclass":
                self._groups[-1] = group._replace(destination="objclass")
            else:
                self._object.flag(word)
        elif self._starred or (self._fresh and word in _SILENT) or word == "fldinst":
            if group.destination == "objdata":
                self._object.disturb()
            self._groups[-1] = group._replace(destination=word)
            if word == "template":
                self._collected["template"] = []
            elif word == "fldinst":
                self._collected["fldinst"] = []
        elif group.destination == "objdata":
            self._object.disturb()
        self._starred = self._fresh = False

    def _write_bytes(self, raw: bytes, group: _Group, place: int) -> None:
        if group.destination == "objdata":
            self._object.hexadecimal(raw)
            return
        if self._skip:
            kept = raw.lstrip(b"\r\n")
            raw, self._skip = kept[self._skip :], max(self._skip - len(kept), 0)
        if group.destination and group.destination not in ("template", "fldinst", "objclass"):
            return
        text = raw.replace(b"\r", b"").replace(b"\n", b"").decode(self._codepage, "replace")
        self._write(text, group)

    def _write(self, text: str, group: _Group) -> None:
        if group.destination == "":
            if self._size <= TEXT:
                self._text.append(text)
                self._size += len(text)
        elif group.destination in ("template", "fldinst"):
            kept = self._collected.setdefault(group.destination, [])
            if len(kept) < 4096:
                kept.append(text)
        elif group.destination == "objclass":
            self._object.named(text)

    def _close(self) -> None:
        self._fresh = self._starred = False
        if not self._depth:
            return
        self._depth -= 1
        if self._depth >= DEPTH - 1:
            return
        group = self._groups.pop()
        outer = self._groups[-1].destination
        if group.destination == outer:
            if outer == "objdata":
                self._object.disturb()
            return
        if group.destination == "objdata":
            self._finish_object()
        elif group.destination == "template":
            self._template(_paired("".join(self._collected.pop("template", []))).strip())
        elif group.destination == "fldinst":
            instruction = _paired("".join(self._collected.pop("fldinst", []))).strip()
            fields.judge(instruction, "fldinst", self._context)
            if instruction[:9].upper() == "HYPERLINK":
                url = instruction[9:].strip().strip('"').partition('"')[0]
                self._context.url(url)

    def _finish_object(self) -> None:
        if self._object.begun:
            self._objects += 1
            self._object.finish(self._objects, self._context)
            self._object = rtf_objects.Collected()

    def _template(self, url: str) -> None:
        place = target(url)
        if place.remote:
            self._context.url(url)
            self._context.sign("rtf_remote_template", url, host=place.host)


def _paired(text: str) -> str:
    """Letters beyond U+FFFF are written as two `\\u` words: each pair becomes one letter again."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _codec(number: int) -> str:
    try:
        "".encode(f"cp{number}")
    except LookupError:
        return "cp1252"
    return f"cp{number}"
