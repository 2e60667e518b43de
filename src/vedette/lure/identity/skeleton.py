"""What letters look like: different writings that a reader takes for the same word.

`skeleton` follows UTS 39 (https://www.unicode.org/reports/tr39/#Confusable_Detection), reduced to
what looks like a-z and 0-9, with case and accents set aside. `look` also takes together what
differs by a stroke in common fonts or stands for a letter by habit (rn and m, 0 and o, 1 and l).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

REMEMBERED: Final = 16_384

_STROKES: Final = str.maketrans("1i0345789", "lloeastbg")
_SMALL_CAPITALS: Final = {
    "в": "b",
    "к": "k",
    "м": "m",
    "н": "h",
    "т": "t",
    "β": "b",
    "κ": "k",
    "τ": "t",
}
"""Not in Unicode's data, for they look like capitals; but readers of a domain see no case."""

_PAIRS: Final = re.compile("rn|vv|cl")
_PAIR_LOOKS: Final = {"rn": "m", "vv": "w", "cl": "d"}


@lru_cache(REMEMBERED)
def skeleton(text: str) -> str:
    """`text` in the lower-case letters that it looks like; letters that look like no other and
    other characters stay as they are."""
    if text.isascii():
        return text.lower()
    mapped = text.translate(_letters())
    bare = (c for c in unicodedata.normalize("NFD", mapped) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", "".join(bare).translate(_letters())).lower()


@lru_cache(REMEMBERED)
def look(label: str) -> str:
    """A key that labels share when a hasty reader takes one for the other."""
    return _PAIRS.sub(lambda pair: _PAIR_LOOKS[pair.group()], skeleton(label)).translate(_STROKES)


@lru_cache(1)
def same_length() -> dict[int, str]:
    """For `str.translate`: letters that look like one of a-z or 0-9, as that one."""
    return {code: target for code, target in _letters().items() if len(target) == 1}


@lru_cache(1)
def _letters() -> dict[int, str]:
    table = {ord(letter): looks_like for letter, looks_like in _SMALL_CAPITALS.items()}
    for code in (*range(0xFF10, 0xFF5B), *range(0x1D400, 0x1D800)):  # full width, mathematical
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        if plain.isascii() and plain.isalnum():
            table[code] = plain
    path = Path(__file__).with_name("confusable_letters.txt")
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            looks_like, _, letters = line.partition("\t")
            table.update(dict.fromkeys(map(ord, letters), looks_like))
    return table
