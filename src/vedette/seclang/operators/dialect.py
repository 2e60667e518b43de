r"""PCRE's expressions, as libmodsecurity compiles them, in the words of RE2 and of `regex`.

libmodsecurity sets DOTALL and MULTILINE and not UTF: a character is a byte, and what belongs to
`\w`, `\d` and to the letters that `(?i)` folds is ASCII. RE2 reads bytes as Latin-1 and differs
in a few things, each rewritten here: `\s` has no vertical tab, `\v` is one character and not a
class, `\h`, `\R`, `\N`, `\e`, `\cX` and `\Z` are missing, `{,n}` is no repetition, `(?i)` also
folds Latin-1 letters. Sources: pcre2pattern(3); re2's doc/syntax.txt.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    rb"""(?P<literal>\\Q.*?(?:\\E|\Z))
       | (?P<braced>\\[xo]\{[0-9A-Fa-f]*\})
       | (?P<hex>\\x[0-9A-Fa-f]{0,2})
       | (?P<octal>\\0[0-7]{0,2})
       | (?P<control>\\c.)
       | (?P<escape>\\.)
       | (?P<class>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])
       | (?P<comment>\(\?\#[^)]*\))
       | (?P<upto>\{,[0-9]+\})
       | (?P<high>[\x80-\xff]+)
       | (?P<begin>\^)
       | (?P<plain>[^\\\[({^\x80-\xff]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_WITHIN: Final = re.compile(
    rb"\[:\^?\w+:\]|\\[xo]\{[0-9A-Fa-f]*\}|\\x[0-9A-Fa-f]{0,2}|\\[0-7]{1,3}|\\c.|\\.|.", re.DOTALL
)
_SINGLE: Final = re.compile(rb"\[\^(\\x[0-9a-f]{2}|\\[^a-zA-Z0-9]|\\n|[^\\\[])\]", re.DOTALL)
_CASELESS: Final = re.compile(rb"\(\?[a-zA-Z^]*i")

_BLANK: Final = rb"\t-\r\x20"
_NOT_BLANK: Final = rb"\x00-\x08\x0e-\x1f\x21-\xff"
_SPACE: Final = rb"\t\x20\xa0"
_NOT_SPACE: Final = rb"\x00-\x08\x0a-\x1f\x21-\x9f\xa1-\xff"
_BREAK: Final = rb"\n-\r\x85"
_NOT_BREAK: Final = rb"\x00-\x09\x0e-\x84\x86-\xff"
_CLASSES: Final = {
    rb"\s": _BLANK,
    rb"\S": _NOT_BLANK,
    rb"\h": _SPACE,
    rb"\H": _NOT_SPACE,
    rb"\v": _BREAK,
    rb"\V": _NOT_BREAK,
}
_TYPES: Final = (rb"\w", rb"\W", rb"\d", rb"\D")
_ESCAPES: Final = {
    **{name: b"[" + members + b"]" for name, members in _CLASSES.items()},
    rb"\R": rb"(?:\r\n|[\n-\r\x85])",
    rb"\N": rb"[^\n]",
    rb"\e": rb"\x1b",
}


_BEGIN: Final = rb"(?:\A|(?<=\n)(?!\Z))"
"""PCRE's ^ does not hold behind a newline that ends the value. RE2 can't say it."""


class Untranslatable(ValueError):
    """RE2 can't say this; `regex` may."""


def translate(pattern: bytes, *, caseless: bool = False, linear: bool = True) -> bytes:
    """The pattern for RE2 with Latin-1 (`linear`), else for `regex`, flags in front.

    Raises Untranslatable where RE2 would mean something else. What neither understands is left
    as it is, and refused by the compiler.
    """
    folds = linear and (caseless or _CASELESS.search(pattern) is not None)
    out = [b"(?ism)" if caseless else b"(?sm)"] if linear else []
    for token in _TOKEN.finditer(pattern):
        text, kind = token[0], token.lastgroup
        if kind == "plain":
            out.append(text)
        elif kind == "class":
            made = _class(text, folds=folds)
            out.append(made if linear else _plural(made))
        elif kind == "escape":
            out.append(_escape(text, linear=linear))
        elif kind == "literal":
            out.append(_literal(text[2:].removesuffix(rb"\E"), folds=folds))
        elif kind == "high":
            out.append(_literal(text, folds=folds))
        elif kind == "begin":
            out.append(b"^" if linear else _BEGIN)
        elif kind == "upto":
            out.append(b"{0" + text[1:])
        elif kind != "comment":
            out.append(_literal(_byte(text), folds=folds))
    return b"".join(out)


def captures(pattern: bytes) -> bool:
    """Whether there may be a group that captures."""
    for token in _TOKEN.finditer(pattern):
        if token[0] == b"(":
            behind = pattern[token.end() : token.end() + 3]
            if behind[:1] != b"?" or behind[1:2] in (b"P", b"'"):
                return True
            if behind[1:2] == b"<" and behind[2:] not in (b"=", b"!"):
                return True
    return False


def _escape(text: bytes, *, linear: bool) -> bytes:
    if text == rb"\Z":
        if linear:
            raise Untranslatable("RE2 can't look ahead to a newline at the end")
        return rb"(?=\n?\Z)"
    if text == rb"\z" and not linear:
        return rb"\Z"
    if text in (rb"\X", rb"\C", rb"\p", rb"\P") and linear:
        raise Untranslatable(f"{text.decode()} means another thing to RE2")
    made = _ESCAPES.get(text, text)
    return made if linear else _plural(made)


def _plural(text: bytes) -> bytes:
    """`regex` 2026.11.15 loses matches of alternatives of `[^x]` when it folds case; a negated
    class of one character is said in another way."""
    found = _SINGLE.fullmatch(text)
    if found is None:
        return text
    one = found[1] if found[1] not in (b"^", b"]") else b"\\" + found[1]
    return b"(?:(?![" + one + rb"])[\x00-\xff])"


def _literal(text: bytes, *, folds: bool) -> bytes:
    """Bytes that stand for themselves; those that RE2 would fold and PCRE not are kept as is."""
    out = b"".join(b"\\x%02x" % byte for byte in text)
    return b"(?-i:" + out + b")" if folds and any(_folded(byte) for byte in text) else out


def _byte(text: bytes) -> bytes:
    r"""The byte of `\x41`, `\x{41}`, `\o{101}`, `\012`, `\cA`."""
    if text[1:2] == b"c":
        return bytes([(text[2:].upper()[0] ^ 0x40) & 0xFF])
    digits = text[2:].strip(b"{}") if text[1:2] in b"xo" else text[1:]
    value = int(digits or b"0", 16 if text[1:2] == b"x" else 8)
    if value > 255:
        raise ValueError(f"{text.decode('latin-1')} is no byte; use values up to 255")
    return bytes([value])


def _folded(byte: int) -> bool:
    return 0xC0 <= byte <= 0xFE


def _class(text: bytes, *, folds: bool) -> bytes:
    begin = 2 if text[1:2] == b"^" else 1
    out, here = [text[:begin]], text[begin:-1]
    members = _WITHIN.findall(here)
    for index, member in enumerate(members):
        if member in _CLASSES:
            out.append(_CLASSES[member])
        elif member == b"-" and _beside_a_class(members, index):
            out.append(rb"\-")
        elif member == rb"\b":
            out.append(rb"\x08")
        elif member == rb"\e":
            out.append(rb"\x1b")
        elif member[:2] in (rb"\x", rb"\o", rb"\c") or member[1:2].isdigit() or member > b"\x7f":
            byte = _byte(member) if len(member) > 1 else member
            if folds and _folded(byte[0]):
                raise Untranslatable("RE2 folds Latin-1 letters in a class, PCRE does not")
            out.append(b"\\x%02x" % byte[0])
        elif member == b"[":
            out.append(rb"\[")  # a set within a set, to `regex`
        else:
            out.append(member)
    return b"".join(out) + b"]"


def _beside_a_class(members: list[bytes], index: int) -> bool:
    r"""In `[\s-x]` the hyphen is one, as Perl and PCRE 1 read it. PCRE 2 refuses the pattern, and
    then libmodsecurity lets the rule never match, which nobody can mean."""
    beside = members[max(0, index - 1) : index] + members[index + 1 : index + 2]
    return any(each in _CLASSES or each in _TYPES or each[:2] == b"[:" for each in beside)
