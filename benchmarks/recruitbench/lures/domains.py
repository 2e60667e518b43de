"""Domains that resemble an employer's, all under reserved names (RFC 2606)."""

from __future__ import annotations

import random
from typing import Final

_TOPS: Final = ("example", "example", "test", "test", "invalid")
_TWINS: Final = {"a": "а", "e": "е", "o": "о", "i": "і", "c": "с", "p": "р", "s": "ѕ"}


def reserved(rng: random.Random) -> str:
    """A top-level domain that belongs to nobody."""
    return rng.choice(_TOPS)


def host(rng: random.Random, *labels: tuple[str, ...]) -> str:
    """A host that belongs to nobody: one of each `labels`, left to right."""
    return ".".join([*(rng.choice(options) for options in labels), reserved(rng)])


def combined(stem: str, rng: random.Random) -> str:
    """The employer's name with a word of recruiting."""
    word = rng.choice(("careers", "jobs", "talent", "hr", "recruitment", "hiring"))
    return f"{rng.choice((f'{stem}-{word}', f'{word}-{stem}', f'{stem}{word}'))}.{reserved(rng)}"


def mistyped(stem: str, rng: random.Random) -> str:
    """One letter doubled, dropped, swapped or replaced by one that looks alike."""
    at = rng.randrange(1, len(stem) - 1)
    tries = [
        stem[:at] + stem[at] + stem[at:],
        stem[:at] + stem[at + 1 :],
        stem[:at] + stem[at + 1] + stem[at] + stem[at + 2 :],
    ]
    tries += [
        stem.replace(a, b, 1)
        for a, b in (("l", "1"), ("m", "rn"), ("o", "0"), ("i", "l"))
        if a in stem
    ]
    return f"{rng.choice([t for t in tries if t != stem])}.{reserved(rng)}"


def other_top(stem: str, rng: random.Random) -> str:
    """The employer's name under another top-level domain."""
    return f"{stem}.{reserved(rng)}"


def nested(domain: str, rng: random.Random) -> str:
    """The true domain as subdomain of another."""
    owner = rng.choice(("talent-desk", "hire-portal", "apply-now", "candidate-hub"))
    return f"{domain}.{owner}.{reserved(rng)}"


def twin(stem: str, rng: random.Random) -> str:
    """One Latin letter replaced by its Cyrillic twin, as an A-label (RFC 5890)."""
    places = [at for at, letter in enumerate(stem) if letter in _TWINS]
    at = rng.choice(places)
    label = stem[:at] + _TWINS[stem[at]] + stem[at + 1 :]
    return f"xn--{label.encode('punycode').decode()}.{reserved(rng)}"
