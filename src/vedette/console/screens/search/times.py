"""Times as people write them into addresses."""

from __future__ import annotations

from vedette.console.faults import RequestError
from vedette.store.query import QueryError, parse_time


def moment(text: str, now: int) -> int:
    """Microseconds, of RFC 3339, a date, `2026-11-21T08:00` as browsers send it (UTC), `-24h` or
    `now`. Raises RequestError."""
    given = text.strip()
    if len(given) == 16 and given[10] == "T":  # datetime-local, to the minute
        given += ":00Z"
    elif len(given) == 19 and given[10] == "T":
        given += "Z"
    try:
        return parse_time(given, now)
    except QueryError as error:
        raise RequestError("invalid", str(error)) from error
