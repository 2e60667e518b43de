"""Values that are plainly no injection, told without cutting them into tokens.

No fingerprint in libinjection's table is made of bare words, numbers, operators, functions,
collations, braces and `. , : ; ?` alone. So a value is no injection into SQL that can't have any
other token: no quotes, parentheses, brackets, comments, variables, `&` or `|`, and no word of
another kind or that begins a phrase.
"""

from __future__ import annotations

import functools
import re

from vedette.seclang.injection.words import sql

HARMLESS = frozenset("1AFNO,.:;?{}")
"""Kinds, in capitals, of which alone no fingerprint is made."""

# 0xA0 is a blank to libinjection though it is part of many UTF-8 sequences: such text is read.
_PLAIN = b" \t\r\n!%*+,-./:;<=>?^_{}~0123456789" + bytes(
    byte for byte in range(256) if (chr(byte).isascii() and chr(byte).isalpha()) or byte > 0xA0
)
_PLAIN += bytes(range(0x80, 0xA0))
_WORD = re.compile(rb"[A-Z_\x80-\xff][0-9A-Z_\x80-\xff]*")
# Letters behind a digit that may belong to the number, so that the word begins later.
_OF_NUMBER = re.compile(rb"[0-9.][BDEFX]")
_HEX = re.compile(rb"[-0-9A-F]+")


def is_plain(value: bytes) -> bool:
    """Whether `value` is plainly no injection into SQL. Where it says no, it may be one."""
    if value.translate(None, _PLAIN) or b"--" in value or b"/*" in value:
        return False
    upper = value.upper()
    if _OF_NUMBER.search(upper) and not (_HEX.fullmatch(upper) and b"DEC" not in upper):
        return False
    return suspicious_words().isdisjoint(_WORD.findall(upper))


@functools.cache
def suspicious_words() -> frozenset[bytes]:
    """Words, in capitals, that are of a kind of which injections are, or begin a phrase."""
    words = sql().words
    alone = {word for word, kind in words.items() if kind not in "1Afno"}
    begins = {word.partition(b" ")[0] for word in words if b" " in word}
    return frozenset({word for word in alone if b" " not in word} | begins)
