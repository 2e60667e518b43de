"""Text made comparable without losing the place of a single character.

Case, accents, vowel points, the shapes of alef, curly quotes and special spaces are set aside;
every character is replaced by one other, so that offsets stay true.
"""

from __future__ import annotations

import unicodedata
from typing import Final

SILENT: Final = "\u200b"
"""Stands for characters that are not seen or that only mark others."""

FEW: Final = 24
"""Up to so many different characters are replaced one after the other, which is faster than
looking at each character of a text."""

_SPECIAL: Final = {
    "ß": "s", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "a", "œ": "o", "ة": "ه", "ى": "ي",
    "ٱ": "ا", "ـ": SILENT, "’": "'", "‘": "'", "ʼ": "'", "׳": "'", "´": "'", "`": "'", "“": '"',
    "”": '"', "„": '"', "״": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-", "‐": "-",
    "−": "-", "־": "-", "・": " ", "｜": "|", "＠": "@", "，": ",", "\r": "\n", "\u2028": "\n",
    "\u2029": "\n", "\t": " ",
}  # fmt: skip


class _Table(dict[int, str]):
    """Works out a character when it is first met. Bounded by the number of characters."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


def folder() -> _Table:
    """A table for `str.translate` that folds any character to exactly one."""
    return _Table()


def fold(text: str, table: dict[int, str]) -> str:
    """`text` folded, of the same length."""
    if not text.isascii():
        odd = [char for char in set(text) if char > "\x7f"]
        if len(odd) > FEW:
            return text.translate(table)
        # What a character becomes stays as it is in all that follows; only a few become marks,
        # which are silent in their own right and have to be gone by then.
        odd.sort(key=lambda char: table[ord(char)] != SILENT)
        for char in odd:
            text = text.replace(char, table[ord(char)])
    # the controls that text may hold are whitespace to every rule
    return text.lower().replace("\r", "\n").replace("\t", " ").replace("`", "'")


def _folded(char: str) -> str:
    lower = char.lower()
    lower = lower if len(lower) == 1 else lower[0]
    if lower in _SPECIAL:
        return _SPECIAL[lower]
    category = unicodedata.category(lower)
    if category in ("Mn", "Me", "Cf"):
        return SILENT
    if category == "Zs":
        return " "
    if "\uac00" <= lower <= "\ud7a3":  # Hangul syllables decompose into single sounds
        return lower
    base = unicodedata.normalize("NFD", lower)[0]
    return _SPECIAL.get(base, base)
