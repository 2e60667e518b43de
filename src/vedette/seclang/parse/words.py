r"""The arguments of a directive, as Apache and libmodsecurity split them.

An argument in double or single quotes ends at the next quote that no odd number of backslashes
stands before. What stands between the quotes is kept as written: libmodsecurity does not take
backslashes away either, which is why `\\` in a pattern means one backslash to the expression.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from vedette.seclang.parse.faults import Wrong

_BLANK = re.compile(r"\s*", re.ASCII)
_INSIDE = {
    '"': re.compile(r'((?:[^"\\]|\\.)*)"', re.DOTALL),
    "'": re.compile(r"((?:[^'\\]|\\.)*)'", re.DOTALL),
}
_BARE = re.compile(r"(?:'(?:[^'\\]|\\.)*'|[^\s\"])+", re.DOTALL | re.ASCII)


class Word(NamedTuple):
    """One argument; `at` is where its text begins in the logical line."""

    text: str
    at: int
    quote: str


def next_word(text: str, at: int) -> tuple[Word | None, int]:
    """The argument at `at` (blanks skipped) and where reading goes on; None at the end of the
    line or before a comment. Raises Wrong where a quote is not closed."""
    blank = _BLANK.match(text, at)
    assert blank is not None
    at = blank.end()
    if at >= len(text) or text[at] == "#":
        return None, at
    inside = _INSIDE.get(text[at])
    if inside is not None:
        found = inside.match(text, at + 1)
        if found is None:
            raise Wrong(at, f"this {text[at]} is not closed; close it, or end the line with \\")
        return Word(found[1], at + 1, text[at]), found.end()
    found = _BARE.match(text, at)
    assert found is not None  # neither blank nor a quote
    return Word(found[0], at, ""), found.end()


def words(text: str, at: int) -> list[Word]:
    """All arguments from `at` on."""
    out: list[Word] = []
    while True:
        word, at = next_word(text, at)
        if word is None:
            return out
        out.append(word)
