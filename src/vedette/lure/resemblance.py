"""How much two texts resemble each other, told from short signatures (MinHash).

A signature keeps, for each of SIZE random orders of all shingles, the first that the text has; two
texts agree in as large a share of places as they share shingles (Broder, "On the resemblance and
containment of documents", 1997). The texts themselves need not be kept.
"""

from __future__ import annotations

import random
import re
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from vedette.lure.language.folding import fold

SIZE: Final = 64
"""Places of a signature: the estimate's standard error is at most 1/16."""
SHINGLE: Final = 3
"""Words that are taken together."""
FEWEST: Final = 12
"""Words; shorter texts resemble each other by chance."""
MAX_WORDS: Final = 4_000
BAND: Final = 4
"""Places that must agree for two signatures to be compared: at a resemblance of 0.6 all 16 bands
miss with a probability of 0.11, at 0.8 with 0.0002."""

_PRIME: Final = (1 << 61) - 1
_WORD: Final = re.compile(r"\w+")


def _orders() -> tuple[tuple[int, int], ...]:
    chance = random.Random(19_970_611)  # noqa: S311  # the same orders everywhere, no secret
    return tuple((chance.randrange(1, _PRIME), chance.randrange(_PRIME)) for _ in range(SIZE))


_ORDERS: Final = _orders()

Signature = tuple[int, ...]


def shingles(text: str) -> frozenset[str]:
    """The runs of SHINGLE folded words; none of a text with fewer than FEWEST words."""
    words = _WORD.findall(fold(text).text)[:MAX_WORDS]
    if len(words) < FEWEST:
        return frozenset()
    return frozenset(" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def signature(text: str) -> Signature | None:
    """The text's signature; None where it is too short to have one."""
    found = [
        int.from_bytes(blake2b(each.encode("utf-8", "replace"), digest_size=7).digest(), "big")
        for each in shingles(text)
    ]
    if not found:
        return None
    return tuple(min((a * each + b) % _PRIME for each in found) for a, b in _ORDERS)


def resemblance(one: Signature, other: Signature) -> float:
    """The estimated share of shingles that two texts have in common, 0 to 1."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / SIZE


class SeenTexts:
    """Signatures of texts with the key of whoever they belong to, the newest `most` of them."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._kept: OrderedDict[str, Signature] = OrderedDict()
        self._bands: dict[tuple[int, Signature], set[str]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, key: str, text: str) -> None:
        """Keep the text's signature under `key`, in place of an earlier one; a text too short for
        one is not kept."""
        made = signature(text)
        if made is None:
            return
        self._drop(key)
        self._kept[key] = made
        for band in _bands(made):
            self._bands.setdefault(band, set()).add(key)
        if len(self._kept) > self._most:
            self._drop(next(iter(self._kept)))

    def closest(self, key: str, text: str) -> tuple[str, float] | None:
        """The key, other than `key`, of the text that resembles this one most, and how much; None
        where none of those kept comes near."""
        made = signature(text)
        if made is None:
            return None
        near = {other for band in _bands(made) for other in self._bands.get(band, ())} - {key}
        scored = [(resemblance(made, self._kept[other]), other) for other in near]
        if not scored:
            return None
        score, other = max(scored)
        return other, score

    def _drop(self, key: str) -> None:
        old = self._kept.pop(key, None)
        for band in _bands(old) if old is not None else ():
            keys = self._bands[band]
            keys.discard(key)
            if not keys:
                del self._bands[band]


def _bands(made: Signature) -> Iterator[tuple[int, Signature]]:
    return ((at, made[at : at + BAND]) for at in range(0, SIZE, BAND))
