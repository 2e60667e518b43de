"""The W3C extended log file format: IIS, and whatever else begins with `#Fields:`.

Source: W3C Working Draft WD-logfile-960323.
"""

from __future__ import annotations

import re
from typing import Any, Final

from vedette.model.instant import rfc3339
from vedette.sources.formats.access_combined import AccessError
from vedette.sources.formats.access_request import add_target
from vedette.sources.formats.timestamps import epoch_us, micros

MAX_FIELDS: Final = 512
MAX_DIRECTIVE: Final = 64 << 10

_KEPT: Final = ("#Fields", "#Date", "#Software")
_HEADER_FIELD: Final = re.compile(r"(cs|sc|s|rs|sr)\(([\w-]{1,64})\)", re.ASCII)
_VALUE: Final = re.compile(r'"((?:[^"]++|"")*+)"|([^\s"]\S*+)')
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME: Final = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,18}", re.ASCII)
_NUMBERS: Final = frozenset(
    (
        "sc-status",
        "sc-bytes",
        "cs-bytes",
        "time-taken",
        "s-port",
        "c-port",
        "sc-substatus",
        "sc-win32-status",
    )
)


class W3cHeader:
    """What the directives (lines that begin with `#`) have said so far."""

    def __init__(self, lines: tuple[str, ...] = ()) -> None:
        self._lines: dict[str, str] = {}
        self._names: list[str] = []
        self._day = ""
        self._plus_for_blank = False
        for line in lines:
            self.take(line)

    @property
    def lines(self) -> tuple[str, ...]:
        """The directives in force: `W3cHeader(lines)` reads as this one does."""
        return tuple(self._lines.values())

    @property
    def ready(self) -> bool:
        """True once the fields are known."""
        return bool(self._names)

    def take(self, line: str) -> None:
        """One directive. Raises AccessError."""
        name, _, value = line.partition(":")
        value = value.strip()
        if name not in _KEPT:
            return
        if len(line) > MAX_DIRECTIVE:
            raise AccessError(1, f"a directive of more than {MAX_DIRECTIVE:,} characters")
        if name == "#Fields":
            fields = value.split()
            self._names = []
            self._lines.pop(name, None)
            if not fields or len(fields) > MAX_FIELDS:
                raise AccessError(1, f"expected 1 to {MAX_FIELDS} field names after #Fields:")
            self._names = [_plain(field) for field in fields]
        elif name == "#Date":
            self._day = value[:10]
        else:
            # IIS writes `+` for every blank in a value
            self._plus_for_blank = "Internet Information Services" in value
        self._lines[name] = line

    def read(self, text: str) -> dict[str, Any]:
        """An entry as a record of the `access` format, its fields under their own names
        (`cs(User-Agent)` is cs-user-agent). Raises AccessError."""
        values = _values(text, len(self._names))
        if len(values) != len(self._names):
            raise AccessError(1, f"{len(values)} values, where #Fields names {len(self._names)}")
        found: dict[str, Any] = {}
        for name, value in zip(self._names, values, strict=True):
            if value == "-":
                continue
            found[name] = int(value) if name in _NUMBERS and _NUMBER.fullmatch(value) else value
        record: dict[str, Any] = {}
        timestamp = self._timestamp(str(found.get("date", self._day)), str(found.get("time", "")))
        if timestamp is not None:
            record["timestamp"] = timestamp
            found.pop("date", None)
            del found["time"]
        record |= found
        agent = record.get("cs-user-agent")
        if self._plus_for_blank and isinstance(agent, str) and " " not in agent:
            record["cs-user-agent"] = agent.replace("+", " ")
        stem, query = record.get("cs-uri-stem"), record.get("cs-uri-query")
        if "cs-uri" in record:
            whole = dict(record)
            add_target(whole, str(record["cs-uri"]))
            record = whole | record
        elif isinstance(stem, str):
            record["cs-uri"] = stem if query is None else f"{stem}?{query}"
        return record

    def _timestamp(self, day: str, time: str) -> str | None:
        date, clock = _DAY.fullmatch(day), _TIME.fullmatch(time)
        if date is None or clock is None:
            return None
        hour, minute, second, fraction = clock.groups()
        year, month, day_of_month = (int(part) for part in date.groups())
        try:
            us = epoch_us(
                year, month, day_of_month, int(hour), int(minute), int(second), micros(fraction)
            )
        except ValueError as error:
            raise AccessError(1, str(error)) from error
        return rfc3339(us)


def _plain(field: str) -> str:
    match = _HEADER_FIELD.fullmatch(field)
    return (f"{match[1]}-{match[2]}" if match else field).lower()


def _values(text: str, count: int) -> list[str]:
    """The values of a line; no more than one beyond `count`."""
    if "\t" in text:
        return text.split("\t", count)
    if '"' not in text:
        return text.split(None, count)
    return [
        quoted.replace('""', '"') if match[0].startswith('"') else match[2]
        for match in _VALUE.finditer(text)
        for quoted in (match[1] or "",)
    ]
