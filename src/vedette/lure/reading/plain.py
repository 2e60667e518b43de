"""Text as it is compared: without what the eye does not see."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f]"
)
"""Characters of no width: joiners, direction marks, soft hyphens, fillers, tags, selectors."""

_SPACES: Final = re.compile(r"[\s\u2800]+")


def plain(text: str) -> str:
    """The text for matching: NFKC, no characters of no width, runs of spaces as one.

    Its positions are not those of the text; evidence is looked up in the text itself.
    """
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _SPACES.sub(" ", text).strip()
