"""SQL cut into tokens, as libinjection does it.

It follows no dialect: whatever the bytes, some token comes of them. A token is what the folding
(`fold`) and the fingerprint look at: its kind, a character as in libinjection, and its first 31
bytes. Kinds, beside those of `sql.txt`: s string, v variable, c comment, X what no parser of SQL
agrees on, and `( ) { } . , : ; ? \\` for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

LONGEST = 31
"""Bytes of a token that are looked at."""

# Where libinjection asks C's strchr, NUL is found in every set.
_WHITE = rb" \t\n\v\f\r\xa0\x00"
_SPACE = re.compile(rb"[\x00-\x20\x7f\xa0]+")
_WORD = re.compile(rb"[^\[\]{}<>:\\?=@!#~+\-*/&|^%(),';\"" + _WHITE + rb"]+")
_VARIABLE = re.compile(rb"[^<>:\\?=@!#~+\-*/&|^%(),';\" \t\n\v\f\r`\x00]*")
_NUMBER = re.compile(
    rb"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:([eE])[+-]?([0-9]*))?"
    rb"(?:[dDfF](?=\Z|[uU;" + _WHITE + rb"]))?"
)
_PREFIXED = re.compile(rb"0(?:[xX][0-9A-Fa-f\x00]*|[bB][01\x00]*)")
_BITS = re.compile(rb"[bB]'[01\x00]*'")
_BYTES = re.compile(rb"[xX]'[0-9A-Fa-f\x00]*'")
_MONEY = re.compile(rb"\$[0-9.,\x00]*")
_DOLLAR_TAG = re.compile(rb"\$[A-Za-z\x00]+\$")
_QUOTED = {
    b"'": re.compile(rb"(?:[^'\\]++|\\[\x00-\xff]|'')*+"),
    b'"': re.compile(rb'(?:[^"\\]++|\\[\x00-\xff]|"")*+'),
    b"`": re.compile(rb"(?:[^`\\]++|\\[\x00-\xff]|``)*+"),
}
_BRACKETS = {b"(": b")", b"[": b"]", b"{": b"}", b"<": b">"}
_NONE = b""


class Token:
    """One token. `opened` and `closed` are the quotes of a string, nothing where it has none."""

    __slots__ = ("closed", "kind", "opened", "text")

    def __init__(
        self, kind: str, text: bytes, opened: bytes = _NONE, closed: bytes = _NONE
    ) -> None:
        self.kind = kind
        self.text = text[:LONGEST]
        self.opened = opened
        self.closed = closed

    def copy(self) -> Token:
        """Another token with the same in it."""
        return Token(self.kind, self.text, self.opened, self.closed)


Found = tuple[Token | None, int]
"""A token, or none, and where to read on."""


class Reader:
    """Reads the tokens of `text`, in the manner of MySQL or of ANSI SQL. `quote` is one that is
    taken to stand before the text. After reading: `count` of the tokens, `doubtful` when there
    was a comment that MySQL and ANSI SQL read differently."""

    def __init__(self, text: bytes, words: dict[bytes, str], *, mysql: bool, quote: bytes) -> None:
        self._text = text
        self._words = words
        self._mysql = mysql
        self._quote = quote
        self.count = 0
        self.doubtful = False

    def __iter__(self) -> Iterator[Token]:
        text = self._text
        end = len(text)
        at = 0
        if self._quote:
            self.count = 1
            token, at = self._string(0, 0, self._quote)
            yield token
        while at < end:
            token_or_none, at = _BY_FIRST_BYTE[text[at]](self, at)
            if token_or_none is not None:
                self.count += 1
                yield token_or_none

    def white(self, at: int) -> Found:
        found = _SPACE.match(self._text, at)
        return None, found.end() if found else at + 1

    def operator(self, at: int) -> Found:
        return Token("o", self._text[at : at + 1]), at + 1

    def itself(self, at: int) -> Found:
        byte = self._text[at : at + 1]
        return Token(byte.decode("latin-1"), byte), at + 1

    def other(self, at: int) -> Found:
        return Token("?", self._text[at : at + 1]), at + 1

    def long_operator(self, at: int) -> Found:
        text = self._text
        if text.startswith(b"<=>", at):
            return Token("o", b"<=>"), at + 3
        two = text[at : at + 2]
        kind = self._words.get(two.upper()) if len(two) == 2 else None
        if kind:
            return Token(kind, two), at + 2
        if two[:1] == b":" and len(two) == 2:
            return Token(":", b":"), at + 1
        return self.operator(at)

    def hash(self, at: int) -> Found:
        self.doubtful = True
        return self._line_comment(at) if self._mysql else self.operator(at)

    def dash(self, at: int) -> Found:
        text = self._text
        if not text.startswith(b"--", at):
            return self.operator(at)
        behind = text[at + 2 : at + 3]
        if behind in _WHITE_BYTES:
            return self._line_comment(at)
        if self._mysql:
            return self.operator(at)
        self.doubtful = True
        return self._line_comment(at)

    def _line_comment(self, at: int) -> Found:
        end = self._text.find(b"\n", at)
        if end < 0:
            return Token("c", self._text[at : at + LONGEST]), len(self._text)
        return Token("c", self._text[at : min(end, at + LONGEST)]), end + 1

    def slash(self, at: int) -> Found:
        text = self._text
        if not text.startswith(b"/*", at):
            return self.operator(at)
        close = text.find(b"*/", at + 2)
        end = close + 2 if close >= 0 else len(text)
        # Comments in comments and those that MySQL carries out are read differently everywhere.
        nested = close >= 0 and text.find(b"/*", at + 2, close + 1) >= 0
        evil = nested or text[at + 2 : at + 3] == b"!"
        return Token("X" if evil else "c", text[at : min(end, at + LONGEST)]), end

    def backslash(self, at: int) -> Found:
        if self._text.startswith(b"\\N", at):
            return Token("1", b"\\N"), at + 2
        return Token("\\", b"\\"), at + 1

    def _string(self, at: int, skipped: int, quote: bytes) -> tuple[Token, int]:
        """A string that `quote` ends; `skipped` bytes stand before it, none before a text that is
        taken for one."""
        text = self._text
        begin = at + skipped
        found = _QUOTED[quote].match(text, begin)
        end = found.end() if found else begin
        closed = text[end : end + 1] == quote
        stop = end if closed else len(text)
        token = Token(
            "s",
            text[begin : min(stop, begin + LONGEST)],
            quote if skipped else _NONE,
            quote if closed else _NONE,
        )
        return token, end + 1 if closed else len(text)

    def string(self, at: int) -> Found:
        return self._string(at, 1, self._text[at : at + 1])

    def tick(self, at: int) -> Found:
        token, end = self._string(at, 1, b"`")
        token.kind = "f" if self._words.get(token.text.upper()) == "f" else "n"
        return token, end

    def escaped_string(self, at: int) -> Found:
        if self._text[at + 1 : at + 2] == b"'" and at + 2 < len(self._text):
            return self._string(at, 2, b"'")
        return self.word(at)

    def unicode_string(self, at: int) -> Found:
        if self._text[at + 1 : at + 3] != b"&'":
            return self.word(at)
        token, end = self._string(at + 2, 1, b"'")
        token.opened = b"u"
        if token.closed:
            token.closed = b"u"
        return token, end

    def oracle_string(self, at: int) -> Found:
        return self._oracle_string(at, at)

    def national_string(self, at: int) -> Found:
        if self._text[at + 1 : at + 2] == b"'" and at + 2 < len(self._text):
            return self._string(at, 2, b"'")
        return self._oracle_string(at, at + 1)

    def _oracle_string(self, at: int, mark: int) -> Found:
        text = self._text
        quote = text[mark + 2 : mark + 3]
        if text[mark : mark + 2].lower() != b"q'" or not b"!" <= quote < b"\x80":
            return self.word(at)
        begin = mark + 3
        close = text.find(_BRACKETS.get(quote, quote) + b"'", begin)
        if close < 0:
            return Token("s", text[begin : begin + LONGEST], b"q"), len(text)
        stop = min(close, begin + LONGEST)
        return Token("s", text[begin:stop], b"q", b"q"), close + 2

    def bit_string(self, at: int) -> Found:
        return self._literal(_BITS, at)

    def hex_string(self, at: int) -> Found:
        return self._literal(_BYTES, at)

    def _literal(self, pattern: re.Pattern[bytes], at: int) -> Found:
        found = pattern.match(self._text, at)
        return (Token("1", found[0]), found.end()) if found else self.word(at)

    def bracket(self, at: int) -> Found:
        text = self._text
        close = text.find(b"]", at)
        end = close + 1 if close >= 0 else len(text)
        return Token("n", text[at : min(end, at + LONGEST)]), end

    def word(self, at: int) -> Found:
        text, words = self._text, self._words
        found = _WORD.match(text, at)
        end = found.end() if found else at
        whole = text[at : min(end, at + LONGEST)]
        upper = whole.upper()
        if b"." in whole or b"`" in whole:
            for place, byte in enumerate(whole):
                if byte in b".`":
                    kind = words.get(upper[:place], "n")
                    if kind != "n":
                        return Token(kind, whole[:place]), at + place
        kind = words.get(upper, "n") if end - at <= LONGEST else "n"
        return Token(kind, whole), end

    def variable(self, at: int) -> Found:
        text = self._text
        at += 2 if text.startswith(b"@@", at) else 1
        first = text[at : at + 1]
        if first in (b"`", b"'", b'"'):
            token, end = self._string(at, 1, first)
            token.kind = "v"
            return token, end
        found = _VARIABLE.match(text, at)
        end = found.end() if found else at
        return Token("v", text[at : min(end, at + LONGEST)]), end

    def money(self, at: int) -> Found:
        text = self._text
        if at + 1 == len(text):
            return Token("n", b"$"), at + 1
        found = _MONEY.match(text, at)
        end = found.end() if found else at + 1
        if end - at == 2 and text[at + 1 : end] == b".":
            return self.word(at)
        if end - at > 1:
            return Token("1", text[at : min(end, at + LONGEST)]), end
        tagged = _DOLLAR_TAG.match(text, at)
        if text.startswith(b"$$", at):
            tag = b"$$"
        elif tagged:
            tag = tagged[0]
        else:
            return Token("n", b"$"), at + 1
        begin = at + len(tag)
        close = text.find(tag, begin)
        if close < 0:
            return Token("s", text[begin : begin + LONGEST], b"$"), len(text)
        stop = min(close, begin + LONGEST)
        return Token("s", text[begin:stop], b"$", b"$"), close + len(tag)

    def number(self, at: int) -> Found:
        text = self._text
        prefixed = _PREFIXED.match(text, at)
        if prefixed:
            whole = prefixed[0]
            return Token("1" if len(whole) > 2 else "n", whole), prefixed.end()
        found = _NUMBER.match(text, at)
        if not found:
            return Token(".", b"."), at + 1
        if found[1] and not found[2]:
            # "1.e" is passed over by MySQL.
            return None, found.end()
        return Token("1", found[0]), found.end()


_WHITE_BYTES = frozenset(bytes([byte]) for byte in b" \t\n\v\f\r\xa0\0") | {b""}


def _parsers() -> tuple[Callable[[Reader, int], Found], ...]:
    by_bytes = {
        bytes(range(0x21)) + b"\x7f\xa0": Reader.white,
        b"!&*:<=>|": Reader.long_operator,
        b"%+^~": Reader.operator,
        b"'\"": Reader.string,
        b"(),;{}": Reader.itself,
        b"?]": Reader.other,
        b".0123456789": Reader.number,
        b"#": Reader.hash,
        b"$": Reader.money,
        b"-": Reader.dash,
        b"/": Reader.slash,
        b"@": Reader.variable,
        b"[": Reader.bracket,
        b"\\": Reader.backslash,
        b"`": Reader.tick,
        b"bB": Reader.bit_string,
        b"xX": Reader.hex_string,
        b"eE": Reader.escaped_string,
        b"nN": Reader.national_string,
        b"qQ": Reader.oracle_string,
        b"uU": Reader.unicode_string,
    }
    parsers: list[Callable[[Reader, int], Found]] = [Reader.word] * 256
    for members, parser in by_bytes.items():
        for byte in members:
            parsers[byte] = parser
    return tuple(parsers)


_BY_FIRST_BYTE = _parsers()
