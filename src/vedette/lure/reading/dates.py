"""The Date field (RFC 5322 section 3.3, its obsolete forms and RFC 3339) as an instant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from typing import Final

from vedette.model.instant import EPOCH, instant_of

_DATE: Final = re.compile(
    r"\s*(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})\s+"
    r"(\d{1,2}):(\d\d)(?::(\d\d))?\s+([+-])(\d\d)(\d\d)\b"
)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}


def parse_date(value: str) -> int | None:
    """Microseconds since the epoch, UTC; None where no time can be read. No zone means UTC."""
    value = value[:200]
    match = _DATE.match(value)
    if match:
        day, name, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
        month = _MONTHS.get(name.lower())
        if month is not None:
            offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
            return _instant(
                (int(year), month, int(day), int(hour), int(minute), int(second or 0)),
                -offset if sign == "-" else offset,
            )
    try:
        parsed = parsedate_tz(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        parsed = None
    if parsed is not None:
        try:
            return _instant(parsed[:6], timedelta(seconds=parsed[9] or 0))
        except (OverflowError, TypeError):
            return None
    text = value.strip()
    return instant_of(text) if "-" in text else None


def _instant(parts: tuple[int, ...], offset: timedelta) -> int | None:
    year, month, day, hour, minute, second = parts
    try:
        # a leap second is read as the second before it
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        return (moment - offset - EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
