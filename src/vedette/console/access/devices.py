"""Browsers that somebody has signed in with before, known again by a cookie.

Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies.
"""

from __future__ import annotations

import secrets
from typing import Final

from vedette.console.access.signing import opened, sealed

LASTS: Final = 180 * 86_400 * 1_000_000
_PURPOSE: Final = "device"


class Devices:
    """Knows a browser by what this service signed for it; nothing is kept here."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, person: str, now: int, before: str = "") -> str:
        """A cookie for this person's browser, with the number that it had `before`, so that a
        login does not give it new tries."""
        number = self.number(before, person, now) or secrets.token_hex(12)
        return sealed(self._key, _PURPOSE, f"{person} {number} {now}")

    def number(self, cookie: str, person: str, now: int) -> str:
        """The browser's number; "" where it is not known as this person's."""
        if not cookie or len(cookie) > 512:
            return ""
        parts = (opened(self._key, _PURPOSE, cookie) or "").split(" ")
        if len(parts) != 3 or parts[0] != person or not 0 <= now - int(parts[2]) < LASTS:
            return ""
        return parts[1]
