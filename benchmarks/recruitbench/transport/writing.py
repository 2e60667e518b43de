"""How a client writes text down: charset, transfer encoding, encoded words, width of lines."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from benchmarks.recruitbench.transport.mime import Scheme, Transfer
from benchmarks.recruitbench.transport.origin import Client

_LEGACY: Final = {
    "en": ("iso-8859-1", "windows-1252", "us-ascii"),
    "de": ("iso-8859-1", "windows-1252", "iso-8859-15"),
    "fr": ("iso-8859-1", "windows-1252", "iso-8859-15"),
    "es": ("iso-8859-1", "windows-1252"),
    "he": ("windows-1255", "iso-8859-8"),
    "ar": ("windows-1256", "iso-8859-6"),
    "ko": ("euc-kr",),
    "pl": ("iso-8859-2", "windows-1250"),
}
# how often a charset older than Unicode is written
_OLD: Final[dict[Client, float]] = {
    "outlook": 0.35,
    "exchange": 0.3,
    "thunderbird": 0.15,
    "webmail": 0.3,
    "service": 0.15,
}
_TRANSFERS: Final[dict[Client, tuple[Transfer, ...]]] = {
    "outlook": ("auto", "quoted-printable", "base64"),
    "exchange": ("quoted-printable", "base64", "base64"),
    "gmail": ("auto",),
    "apple": ("auto", "quoted-printable"),
    "thunderbird": ("8bit", "base64"),
    "webmail": ("8bit", "quoted-printable", "base64", "base64"),
    "roundcube": ("8bit", "auto", "quoted-printable"),
    "service": ("auto", "quoted-printable", "base64", "base64", "8bit"),
}
_UNWRAPPED: Final = frozenset[Client](("outlook", "exchange", "apple"))
_ENCODED_NAMES: Final = frozenset[Client](("outlook", "exchange", "gmail", "webmail"))
_ALWAYS_B: Final = frozenset[Client](("outlook", "exchange", "thunderbird", "webmail"))


@dataclass(frozen=True, slots=True)
class Writing:
    """One message's habits. `width` 0 leaves a paragraph on one line; `flowed` is RFC 3676,
    `rfc2231` how names of files are encoded."""

    charset: str
    transfer: Transfer
    scheme: Scheme
    width: int
    flowed: bool
    rfc2231: bool


def writing(client: Client, language: str, rng: random.Random) -> Writing:
    """A message's habits, by client and language alone."""
    old = rng.random() < _OLD.get(client, 0.0)
    legacy = rng.choice(_LEGACY[language])
    transfer = rng.choice(_TRANSFERS[client])
    wrapped = 0 if client == "service" and rng.random() < 0.35 else rng.randrange(68, 79)
    scheme: Scheme = "B" if rng.random() < 0.5 or client in _ALWAYS_B else "Q"
    if language in ("he", "ar", "ko"):
        scheme = "B"
    charset = legacy if old else "us-ascii" if client in ("apple", "roundcube") else "utf-8"
    return Writing(
        charset,
        transfer,
        scheme,
        0 if client in _UNWRAPPED else wrapped,
        client in ("thunderbird", "roundcube"),
        client not in _ENCODED_NAMES,
    )
