"""The phrase language: what a pattern says, read from its text.

docs/reference/lure-phrases.md explains it to authors.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, TypeAlias

import msgspec

from vedette.lure.language.folding import fold
from vedette.lure.language.spelling import spellings

MAX_CHARACTERS: Final = 2_000
MAX_DEPTH: Final = 5
MAX_ITEMS: Final = 24
"""In one sequence; with MAX_GAP this bounds what one attempt may cost."""
MAX_ALTERNATIVES: Final = 80
MAX_GAP: Final = 12
MAX_NEAR: Final = 40

NUMBER: Final = "NUM"

_PIECE: Final = re.compile(r"\s*(\.\.\d+|!?~\d+|[()|?]|-(?=[(\w*=])|[^\s()|?]+)")
_GAP: Final = re.compile(r"\.\.\d+")
_NEAR: Final = re.compile(r"!?~\d+")
_WORD: Final = re.compile(r"(=?)(\*?)([^\s*=~]+?)(\*?)")
_LETTERS: Final = re.compile(r"[^\W_]+")


class Word(msgspec.Struct, frozen=True):
    """A word in its spellings, folded. `before` and `after`: letters may come before, after.
    `exact`: neither the language's prefixes nor letters around it."""

    texts: tuple[str, ...]
    before: bool = False
    after: bool = False
    exact: bool = False


class Number(msgspec.Struct, frozen=True):
    """A word with a digit in it (`90`, `120k`, `Offer2024`)."""


class Gap(msgspec.Struct, frozen=True):
    """Up to `most` words of any kind."""

    most: int


class Group(msgspec.Struct, frozen=True):
    """One of several sequences; nothing at all where `optional`."""

    options: tuple[Sequence, ...]
    optional: bool = False


Item: TypeAlias = Word | Number | Gap | Group


class Sequence(msgspec.Struct, frozen=True):
    """One item after the other."""

    items: tuple[Item, ...]


class Near(msgspec.Struct, frozen=True):
    """`what` is (or, not `wanted`, is not) within `words` words before or after."""

    words: int
    what: Sequence
    wanted: bool = True


class Pattern(msgspec.Struct, frozen=True):
    """`core` is what is found; it must not come right after `not_after` or right before
    `not_before`, and everything in `near` must hold."""

    core: Sequence
    not_after: Sequence | None = None
    not_before: Sequence | None = None
    near: tuple[Near, ...] = ()


