"""Names within a few strokes of a given one.

Strokes are those of optimal string alignment: insert, delete, replace, swap neighbours. A word is
compared only with names whose lengths allow it to be near, all of them in one call.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SHORTEST: Final = 5
LONG: Final = 9
"""From this length on two strokes are allowed, below it one; and below it the first letter has
to stay, as it does in nearly every imitation and does not in most chance neighbours. In names of
the shortest length no letter may be another one: that makes another word (tepco, tesco)."""
LONGEST: Final = 40


def strokes(name: str) -> int:
    """How far from `name` a word still counts as near; 0 for names too short to have neighbours."""
    if len(name) < SHORTEST:
        return 0
    return 2 if len(name) >= LONG else 1


def is_near(word: str, name: str) -> bool:
    """Whether `word` is within the strokes of `name` and not the name itself."""
    from rapidfuzz.distance import OSA

    allowed = strokes(name)
    if not allowed or word == name or (len(name) < LONG and word[:1] != name[:1]):
        return False
    if len(word) == len(name) == SHORTEST and sorted(word) != sorted(name):
        return False
    return int(OSA.distance(word, name, score_cutoff=allowed)) <= allowed


class Near:
    """The names to be near to."""

    def __init__(self, names: Iterable[str]) -> None:
        self._long: dict[int, list[str]] = {}
        """By the length of a word: the long names that such a word may be near to."""
        self._short: dict[tuple[int, str], list[str]] = {}
        """By length and first letter of a word: the short names, which begin with that letter."""
        for name in dict.fromkeys(names):
            allowed = strokes(name)
            if allowed and len(name) <= LONGEST:
                for length in range(len(name) - allowed, len(name) + allowed + 1):
                    if len(name) >= LONG:
                        self._long.setdefault(length, []).append(name)
                    else:
                        self._short.setdefault((length, name[0]), []).append(name)

    def find(self, word: str) -> str | None:
        """A name that the word is near to: the nearest in length, then the first by alphabet."""
        if not SHORTEST - 1 <= len(word) <= LONGEST:
            return None
        names = self._short.get((len(word), word[0]), []) + self._long.get(len(word), [])
        if not names:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        candidates = process.extract(word, names, scorer=OSA.distance, score_cutoff=2, limit=None)
        near = [name for name, _, _ in candidates if is_near(word, name)]
        return min(near, key=lambda name: (abs(len(name) - len(word)), name), default=None)
