"""The BSD timestamp (RFC 3164): it lacks the year and the zone."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import Final

from vedette.sources.formats.timestamps import MONTHS, epoch_us, micros, utc_us

BSD: Final = re.compile(
    r"[*.]?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"(?: (?:UTC|GMT))?(?=:? |:?$)",
    re.ASCII,
)
"""RFC 3164 section 4.1.2, and what devices make of it: a year, decimals, Cisco's `*` and `.`
before a clock that is not set by NTP."""

AHEAD_US: Final = 86_400_000_000
"""How far an event may lie ahead of the reference: local times (up to 14 hours) and clocks that
are wrong. More than that means last year."""

_LEAP_CYCLE: Final = 8
"""29 February comes at least once in this many years."""


def bsd_us(match: re.Match[str], reference_us: int, zone: tzinfo = UTC) -> int:
    """The time that a match of BSD states, read as local time of `zone`.

    Where the year is missing, it is the latest that does not put the time more than AHEAD_US
    after `reference_us` (now, or when the file was last written). Raises ValueError where the
    time does not exist.
    """
    name, day, year, hour, minute, second, fraction = match.groups()
    month = MONTHS.get(name)
    if month is None:
        raise ValueError(f"no such month: {name}")
    clock = (int(hour), int(minute), int(second), micros(fraction))
    if year is not None:
        return utc_us(epoch_us(int(year), month, int(day), *clock), zone)
    latest = reference_us + AHEAD_US
    newest = year_of(latest)
    for guess in range(newest + 1, max(newest - _LEAP_CYCLE, 0), -1):
        if month == 2 and int(day) == 29 and not _is_leap(guess):
            continue
        us = utc_us(epoch_us(guess, month, int(day), *clock), zone)
        if us <= latest:
            return us
    raise ValueError("no such day in recent years")


def year_of(us: int) -> int:
    """The year in UTC, within those that the calendar has."""
    # 400 years have 146,097 days; the estimate is at most one too high or too low
    days = us // 86_400_000_000
    estimate = 1970 + days * 400 // 146_097
    return min(max(estimate, 1), 9998)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
