"""Many needles in one pass over a text."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Final

from vedette.lure.language.needles import Needle

WINDOW: Final = 65_536
"""Characters searched at once, so that a long text can't fill the memory with needles."""

_BLANK: Final = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))

_BLANK_ASCII: Final = bytes(code if code > 127 else _BLANK[code] for code in range(256))


class Automaton:
    """Finds the needles that have one of `texts`; `numbers` gives each needle its number."""

    def __init__(self, texts: Set[str], numbers: dict[Needle, int]) -> None:
        from ahocorasick_rs import AhoCorasick, Implementation

        # Borders are searched for as blanks: what lies inside of other words then costs nothing.
        sought: dict[str, tuple[int, int]] = {}
        for needle, number in numbers.items():
            if needle.text in texts:
                spaced = " " * needle.left + needle.text + " " * needle.right
                sought[spaced] = (number, int(needle.left))
        self._numbers = list(sought.values())
        self._longest = max(map(len, sought), default=0)
        self._search: Any = AhoCorasick(
            list(sought), store_patterns=False, implementation=Implementation.DFA
        ).find_matches_as_indexes

    def run(self, text: str, where: dict[int, list[int]]) -> None:
        """Add to `where` each needle's places, ascending. `text` is as `blanked` gives it, places
        are those before."""
        numbers = self._numbers
        for begin in range(0, len(text), WINDOW):
            part = text
            if len(text) > WINDOW:
                part = text[begin : begin + WINDOW + self._longest - 1]
            for needle, start, _ in self._search(part, overlapping=True):
                if start >= WINDOW:
                    continue
                number, border = numbers[needle]
                # the blank before the text counts as no character, the one before a word as one
                at = begin + start + border - 1
                if number in where:
                    where[number].append(at)
                else:
                    where[number] = [at]


def blanked(text: str) -> str:
    """`text` between two blanks, with a blank for every character that is no letter or digit."""
    if text.isascii():
        # bytes are translated at the speed of copying, text is not
        return f" {text.encode().translate(_BLANK).decode()} "
    # what is ASCII is done as above, and only a few letters are left to look for one by one
    text = (
        text.encode("utf-8", "surrogatepass")
        .translate(_BLANK_ASCII)
        .decode("utf-8", "surrogatepass")
    )
    odd = {letter for letter in set(text) if letter > "\x7f" and not letter.isalnum()}
    for letter in odd:
        text = text.replace(letter, " ")
    return f" {text} "
