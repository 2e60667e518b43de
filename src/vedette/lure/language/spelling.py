"""What a language lets come around and between words; read from its phrase file."""

from __future__ import annotations

from typing import Final

import msgspec

ENDS: Final = ".!?…؟۔。！？"
"""Characters that end a sentence, unless a letter follows at once (`setup.exe`)."""

_UMLAUTS: Final = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"))


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
