"""Times as text formats write them, as microseconds since the epoch, UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta, tzinfo
from typing import Final

from vedette.model.instant import EPOCH

MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_MICROSECOND: Final = timedelta(microseconds=1)

RFC3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"(?:(Z)|([+-])(\d\d):?(\d\d))",
    re.ASCII,
)
"""RFC 3339 section 5.6, and also the offset without a colon that `journalctl -o short-iso` has."""


def epoch_us(
    year: int, month: int, day: int, hour: int, minute: int, second: int, micro: int = 0
) -> int:
    """Microseconds since the epoch of a time in UTC. Raises ValueError for a day that does not
    exist and for an hour, minute or second out of range (a leap second is allowed)."""
    if hour > 23 or minute > 59 or second > 60:
        raise ValueError("no such time of day")
    days = date(year, month, day).toordinal() - _EPOCH_DAY
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + micro


def rfc3339_us(match: re.Match[str]) -> int:
    """The time that a match of RFC3339 states. Raises ValueError where it does not exist."""
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = match.groups()
    us = epoch_us(
        int(year), int(month), int(day), int(hour), int(minute), int(second), micros(fraction)
    )
    return us if zulu else us - offset_us(sign, hours, minutes)


def micros(fraction: str | None) -> int:
    """The digits behind a second's point as microseconds: `25` gives 250000."""
    return int(fraction[:6].ljust(6, "0")) if fraction else 0


def offset_us(sign: str, hours: str, minutes: str) -> int:
    """A zone's offset from UTC: `+`, `02`, `00` gives two hours. Raises ValueError."""
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError("no such offset from UTC")
    size = (int(hours) * 60 + int(minutes)) * 60_000_000
    return -size if sign == "-" else size


def utc_us(us: int, zone: tzinfo) -> int:
    """What a clock on the wall in `zone` showed as `us`, in UTC. Raises ValueError at the ends of
    the calendar."""
    if zone is UTC:
        return us
    try:
        shown = (EPOCH + timedelta(microseconds=us)).replace(tzinfo=zone)
        return (shown - EPOCH) // _MICROSECOND
    except OverflowError as error:
        raise ValueError("time out of range") from error
