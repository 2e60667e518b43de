"""Names within a few strokes of a given one, found without comparing with every name.

Two words within k strokes (optimal string alignment: insert, delete, replace, swap neighbours)
become equal when at most k characters are deleted from each; so every name is filed under all its
deletions, and a word is looked up under all of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
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
        self._filed: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            allowed = strokes(name)
            if allowed and len(name) <= LONGEST:
                for shorter in _deletions(name, allowed):
                    self._filed.setdefault(shorter, []).append(name)

    def find(self, word: str) -> str | None:
        """A name that the word is near to: the nearest in length, then the first by alphabet."""
        if not SHORTEST - 1 <= len(word) <= LONGEST:
            return None
        candidates = {
            name
            for shorter in _deletions(word, 2 if len(word) >= LONG - 2 else 1)
            for name in self._filed.get(shorter, ())
        }
        near = [name for name in candidates if is_near(word, name)]
        return min(near, key=lambda name: (abs(len(name) - len(word)), name), default=None)


def _deletions(word: str, most: int) -> Iterator[str]:
    yield word
    yield from {word[:at] + word[at + 1 :] for at in range(len(word))}
    if most >= 2:
        ends = combinations(range(len(word)), 2)
        yield from {word[:one] + word[one + 1 : two] + word[two + 1 :] for one, two in ends}
