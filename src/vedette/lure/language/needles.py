"""What every match of a phrase must hold: literals, cheap to find, that say where to try it."""

from __future__ import annotations

from collections.abc import Set
from typing import Final, NamedTuple

from vedette.lure.language.expressions import widths
from vedette.lure.language.grammar import Gap, Group, Item, Sequence, Word, optional
from vedette.lure.language.spelling import Spelling

MOST: Final = 2
"""Sets of literals that are looked for before a phrase is tried: two sort out nearly everything,
and each costs a report of every place."""

SHORT: Final = 2
"""A second set is only worth its reports if its words have so many letters."""


class Needle(NamedTuple):
    """A literal; `left`, `right`: no letter may stand before, after it."""

    text: str
    left: bool
    right: bool


class Needed(NamedTuple):
    """Every match holds one of `needles`, at most `before` characters after its beginning and
    `after` before its end."""

    needles: frozenset[Needle]
    before: int
    after: int


def needed(core: Sequence, spelling: Spelling, common: Set[str]) -> tuple[Needed, ...]:
    """Up to MOST sets that every match needs, the rarest first."""
    room = widths(core, spelling)
    found = [
        Needed(needles, sum(room[: place + 1]), sum(room[place:]))
        for place, item in enumerate(core.items)
        if (needles := _of_item(item, spelling, common))
    ]
    found.sort(key=lambda one: _worth(one.needles, common), reverse=True)
    return tuple(
        one
        for place, one in enumerate(found[:MOST])
        if not place or _worth(one.needles, common)[0] >= SHORT
    )


class Openings(NamedTuple):
    """One of `needles` stands in the word with which a match begins; with `number`, it may also
    be a word with a digit."""

    needles: frozenset[Needle]
    number: bool


def openings(sequence: Sequence, spelling: Spelling) -> Openings:
    """How a match begins."""
    found: set[Needle] = set()
    number = False
    for item in sequence.items:
        if isinstance(item, Word):
            found |= _of_word(item, spelling)
        elif isinstance(item, Group):
            inner = [openings(option, spelling) for option in item.options]
            found.update(*(each.needles for each in inner))
            number |= any(each.number for each in inner)
        else:
            number = True
        if not optional(item):
            break
    return Openings(frozenset(found), number)


def _of_word(word: Word, spelling: Spelling) -> frozenset[Needle]:
    free = spelling.attached and not word.exact
    left = not (free or word.before or (spelling.prefixes and not word.exact))
    right = not (free or word.after)
    return frozenset(Needle(text, left, right) for text in word.texts)


def _of_item(item: Item, spelling: Spelling, common: Set[str]) -> frozenset[Needle]:
    if isinstance(item, Word):
        return _of_word(item, spelling)
    if isinstance(item, Group) and not item.optional:
        options = [_of_sequence(option, spelling, common) for option in item.options]
        if all(options):
            return frozenset().union(*options)
    return frozenset()


def _of_sequence(sequence: Sequence, spelling: Spelling, common: Set[str]) -> frozenset[Needle]:
    sets = [
        _of_item(item, spelling, common) for item in sequence.items if not isinstance(item, Gap)
    ]
    return max(sets, key=lambda needles: _worth(needles, common), default=frozenset())


def _worth(needles: frozenset[Needle], common: Set[str]) -> tuple[int, int]:
    """How rare: the letters of its shortest word (a Korean syllable counts as two), a common word
    counts as one; among equals the smaller set."""
    lengths = [
        1 if needle.text in common else len(needle.text) * (2 if needle.text[0] >= "\uac00" else 1)
        for needle in needles
    ]
    return min(lengths, default=0), -len(needles)
