"""Style sheets inside messages: what they hide."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from vedette.lure.reading.style import effect_of
from vedette.scan.regexes import compiled

MAX_SHEET: Final = 64 << 10
MAX_SELECTORS: Final = 50

_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_NAMED: Final = r"(?:[.#][a-zA-Z_][a-zA-Z0-9_-]{0,80})"
_ONE: Final = rf"(?:[a-zA-Z][a-zA-Z0-9]{{0,20}}{_NAMED}{{0,3}}|{_NAMED}{{1,3}})"
_SIMPLE: Final = re.compile(
    rf"{_ONE}(?:(?:\s{{1,5}}|\s{{0,5}}>\s{{0,5}}){_ONE}){{0,2}}\Z", re.ASCII
)
_AT_BLOCK: Final = re.compile(r"@[^{};]{0,300}(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
_MAY_HIDE: Final = (
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*[0.]"
    r"|font(?:-size)?\s*:[^;}]{0,40}?\b[01](?:\.\d+)?(?:px|pt|em|rem|%|[;}\s])"
    r"|overflow\s*:\s*(?:hidden|clip)|text-indent\s*:\s*-|(?:left|top)\s*:\s*-|clip\s*:"
    r"|color\s*:\s*transparent|/\*|\\"
)
"""What a sheet that hides something contains, and most sheets do not."""


@lru_cache(maxsize=256)
def hiding_selectors(sheet: str) -> tuple[str, ...]:
    """The selectors of a sheet's rules that hide what they match; at most MAX_SELECTORS, of its
    first MAX_SHEET characters.

    Rules for some devices only (@media) are left out, and so are selectors by anything but
    elements, classes and identities up to three deep: states and attributes, which mails hardly
    hide by, and what would take long to match.
    """
    sheet = sheet[:MAX_SHEET]
    if not compiled(_MAY_HIDE, "i").found(sheet):
        return ()
    found: list[str] = []
    for rule in _AT_BLOCK.sub("", _COMMENT.sub("", sheet)).split("}"):
        selectors, brace, declarations = rule.rpartition("{")
        effect = effect_of(declarations) if brace else None
        if effect is not None and (effect.hidden or effect.tiny):
            found += [one for one in map(str.strip, selectors.split(",")) if _SIMPLE.match(one)]
    return tuple(dict.fromkeys(found[:MAX_SELECTORS]))
