"""Dates as mail programs and profile pages write them for people, in eight languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from vedette.lure.reading.dates import parse_date
from vedette.lure.reading.labels import AFTERNOON, FORENOON, MONTHS
from vedette.lure.reading.plain import plain
from vedette.model.instant import EPOCH

_TIME: Final = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?!\d)")
_ISO: Final = re.compile(r"(?<!\d)(\d{4})\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})(?!\d)")
_DOTTED: Final = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_SLASHED: Final = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_KOREAN_MONTH: Final = re.compile(r"(\d{4})년\s?(\d{1,2})월")
_DAY: Final = re.compile(r"(?<![\d:.])(\d{1,2})(?![\d:])")
_WORD: Final = re.compile(r"[^\W\d_]+[׳']?")


def parse_local(text: str) -> int | None:
    """Microseconds since the epoch, UTC; a time without a zone is taken for UTC. None where the
    text says no full date, or one that may be day-month or month-day."""
    exact = parse_date(text)
    if exact is not None:
        return exact
    text = plain(text[:200])
    date = _date(text)
    if date is None:
        return None
    hour = minute = second = 0
    match = _TIME.search(text, 0)
    if match:
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        low = text.casefold()
        if hour < 12 and any(_word_in(mark, low) for mark in AFTERNOON):
            hour += 12
        elif hour == 12 and any(_word_in(mark, low) for mark in FORENOON):
            hour = 0
    return _instant(*date, hour, minute, second)


def parse_month(text: str) -> int | None:
    """The first instant of the month and year that the text names; None where it names none."""
    text = plain(text[:100])
    if match := _KOREAN_MONTH.search(text):
        return _instant(int(match[1]), int(match[2]), 1)
    year = _YEAR.search(text)
    month = _month(text)
    return _instant(int(year[1]), month, 1) if year and month else None


def _date(text: str) -> tuple[int, int, int] | None:
    if match := _ISO.search(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DOTTED.search(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _SLASHED.search(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            return int(match[3]), second, first
        if second > 12 >= first:
            return int(match[3]), first, second
        return (int(match[3]), first, second) if first == second else None
    year, month = _YEAR.search(text), _month(text)
    if year is None or month is None:
        return None
    rest = text[: year.start()] + " " + text[year.end() :]
    day = _DAY.search(_TIME.sub(" ", rest))
    return (int(year[1]), month, int(day[1])) if day else None


def _month(text: str) -> int | None:
    for word in _WORD.findall(text.casefold()):
        number = MONTHS.get(word) or MONTHS.get(word.removeprefix("ב"))
        if number is not None:
            return number
    return None


def _word_in(mark: str, text: str) -> bool:
    at = text.find(mark)
    return (
        at >= 0
        and not (at and text[at - 1].isalpha())
        and not (text[at + len(mark) : at + len(mark) + 1].isalpha())
    )


def _instant(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> int | None:
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return (moment - EPOCH) // timedelta(microseconds=1)
