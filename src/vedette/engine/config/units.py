"""Durations and sizes as people write them: `5m`, `30d`, `512MB`."""

from __future__ import annotations

import re

SECOND = 1_000_000
"""Microseconds: the time base of everything inside."""

DURATIONS = {
    "ms": 1_000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3_600 * SECOND,
    "d": 86_400 * SECOND,
    "w": 7 * 86_400 * SECOND,
}
SIZES = {
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 1 << 10,
    "mib": 1 << 20,
    "gib": 1 << 30,
    "tib": 1 << 40,
}

_PART = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([A-Za-z]+)")
_LIMIT = 1 << 62
"""Keeps every result within 64 signed bits, for the databases downstream."""


def parse_duration(value: object) -> int:
    """Microseconds of `90s`, `1h30m`, `1.5d`; raises ValueError that says how to write it."""
    if value == 0 and not isinstance(value, bool):
        return 0
    hint = "write a number with a unit of ms, s, m, h, d or w, such as 30s, 5m or 30d"
    return _total(value, DURATIONS, "duration", hint)


def parse_size(value: object) -> int:
    """Bytes of `512MB` (powers of ten) or `512MiB` (powers of two); a bare whole number is bytes.
    Raises ValueError that says how to write it."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LIMIT:
        return value
    hint = "write a number with a unit of B, KB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 512MB"
    return _total(value, SIZES, "size", hint)


def _total(value: object, units: dict[str, int], noun: str, hint: str) -> int:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not a {noun}; {hint}")
    total, at = 0.0, 0
    whole = 0
    text = value.strip()
    while at < len(text):
        part = _PART.match(text, at)
        factor = units.get(part[2].lower()) if part else None
        if part is None or factor is None:
            raise ValueError(f"{value!r} is not a {noun}; {hint}")
        if "." in part[1]:
            total += float(part[1]) * factor
        else:
            whole += int(part[1]) * factor
        at = part.end()
    result = whole + round(total)
    if result >= _LIMIT:
        raise ValueError(f"{value!r} is too large a {noun}; write a smaller one")
    return result


def format_duration(micros: int) -> str:
    """The shortest exact spelling in one unit: 300 s is `5m`."""
    for unit in ("w", "d", "h", "m", "s"):
        if micros and micros % DURATIONS[unit] == 0:
            return f"{micros // DURATIONS[unit]}{unit}"
    if micros % 1000:
        return f"{micros // 1000}.{micros % 1000:03}ms"
    return f"{micros // 1000}ms" if micros else "0s"


def format_size(count: int) -> str:
    """The shortest exact spelling in one unit: 512000000 is `512MB`, 65536 is `64KiB`."""
    for unit in ("TB", "TiB", "GB", "GiB", "MB", "MiB", "KB", "KiB"):
        if count and count % SIZES[unit.lower()] == 0:
            return f"{count // SIZES[unit.lower()]}{unit}"
    return f"{count}B"
