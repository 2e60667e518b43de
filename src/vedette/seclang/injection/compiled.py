"""What is written in C, where it was built: the same judgement, sooner."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

from vedette.seclang.injection.words import html, sql

if TYPE_CHECKING:
    from vedette.seclang.injection._native import Judge

VARIABLE: Final = "VEDETTE_NATIVE"
"""0 turns off what is written in C."""


def compiled() -> Judge | None:
    """What was built, unless it is turned off."""
    return None if os.environ.get(VARIABLE) == "0" else _built()


@cache
def _built() -> Judge | None:
    try:
        from vedette.seclang.injection._native import Judge
    except ImportError:
        return None
    known, names = sql(), html()
    return Judge(
        _lines((kind, word) for word, kind in known.words.items()),
        _lines(("t", tag) for tag in names.tags),
        _lines((kind[0], name) for name, kind in names.attributes.items()),
        _lines(("e", event) for event in names.events),
        "".join(f"{fingerprint}\n" for fingerprint in known.fingerprints).encode(),
    )


def _lines(words: Iterable[tuple[str, bytes]]) -> bytes:
    return b"".join(kind.encode() + word + b"\n" for kind, word in words)
