"""Chance that gives the same on every run and every supported Python."""

from __future__ import annotations

import base64
import string
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

_ALNUM = string.ascii_letters + string.digits


class Draw:
    """Draws from one seed. Rests on `random()` and `getrandbits()` alone: how Random makes choices
    of them has changed between versions of Python before."""

    __slots__ = ("_bits", "random")

    def __init__(self, seed: str) -> None:
        source = Random(seed)
        self.random = source.random
        self._bits = source.getrandbits

    def chance(self, share: float) -> bool:
        """True in `share` of all draws."""
        return self.random() < share

    def below(self, bound: int) -> int:
        """0 to bound - 1."""
        return int(self.random() * bound)

    def between(self, low: int, high: int) -> int:
        """low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, pool: Sequence[T]) -> T:
        """One of them."""
        return pool[int(self.random() * len(pool))]

    def heavy(self, pool: Sequence[T]) -> T:
        """One of them, the first ones far more often, as with visitors and words."""
        return pool[int(self.random() ** 2 * len(pool))]

    def some(self, pool: Sequence[T], count: int) -> list[T]:
        """`count` different places of the pool (all where it has fewer), in random order."""
        left = list(pool)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]

    def raw(self, count: int) -> bytes:
        """Random octets."""
        return self._bits(count * 8).to_bytes(count, "little") if count else b""

    def hexa(self, digits: int) -> str:
        """Lower-case hexadecimal digits."""
        return self.raw((digits + 1) // 2).hex()[:digits]

    def digits(self, count: int) -> str:
        """A decimal number of just so many digits, the first not 0."""
        return str(self.between(10 ** (count - 1), 10**count - 1))

    def word(self, count: int, alphabet: str = _ALNUM) -> str:
        """Random characters of an alphabet."""
        size = len(alphabet)
        random = self.random
        return "".join([alphabet[int(random() * size)] for _ in range(count)])

    def b64(self, octets: int) -> str:
        """Base64 of random octets."""
        return base64.b64encode(self.raw(octets)).decode()

    def b64url(self, octets: int) -> str:
        """URL-safe base64 of random octets, without padding."""
        return base64.urlsafe_b64encode(self.raw(octets)).decode().rstrip("=")

    def uuid(self) -> str:
        """A random UUID, version 4 (RFC 9562)."""
        text = self.hexa(32)
        variant = "89ab"[self.below(4)]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"
