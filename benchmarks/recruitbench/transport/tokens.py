"""Letters and digits that mean nothing, as programs put them into headers."""

from __future__ import annotations

import random
from typing import Final

LOWER: Final = "abcdefghijkmnpqrstuvwxyz23456789"
UPPER: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
MIXED: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
HEX: Final = "0123456789abcdef"


def token(rng: random.Random, count: int, letters: str = LOWER) -> str:
    """`count` of the letters."""
    return "".join(letters[rng.randrange(len(letters))] for _ in range(count))


def digits(rng: random.Random, count: int) -> str:
    """A number of `count` digits, the first not zero."""
    return str(rng.randrange(10 ** (count - 1), 10**count))


def dashed(rng: random.Random) -> str:
    """Hexadecimal digits grouped as in a UUID."""
    return "-".join(token(rng, count, HEX) for count in (8, 4, 4, 4, 12))


def address(rng: random.Random) -> str:
    """An IPv4 address of the nets for documentation (RFC 5737)."""
    net = rng.choice(("192.0.2", "198.51.100", "203.0.113"))
    return f"{net}.{rng.randrange(2, 250)}"
