"""Invitations (iCalendar, RFC 5545) as text."""

from __future__ import annotations

import re
from typing import Final

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_WANTED: Final = ("SUMMARY", "LOCATION", "DESCRIPTION", "ORGANIZER", "URL")
_ESCAPED: Final = re.compile(r"\\([\\;,nN])")


def invitation(text: str) -> str:
    """What, where, description, organiser and link of an invitation's events, a line each."""
    lines: list[str] = []
    for line in _FOLD.sub("", text[: 1 << 20]).splitlines():
        name, colon, value = line.partition(":")
        if colon and name.partition(";")[0].upper() in _WANTED and value.strip():
            lines.append(_ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value.strip()))
    return "\n".join(dict.fromkeys(lines))
