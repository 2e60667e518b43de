"""Points in time: microseconds since the epoch, UTC, inside; RFC 3339 at every edge."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

SECOND: Final = 1_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

EARLIEST: Final = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LATEST: Final = (datetime(9999, 12, 31, 23, 59, 59, 999999, UTC) - EPOCH) // timedelta(
    microseconds=1
)
"""The range that RFC 3339 can write (years 1 to 9999)."""

_NUMBER: Final = re.compile(r"[+-]?\d{1,19}(\.\d{1,9})?\Z")
_MICROSECOND: Final = timedelta(microseconds=1)


def instant_of(value: Any) -> int | None:
    """The time that a field's value states, None where it states none.

    Takes RFC 3339 and its common relatives (a space for the T, no zone: UTC, any number of
    fraction digits) and epoch numbers in seconds, milliseconds, microseconds or nanoseconds,
    told apart by their size (a number of seconds stays below 10^11, year 5138).
    """
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return _epoch_text(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return _checked((moment - EPOCH) // _MICROSECOND)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return _epoch_number(value)


def rfc3339(instant: int) -> str:
    """`2026-11-21T08:15:30.123456Z`; times outside years 1 to 9999 are cut to that range."""
    moment = EPOCH + timedelta(microseconds=min(max(instant, EARLIEST), LATEST))
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _epoch_text(value: str) -> int | None:
    text = value.strip()
    if not _NUMBER.match(text):
        return None
    return _epoch_number(float(text) if "." in text else int(text))


def _epoch_number(value: float) -> int | None:
    size = abs(value)
    if not size < 1e20:  # also catches NaN
        return None
    if size < 1e11:
        return _checked(round(value * SECOND))
    if size < 1e14:
        return _checked(round(value * 1000))
    if size < 1e17:
        return _checked(round(value))
    return _checked(round(value) // 1000)


def _checked(instant: int) -> int | None:
    return instant if EARLIEST <= instant <= LATEST else None