class PatternError(ValueError):
    """A pattern that can't be read: what is wrong and at which character of it."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at
        self.what = what


def parse(text: str) -> Pattern:
    """Read a pattern. Raises PatternError."""
    return _Parser(text).pattern()


def alternatives(pattern: Pattern) -> tuple[Pattern, ...]:
    """A pattern that is nothing but alternatives is as many patterns: each can be found by words
    of its own."""
    if len(pattern.core.items) != 1:
        return (pattern,)
    item = pattern.core.items[0]
    if isinstance(item, Group):
        options = [msgspec.structs.replace(pattern, core=option) for option in item.options]
        return tuple(each for option in options for each in alternatives(option))
    return (pattern,)


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_CHARACTERS:
            raise PatternError(MAX_CHARACTERS, f"is longer than {MAX_CHARACTERS} characters")
        self.pieces: list[tuple[str, int]] = []
        at = 0
        while found := _PIECE.match(text, at):
            self.pieces.append((found.group(1), found.start(1)))
            at = found.end()
        self.pieces.append(("", len(text)))
        self.here = 0

    def pattern(self) -> Pattern:
        not_after = self._guard()
        core = self._sequence(0)
        not_before = self._guard()
        near: list[Near] = []
        while _NEAR.fullmatch(self._piece):
            mark, at = self._next()
            words = int(mark.lstrip("!~"))
            if not 1 <= words <= MAX_NEAR:
                raise PatternError(at, f"'{mark}' should be 1 to {MAX_NEAR} words")
            near.append(Near(words, self._sequence(0), not mark.startswith("!")))
        if self._piece:
            raise PatternError(self._at, f"'{self._piece}' can't stand here")
        if not _holds_a_word(core):
            raise PatternError(0, "no word is in every match; name one that must be there")
        return Pattern(core, not_after, not_before, tuple(near))

    @property
    def _piece(self) -> str:
        return self.pieces[self.here][0]

    @property
    def _at(self) -> int:
        return self.pieces[self.here][1]

    def _next(self) -> tuple[str, int]:
        piece = self.pieces[self.here]
        self.here += 1
        return piece

    def _guard(self) -> Sequence | None:
        if self._piece != "-":
            return None
        self._next()
        return Sequence(self._atom(0))

    def _sequence(self, depth: int) -> Sequence:
        begin = self._at
        items: list[Item] = []
        while self._piece and self._piece not in ("|", ")", "-") and "~" not in self._piece:
            items.extend(self._item(depth))
        if not items:
            raise PatternError(begin, "a word is missing here")
        if all(map(optional, items)):
            raise PatternError(begin, "would match nothing at all; leave out one question mark")
        for place in (n for n, item in enumerate(items) if isinstance(item, Gap)):
            if all(map(optional, items[:place])) or all(map(optional, items[place + 1 :][:1])):
                raise PatternError(begin, "a gap needs a word that must be there on both sides")
        if len(items) > MAX_ITEMS:
            raise PatternError(begin, f"more than {MAX_ITEMS} words in a row")
        return Sequence(tuple(items))

    def _item(self, depth: int) -> tuple[Item, ...]:
        if not _GAP.fullmatch(self._piece):
            return self._atom(depth)
        mark, at = self._next()
        most = int(mark[2:])
        if not 1 <= most <= MAX_GAP:
            raise PatternError(at, f"'{mark}' should be ..1 to ..{MAX_GAP}")
        if _GAP.fullmatch(self._piece):
            raise PatternError(self._at, "two gaps in a row; write one")
        return (Gap(most),)

    def _atom(self, depth: int) -> tuple[Item, ...]:
        piece, at = self._next()
        if piece == "(":
            return (self._group(depth + 1, at),)
        if not piece or piece in "|)?" or "~" in piece or _GAP.fullmatch(piece):
            raise PatternError(at, f"'{piece}' can't stand here" if piece else "ends too early")
        words: tuple[Item, ...] = (Number(),) if piece == NUMBER else _words(piece, at)
        if self._piece != "?":
            return words
        self._next()
        return (Group((Sequence(words),), optional=True),)

    def _group(self, depth: int, begin: int) -> Group:
        if depth > MAX_DEPTH:
            raise PatternError(begin, f"brackets are nested more than {MAX_DEPTH} deep")
        options = [self._sequence(depth)]
        while self._piece == "|":
            self._next()
            options.append(self._sequence(depth))
        if self._piece != ")":
            raise PatternError(begin, "this bracket is not closed")
        self._next()
        if len(options) > MAX_ALTERNATIVES:
            raise PatternError(begin, f"more than {MAX_ALTERNATIVES} alternatives")
        optional = self._piece == "?"
        if optional:
            self._next()
        return Group(tuple(options), optional)


def _words(piece: str, at: int) -> tuple[Item, ...]:
    """`e-mail` is two words in a row, as it is in a text."""
    found = _WORD.fullmatch(piece)
    if found is None:
        raise PatternError(at, f"'{piece}' is no word")
    exact, before, body, after = found.groups()
    ways = [_LETTERS.findall(fold(way).text) for way in spellings(_composed(body))]
    if not ways[0]:
        raise PatternError(at, f"'{piece}' is no word")
    if exact and (before or after):
        raise PatternError(at, "'=' asks for the bare word; leave '*' out")
    last = len(ways[0]) - 1
    return tuple(
        Word(
            tuple(dict.fromkeys(texts)),
            bool(before) and n == 0,
            bool(after) and n == last,
            bool(exact),
        )
        for n, texts in enumerate(zip(*ways, strict=True))
    )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def optional(item: Item) -> bool:
    """Whether the item may be absent from a match."""
    return isinstance(item, Group) and item.optional


def _holds_a_word(sequence: Sequence) -> bool:
    return any(
        isinstance(item, Word)
        or (isinstance(item, Group) and not item.optional and all(map(_holds_a_word, item.options)))
        for item in sequence.items
    )
