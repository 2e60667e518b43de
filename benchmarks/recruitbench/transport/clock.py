"""Time zones of writers, and dates as headers show them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Final

# hours east of Greenwich; summer time or not is left to chance
_ZONES: Final = {
    "en": (-5, 0, 1),
    "de": (1, 2),
    "fr": (1, 2),
    "es": (1, 2),
    "he": (2, 3),
    "ar": (3, 4),
    "ko": (9,),
    "pl": (1, 2),
}


def local(when: datetime, language: str, rng: random.Random) -> datetime:
    """The same moment in a zone where the language is spoken; `when` without zone is UTC."""
    zones = _ZONES[language]
    hours = zones[rng.randrange(len(zones))]
    moment = when if when.tzinfo else when.replace(tzinfo=UTC)
    return moment.astimezone(timezone(timedelta(hours=hours)))


def stamp(when: datetime) -> str:
    """A date as RFC 5322 writes it, in its own zone."""
    return format_datetime(when)


def utc_stamp(when: datetime) -> str:
    """The same in UTC, as servers do."""
    return format_datetime(when.astimezone(UTC))
