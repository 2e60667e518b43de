"""What to look for in the stored events, and how people write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from vedette.model.errors import VedetteError
from vedette.model.instant import instant_of

Operator = Literal["!=", "!~", ">=", "<=", "=", "~", ">", "<"]

MAX_TEXT: Final = 4096
"""Characters of one filter or text."""

_FILTER: Final = re.compile(
    r"(?P<field>(?:\[[^\]]*\]|[^=!~<>\[])+?)\s*(?P<op>!=|!~|>=|<=|=|~|>|<)(?P<value>.*)\Z",
    re.DOTALL,
)
_AGO: Final = re.compile(r"([-+])(\d{1,9})(s|m|h|d|w)\Z")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class QueryError(VedetteError, ValueError):
    """A part of a query that can't be understood; the message says which and how to write it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one field.

    `paths` are native paths (`a.b`, `[a.b].c`), any of which may satisfy it. `=` compares texts
    without regard to case, `*` standing for any run of characters and `?` for one (there is no
    escape: a `\\` is a `\\`); `~` searches a regular expression (RE2), also without regard to case;
    `>` and its like compare numbers. In a list one element is enough, also where the list lies on
    the way (one such list). `!=` and `!~` hold where `=` and `~` do not, so also where the field
    is absent. `=*` means that the field is there and not null.
    """

    paths: tuple[str, ...]
    op: Operator
    value: str


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Which stored events, in which order. All conditions must hold; of the names in one of
    `sources`, `formats`, `hosts` (`*` and `?` allowed) and `keys` any one must.

    Times are event times, [start, end), in microseconds since the epoch. `texts` are looked for
    anywhere in the event without regard to case, as they stand in the bytes or as JSON writes
    them. `limit` None gives everything. `after` is (event time, arrival time, key, place) of the
    last event that was given already: what follows it, newest first.
    """

    start: int | None = None
    end: int | None = None
    filters: tuple[Filter, ...] = ()
    texts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    limit: int | None = 100
    newest_first: bool = True
    after: tuple[int, int, str, str] | None = None


def parse_filter(text: str, resolve: Callable[[str], tuple[str, ...]] | None = None) -> Filter:
    """`Image=*\\cmd.exe`, `EventID!=4688`, `cmdline~-enc\\b`, `sc-status>=400`.

    `resolve` turns the field's name into native paths; without it the name is the path. Raises
    QueryError.
    """
    if len(text) > MAX_TEXT:
        raise QueryError(f"filter: longer than {MAX_TEXT} characters; shorten it")
    match = _FILTER.match(text)
    if match is None:
        raise QueryError(
            f"filter {text!r}: no field and operator; write FIELD=VALUE (operators: "
            + " ".join(get_args(Operator))
            + ")"
        )
    field, op, value = match["field"].strip(), match["op"], match["value"]
    if not field:
        raise QueryError(f"filter {text!r}: no field before {op!r}; write FIELD{op}VALUE")
    if op in (">", "<", ">=", "<="):
        _number(text, value)
    paths = resolve(field) if resolve is not None else (field,)
    return Filter(paths, _operator(op), value)


def parse_time(text: str, now: int) -> int:
    """RFC 3339, a date (its midnight, UTC), `now`, `-15m`, `-24h`, `-7d` before `now`, or `+30d`
    after it.

    Raises QueryError.
    """
    stripped = text.strip()
    if stripped == "now":
        return now
    ago = _AGO.match(stripped)
    if ago is not None:
        span = int(ago[2]) * _UNITS[ago[3]] * 1_000_000
        return now - span if ago[1] == "-" else now + span
    instant = instant_of(stripped)
    if instant is None:
        raise QueryError(
            f"time {text!r}: not understood; write 2026-11-21T08:00:00Z, 2026-11-21, -24h or now"
        )
    return instant


def _operator(text: str) -> Operator:
    for operator in get_args(Operator):
        if operator == text:
            known: Operator = operator
            return known
    raise AssertionError(text)


def _number(text: str, value: str) -> None:
    try:
        float(value)
    except ValueError:
        raise QueryError(f"filter {text!r}: {value!r} is no number; use = or ~ for text") from None
