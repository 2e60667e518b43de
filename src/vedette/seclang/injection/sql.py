"""Injections into SQL: libinjection's judgement of a value.

Behaviour: libinjection 4.0 (https://github.com/libinjection/libinjection), as ModSecurity 3.0.15
carries it. A value is read as it is, and as if it followed a quote; its folded tokens are an
injection when their kinds, the fingerprint, are in the table.
"""

from __future__ import annotations

from vedette.seclang.injection.fold import fold
from vedette.seclang.injection.plain import is_plain
from vedette.seclang.injection.tokens import Reader, Token
from vedette.seclang.injection.words import sql

_HARMLESS_AS_THREE = frozenset(("s&n", "n&1", "1&1", "1&v", "1&s"))


def sqli(value: bytes) -> str | None:
    """The fingerprint of `value` where it is an injection into SQL, such as "s&1"; else None."""
    return None if is_plain(value) else judged(value)


def judged(value: bytes) -> str | None:
    """What `sqli` gives, of every value by its tokens."""
    if not value:
        return None
    found = _behind(value, b"")
    if not found and b"'" in value:
        found = _behind(value, b"'")
    if not found and b'"' in value:
        found, _ = _read(value, b'"', mysql=True)
    return found


def fingerprint(value: bytes, *, mysql: bool, quote: bytes = b"") -> str:
    """The kinds of the folded tokens of `value`, read as MySQL or as ANSI SQL, as if `quote` stood
    before it. Empty where there are no tokens, "X" for what no parser agrees on."""
    return _fold(value, quote, mysql=mysql)[0]


def _behind(value: bytes, quote: bytes) -> str | None:
    """The fingerprint of an injection, read as ANSI SQL, then as MySQL where that may differ."""
    found, doubtful = _read(value, quote, mysql=False)
    if not found and doubtful:
        found, _ = _read(value, quote, mysql=True)
    return found


def _read(value: bytes, quote: bytes, *, mysql: bool) -> tuple[str | None, bool]:
    """The fingerprint of an injection, and whether the other manner of reading may differ."""
    made, tokens, reader = _fold(value, quote, mysql=mysql)
    listed = made.upper() in sql().fingerprints
    found = listed and _is_sqli(value, made, tokens, reader.count)
    return (made if found else None), reader.doubtful


def _fold(value: bytes, quote: bytes, *, mysql: bool) -> tuple[str, list[Token], Reader]:
    words = sql().words
    reader = Reader(value, words, mysql=mysql, quote=quote if value else b"")
    tokens = fold(iter(reader), words)
    last = tokens[-1] if len(tokens) > 2 else None
    if last and last.kind == "n" and last.opened == b"`" and not last.text and not last.closed:
        # PHP's backquote that begins a comment.
        last.kind = "c"
    made = "".join(token.kind for token in tokens)
    return ("X" if "X" in made else made), tokens, reader


def _is_sqli(value: bytes, made: str, tokens: list[Token], count: int) -> bool:
    """Whether a listed fingerprint is an injection after all; the short ones are what plain text
    may have too. `count` is of the tokens before they were folded."""
    if len(made) > 1 and made[-1] == "c" and b"sp_password" in value:
        return True
    if len(made) == 2:
        return _is_pair(value, made, tokens, count)
    if len(made) != 3:
        return True
    one, two, three = tokens
    if made in ("sos", "s&s"):
        return not one.opened and not three.closed and one.closed == three.opened
    if made in _HARMLESS_AS_THREE:
        return count != 3
    if two.kind == "k":
        return len(two.text) >= 5 and two.text[:4].upper() == b"INTO"
    return True


def _is_pair(value: bytes, made: str, tokens: list[Token], count: int) -> bool:
    one, two = tokens
    comment = two.text
    if made[1] == "U":
        return count != 2
    if comment[:1] == b"#":
        return False
    if made == "nc":
        return comment[:1] == b"/"
    if made == "1c":
        if comment[:1] == b"/" or count > 2:
            return True
        # The number must be a plain one with the comment behind it: "1234-ABCD--" has not.
        place = len(one.text)
        following = value[place : place + 1]
        if following <= b" " or following >= b"\x80":
            return True
        return value[place : place + 2] in (b"/*", b"--")
    return not (len(comment) > 2 and comment[:1] == b"-")
