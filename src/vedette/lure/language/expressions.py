"""From a parsed phrase to a regular expression over folded text (with plain ends), and what is
needed to try it only where it can match: literals that any match holds, how it can begin, how long
it can be."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final

from vedette.lure.language.grammar import Gap, Group, Item, Number, Sequence, Word, optional
from vedette.lure.language.spelling import ASCII_ENDS, Spelling

AFFIX: Final = 20
"""Letters that `*` stands for at most."""
STRANGER: Final = 20
"""Letters of a word in a gap at most; longer runs are no words."""
SPACING: Final = 6
"""Characters between two words on each side of a line's end at most."""
ATTACHED: Final = 6
"""Characters that count as one word of a gap where words need no space between them."""

_LETTER: Final = r"[^\W_]"
_ENDS: Final = re.escape(ASCII_ENDS)
_NUMBER: Final = rf"[^\W\d_]{{0,{AFFIX}}}\d{_LETTER}{{0,{AFFIX}}}"
_NO_BORDER: Final = rf"(?<!{_LETTER})"
_NO_LETTER: Final = rf"(?!{_LETTER})"
_FILL: Final = rf"(?:[^\w{_ENDS}\n]|_)"
# A letter follows a space wherever one is asked for, so there is nothing to be gained by giving
# back a part of it: possessive quantifiers and an atomic group keep a failure short.
_SPACE: Final = (
    rf"(?>{_FILL}{{1,{SPACING}}}+(?:\n{_FILL}{{0,{SPACING}}}+)?|\n{_FILL}{{0,{SPACING}}}+"
    rf"|[{_ENDS}](?={_LETTER}))"
)
_ANY: Final = rf"(?:[^{_ENDS}\n]|\n(?![ \t\r]*\n)|[{_ENDS}](?={_LETTER}))"
_WIDEST_SPACE: Final = 2 * SPACING + 1


def source(sequence: Sequence, spelling: Spelling) -> str:
    """The expression of a sequence. Without attached words one border before all of it is enough:
    every other word follows a space."""
    return ("" if spelling.attached else _NO_BORDER) + _sequence(sequence.items, spelling)


def compiled(sequence: Sequence, spelling: Spelling) -> re.Pattern[str]:
    """The expression of a sequence, ready."""
    return re.compile(source(sequence, spelling))


def _sequence(items: tuple[Item, ...], spelling: Spelling) -> str:
    """The space around an optional item goes with it: before the first item that must be there
    it is the space after, else the space before."""
    space = f"{_SPACE}?" if spelling.attached else _SPACE
    parts: list[str] = []
    begun = False
    lead = ""
    for item in items:
        if isinstance(item, Gap):
            lead = _gap(item, spelling)
            continue
        body = _item(item, spelling)
        if optional(item):
            parts.append(f"(?:{lead}{body})?" if begun else f"(?:{body}{space})?")
        else:
            parts.append(lead + body)
            begun = True
        lead = space if begun else ""
    return "".join(parts)


def _gap(gap: Gap, spelling: Spelling) -> str:
    if spelling.attached:
        return f"{_ANY}{{0,{ATTACHED * gap.most}}}?"
    stranger = f"{_breaks(spelling.breaks)}{_LETTER}{{1,{STRANGER}}}+"
    return f"(?:{_SPACE}{stranger}){{0,{gap.most}}}?{_SPACE}"


def _breaks(words: tuple[str, ...]) -> str:
    """No word of these may follow. By first letters, so that most words are let pass at once."""
    if not words:
        return ""
    by_letter = [
        f"{letter}(?:{'|'.join(re.escape(word[1:]) for word in group)})"
        for letter, group in groupby(sorted(words), key=lambda word: word[0])
    ]
    return f"(?!(?:{'|'.join(by_letter)}){_NO_LETTER})"


def _item(item: Item, spelling: Spelling) -> str:
    if isinstance(item, Group):
        options = "|".join(_sequence(option.items, spelling) for option in item.options)
        return f"(?:{options})"
    if isinstance(item, Number):
        return _NUMBER if spelling.attached else f"{_NUMBER}{_NO_LETTER}"
    assert isinstance(item, Word)
    return _attached(item) if spelling.attached else _word(item, spelling)


def _body(word: Word) -> str:
    return f"(?:{'|'.join(word.texts)})" if len(word.texts) > 1 else word.texts[0]


def _word(word: Word, spelling: Spelling) -> str:
    lead = ""
    if word.before:
        lead = f"{_LETTER}{{0,{AFFIX}}}"
    elif spelling.prefixes and not word.exact:
        lead = f"(?:{'|'.join(spelling.prefixes)})?"
    after = f"{_LETTER}{{0,{AFFIX}}}+" if word.after else ""
    return f"{lead}{_body(word)}{after}{_NO_LETTER}"


def _attached(word: Word) -> str:
    body = _body(word)
    if word.exact:
        return f"{_NO_BORDER}{body}{_NO_LETTER}"
    after = f"{_LETTER}{{0,{AFFIX}}}" if word.after else ""
    if body.isascii():  # a Latin word ends where its letters do; particles may follow
        return f"(?<![a-z0-9]){body}" + (after or "(?![a-z0-9])")
    return body + after


def widths(sequence: Sequence, spelling: Spelling) -> list[int]:
    """Characters that each item and the space after it may take up."""
    return [_width(item, spelling) + _WIDEST_SPACE for item in sequence.items]


def _width(item: Item, spelling: Spelling) -> int:
    if isinstance(item, Gap):
        return item.most * (ATTACHED if spelling.attached else STRANGER + _WIDEST_SPACE)
    if isinstance(item, Group):
        return max(sum(widths(option, spelling)) for option in item.options)
    if isinstance(item, Number):
        return 2 * AFFIX + 1
    lead = max((AFFIX * item.before, *map(len, spelling.prefixes)))
    return lead + max(map(len, item.texts)) + AFFIX * item.after
