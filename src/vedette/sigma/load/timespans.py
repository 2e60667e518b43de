"""Time spans of correlations: `15s`, `5m`, `1h`, `2d`.

Source: Sigma correlation rules specification 2.1, "Time Selection". `w`, `M` and `y` are taken as
pySigma does: a month and a year have the average length of the Gregorian calendar.
"""

from __future__ import annotations

import re
from typing import Final

_SECONDS: Final = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86_400,
    "w": 604_800,
    "M": 2_629_746,
    "y": 31_556_952,
}
_SPAN: Final = re.compile(r"([0-9]{1,9})\s*([smhdwMy])")
LONGEST: Final = 10 * 31_556_952
"""Seconds."""


def timespan(text: str) -> int:
    """Microseconds. Raises ValueError, saying what is wrong."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time span")
    seconds = int(found[1]) * _SECONDS[found[2]]
    if not 0 < seconds <= LONGEST:
        raise ValueError(f"the time span {text!r} is not between 1s and 10y")
    return seconds * 1_000_000
