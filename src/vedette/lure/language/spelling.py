"""What a language lets come around and between words; read from its phrase file."""

from __future__ import annotations

from typing import Final

import msgspec

ENDS: Final = ".!?…؟۔。！？"
"""Characters that end a sentence, unless a letter follows at once (`setup.exe`)."""

ASCII_ENDS: Final = ".!?"
"""Those that are left in a text that `plain_ends` gives. Expressions know only these: a class with
letters of every script takes ten times as long to compile."""
_WIDE_ENDS: Final = tuple(end for end in ENDS if not end.isascii())

_UMLAUTS: Final = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))


def plain_ends(text: str) -> str:
    """`text` with a full stop for every other character that ends a sentence."""
    if not text.isascii():
        for end in _WIDE_ENDS:
            text = text.replace(end, ".")
    return text


class Spelling(msgspec.Struct, frozen=True):
    """How words are written.

    `prefixes`, folded, may be joined before any word (Hebrew, Arabic). `attached`: words need no
    space or border around them (Korean). `comma_ends`: a comma ends what a negation reaches.
    `breaks`: folded words that a gap does not step over ("never"); of no use where words are
    attached.
    """

    prefixes: tuple[str, ...] = ()
    attached: bool = False
    comma_ends: bool = True
    breaks: tuple[str, ...] = ()


def spellings(word: str) -> tuple[str, ...]:
    """The ways to write a word of a pattern before it is folded: `ä` also as `ae`, `ß` as `ss`,
    `œ` as `oe`, `æ` as `ae`."""
    ways = [word]
    digraphs = word
    for letter, pair in _UMLAUTS:
        digraphs = digraphs.replace(letter, pair)
    ways.append(digraphs)
    for letter, pair in (("ß", "ss"), ("œ", "oe"), ("æ", "ae")):
        if letter in word:
            ways += [way.replace(letter, pair) for way in ways]
    return tuple(dict.fromkeys(ways))
