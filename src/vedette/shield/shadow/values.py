"""Shapes of values: what an exclusion may be limited to, so that attacks that have another shape
are still found where visitors write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from vedette.shield.secret_shapes import MASKED

_QUERY: Final = r"[?&][0-9A-Za-z_.\-]{1,40}="
"""How an address goes on to its next parameter. Nothing else lets `=` and `&` in: then there is but
one way to read a value, and no engine tries many."""
_CONTROLS: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"

SHAPES: Final = {
    "words": rf"(?:[^\x00-\x1f\x7f\x22\x27`<>(){{}}\[\]|;&$\\=*#%^~!]|{_QUERY})*",
    "prose": rf"(?:[^{_CONTROLS}`<>{{}}\[\]|;&$\\=^~]|{_QUERY})*",
    "text": rf"[^{_CONTROLS}`<|$\\]*",
    "": "",
}
"""From the narrowest to the widest, as regular expressions of whole values that RE2, PCRE and Go
read alike, whether of bytes or of characters: one line of words, numbers and web addresses; what
people write, with quotes, brackets and several lines; anything without what begins markup, a
command or a variable; and anything. They are not made for any website."""

MOST_VALUES: Final = 12
"""Different values that are named one by one."""
_LISTED: Final = re.compile(r"[\w/.+=; -]{1,80}\Z", re.ASCII)
_CUT: Final = "…"
_SHOWN: Final = {0x2400 + code: code for code in range(32)} | {0x2421: 0x7F}
"""How stored values show what can't be printed, and what it was."""


def one_of(values: Iterable[str]) -> str:
    """The expression of exactly these values; "" where they are too many or no plain words."""
    known = sorted(set(values))
    if not known or len(known) > MOST_VALUES or not all(map(_LISTED.match, known)):
        return ""
    return "(?:" + "|".join(re.sub(r"([.+])", r"\\\1", each) for each in known) + ")"


def name_of(only: str) -> str:
    """What a shape is called: its name, or the values themselves."""
    named = next((name for name, each in SHAPES.items() if name and each == only), "")
    return named or re.sub(r"\\(.)", r"\1", only.removeprefix("(?:").removesuffix(")"))


@lru_cache(65_536)
def is_of(only: str, stored: str) -> bool:
    """Whether a value as it is stored (masked, cut, made visible) is of the shape, as far as is
    left of it."""
    if not only:
        return True
    text = stored.replace(MASKED, "0").removesuffix(_CUT).translate(_SHOWN)
    return _compiled(only).fullmatch(text) is not None


def matches(only: str, value: str) -> bool:
    """Whether a value, its bytes as characters, is of the shape."""
    return not only or _compiled(only).fullmatch(value) is not None


@lru_cache(64)
def _compiled(only: str) -> re.Pattern[str]:
    return re.compile(only)
