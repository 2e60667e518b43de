"""Injections into SQL: libinjection's judgement of a value.

Behaviour: libinjection 4.0 (https://github.com/libinjection/libinjection), as ModSecurity 3.0.15
carries it. A value is read as it is, and as if it followed a quote; its folded tokens are an
injection when their kinds, the fingerprint, are in the table.
"""

from __future__ import annotations

from vedette.seclang.injection.fold import fold
from vedette.seclang.injection.plain import is_plain
from vedette.seclang.injection.tokens import Reader, Token
from vedette.seclang.injection.words import Sql, sql

_HARMLESS_AS_THREE = frozenset(("s&n", "n&1", "1&1", "1&v", "1&s"))


def sqli(value: bytes) -> str | None:
    """The fingerprint of `value` where it is an injection into SQL, such as "s&1"; else None."""
    if is_plain(value):
        return None
    judge = _Judge(value, sql())
    found = judge.read(b"")
    if not found and b"'" in value:
        found = judge.read(b"'")
    if not found and b'"' in value:
        found, _ = judge.read_as(b'"', mysql=True)
    return found


class _Judge:
    def __init__(self, value: bytes, table: Sql) -> None:
        self._value = value
        self._table = table

    def read(self, quote: bytes) -> str | None:
        """The fingerprint, read as ANSI SQL, then as MySQL where that may differ."""
        found, doubtful = self.read_as(quote, mysql=False)
        if not found and doubtful:
            found, _ = self.read_as(quote, mysql=True)
        return found

    def read_as(self, quote: bytes, *, mysql: bool) -> tuple[str | None, bool]:
        """The fingerprint, and whether the other manner of reading may give another."""
        reader = Reader(self._value, self._table.words, mysql=mysql, quote=quote)
        tokens = fold(iter(reader), self._table.words)
        last = tokens[-1] if len(tokens) > 2 else None
        if last and last.kind == "n" and last.opened == b"`" and not last.text and not last.closed:
            # PHP's backquote that begins a comment.
            last.kind = "c"
        fingerprint = "".join(token.kind for token in tokens)
        if "X" in fingerprint:
            return "X", reader.doubtful
        listed = fingerprint.upper() in self._table.fingerprints
        found = listed and self._is_sqli(fingerprint, tokens, reader.count)
        return (fingerprint if found else None), reader.doubtful

    def _is_sqli(self, fingerprint: str, tokens: list[Token], count: int) -> bool:
        """Whether a listed fingerprint is an injection after all; the short ones are what plain
        text may have too. `count` is of the tokens before they were folded."""
        if len(fingerprint) > 1 and fingerprint[-1] == "c" and b"sp_password" in self._value:
            return True
        if len(fingerprint) == 2:
            return self._is_pair(fingerprint, tokens, count)
        if len(fingerprint) != 3:
            return True
        one, two, three = tokens
        if fingerprint in ("sos", "s&s"):
            return not one.opened and not three.closed and one.closed == three.opened
        if fingerprint in _HARMLESS_AS_THREE:
            return count != 3
        if two.kind == "k":
            return len(two.text) >= 5 and two.text[:4].upper() == b"INTO"
        return True

    def _is_pair(self, fingerprint: str, tokens: list[Token], count: int) -> bool:
        one, two = tokens
        comment = two.text
        if fingerprint[1] == "U":
            return count != 2
        if comment[:1] == b"#":
            return False
        if fingerprint == "nc":
            return comment[:1] == b"/"
        if fingerprint == "1c":
            if comment[:1] == b"/" or count > 2:
                return True
            # The number must be a plain one with the comment behind it: "1234-ABCD--" has not.
            place = len(one.text)
            following = self._value[place : place + 1]
            if following <= b" " or following >= b"\x80":
                return True
            return self._value[place : place + 2] in (b"/*", b"--")
        return not (len(comment) > 2 and comment[:1] == b"-")
