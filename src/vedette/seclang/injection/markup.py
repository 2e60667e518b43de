"""HTML cut into tokens, as libinjection does it: browsers old and new are more lenient than the
HTML standard (section "Tokenization") whose states this follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["", "tag", "name", "value", "comment", "doctype"]
"""What is looked at: the name of an element, the name and the value of an attribute, a comment;
"" is all else."""


class Piece(NamedTuple):
    """One token: its kind and where it stands."""

    kind: Kind
    begin: int
    end: int


_BLANKS = re.compile(rb"[\x00\t-\r ]*")
_TAG_END = re.compile(rb"[\t-\r />]")
_NAME_END = re.compile(rb"[\x00\t-\r />=]")
_VALUE_END = re.compile(rb"[\x00\t-\r >]")
_COMMENT_END = re.compile(rb"-\x00*[-!]>")
_BLANK = frozenset(b"\0\t\n\v\f\r ")
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_LT, _GT, _SLASH, _EQUALS = b"<>/="
_BANG, _QUESTION, _PERCENT = b"!?%"
_QUOTES = frozenset(b"\"'`")


class Markup:
    """Reads `text`, which begins in the state named: "data" between elements, "names" where the
    name of an attribute may stand, or in the value of an attribute in double, single or back
    quotes (the quote itself)."""

    def __init__(self, text: bytes, state: str) -> None:
        self._text = text
        self._at = 0
        self._closing = False
        self._quote = state.encode()
        self._state: Callable[[], Piece | None] = {
            "data": self._data,
            "names": self._before_name,
        }.get(state, self._quoted)

    def __iter__(self) -> Markup:
        return self

    def __next__(self) -> Piece:
        piece = self._state()
        if piece is None:
            raise StopIteration
        return piece

    def _end(self) -> Piece | None:
        return None

    def _rest(self, kind: Kind, begin: int) -> Piece:
        self._state = self._end
        return Piece(kind, begin, len(self._text))

    def _data(self) -> Piece | None:
        begin = self._at
        found = self._text.find(b"<", begin)
        if found < 0:
            return None
        self._at = found + 1
        if found == begin:
            return self._tag_open()
        self._state = self._tag_open
        return Piece("", begin, found)

    def _tag_open(self) -> Piece | None:
        text, at = self._text, self._at
        if at >= len(text):
            return None
        byte = text[at]
        if byte in _LETTERS or not byte:
            return self._tag_name()
        if byte == _SLASH:
            self._at += 1
            self._closing = True
            return self._end_tag_open()
        if byte == _BANG:
            self._at += 1
            return self._declaration()
        if byte == _QUESTION:
            self._at += 1
            return self._until(b">", "comment", at + 1)
        if byte == _PERCENT:
            # An old form of comment, of Internet Explorer and Safari.
            self._at += 1
            return self._until(b"%>", "comment", at + 1)
        self._state = self._data
        return Piece("", at - 1, at)

    def _end_tag_open(self) -> Piece | None:
        text, at = self._text, self._at
        if at >= len(text):
            return None
        if text[at] == _GT:
            return self._data()
        if text[at] in _LETTERS:
            return self._tag_name()
        self._closing = False
        return self._until(b">", "comment", at)

    def _tag_name(self) -> Piece:
        text, begin = self._text, self._at
        found = _TAG_END.search(text, begin)
        if not found:
            return self._rest("tag", begin)
        end = found.start()
        if text[end] == _GT:
            if self._closing:
                self._closing = False
                self._at = end + 1
                self._state = self._data
                return Piece("", begin, end)
            self._at = end
            self._state = self._tag_close
        else:
            self._at = end + 1
            self._state = self._self_closing if text[end] == _SLASH else self._before_name
        return Piece("tag", begin, end)

    def _tag_close(self) -> Piece:
        self._closing = False
        return self._leave_tag()

    def _leave_tag(self) -> Piece:
        self._at += 1
        self._state = self._data if self._at < len(self._text) else self._end
        return Piece("", self._at - 1, self._at)

    def _skip_blanks(self) -> int | None:
        """The byte behind the blanks; None at the end."""
        found = _BLANKS.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at] if self._at < len(self._text) else None

    def _before_name(self) -> Piece | None:
        while (byte := self._skip_blanks()) == _SLASH:
            self._at += 1
            if self._text[self._at : self._at + 1] == b">":
                break
        if byte is None:
            return None
        return self._name() if self._text[self._at : self._at + 1] != b">" else self._leave_tag()

    def _self_closing(self) -> Piece | None:
        return self._before_name()

    def _name(self) -> Piece:
        text, begin = self._text, self._at
        found = _NAME_END.search(text, begin + 1)
        if not found:
            self._at = len(text)
            return self._rest("name", begin)
        end = found.start()
        byte = text[end]
        self._at = end + 1
        if byte == _EQUALS:
            self._state = self._before_value
        elif byte == _GT:
            self._at = end
            self._state = self._tag_close
        else:
            self._state = self._self_closing if byte == _SLASH else self._after_name
        return Piece("name", begin, end)

    def _after_name(self) -> Piece | None:
        byte = self._skip_blanks()
        if byte is None:
            return None
        if byte == _EQUALS:
            self._at += 1
            return self._before_value()
        if byte == _GT:
            return self._tag_close()
        if byte == _SLASH:
            self._at += 1
            return self._self_closing()
        return self._name()

    def _before_value(self) -> Piece | None:
        byte = self._skip_blanks()
        if byte is None:
            return None
        if byte in _QUOTES:
            self._quote = self._text[self._at : self._at + 1]
            return self._quoted()
        return self._bare()

    def _quoted(self) -> Piece:
        # At the very beginning the opening quote stands before the text.
        begin = self._at + 1 if self._at else 0
        end = self._text.find(self._quote, begin)
        if end < 0:
            return self._rest("value", begin)
        self._at = end + 1
        self._state = self._after_quoted
        return Piece("value", begin, end)

    def _after_quoted(self) -> Piece | None:
        if self._at >= len(self._text):
            return None
        byte = self._text[self._at]
        if byte == _GT:
            return self._leave_tag()
        if byte == _SLASH:
            self._at += 1
            return self._self_closing()
        return self._before_name()

    def _bare(self) -> Piece:
        text, begin = self._text, self._at
        found = _VALUE_END.search(text, begin)
        if not found:
            return self._rest("value", begin)
        end = found.start()
        if text[end] == _GT:
            self._at = end
            self._state = self._tag_close
        else:
            self._at = end + 1
            self._state = self._before_name
        return Piece("value", begin, end)

    def _until(self, close: bytes, kind: Kind, begin: int) -> Piece:
        end = self._text.find(close, begin)
        if end < 0:
            return self._rest(kind, begin)
        self._at = end + len(close)
        self._state = self._data
        return Piece(kind, begin, end)

    def _declaration(self) -> Piece:
        text, at = self._text, self._at
        if text[at : at + 7].lower() == b"doctype":
            return self._until(b">", "doctype", at)
        if text.startswith(b"[CDATA[", at):
            return self._until(b"]]>", "", at + 7)
        if not text.startswith(b"--", at):
            return self._until(b">", "comment", at)
        found = _COMMENT_END.search(text, at + 2)
        if not found:
            return self._rest("comment", at + 2)
        self._at = found.end()
        self._state = self._data
        return Piece("comment", at + 2, found.start())
