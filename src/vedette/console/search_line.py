"""From the one line that people write to a query of the stored events.

`word "two words" Image=*\\\\cmd.exe sc-status>=400 host=ws-07 source=web`: every word must occur,
every condition hold. A word in quotes is looked for as it stands (a quote in it is written twice).
`host=`, `source=` and `format=` are what Vedette noted of the event; any other name is a Sigma
field or a path in the event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from vedette.store.query import Filter, QueryError, SearchQuery, parse_filter

MOST_PARTS: Final = 40
MOST_EXPRESSIONS: Final = 4
"""Regular expressions: making them ready can take a second each, and can't be interrupted."""
_FIRST: Final = r"(?:[A-Za-z_@][\w@-]*|\[[^\]\s\"]+\])"
_REST: Final = r"(?:\.(?:[\w@-]+|\[[^\]\s\"]+\]))*"
_CONDITION: Final = re.compile(_FIRST + _REST + r"(?:!=|!~|>=|<=|=|~|>|<)")
_NAME: Final = re.compile(r"[A-Za-z_@][\w.@\[\]-]*\Z")
_PLAIN: Final = re.compile(r"[^\s\"]+\Z")
_WILD: Final = re.compile(r"[*?]+")


class Part(NamedTuple):
    """A word of the line. `quoted` begins with a quote: it is no condition."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A query without its times and limit, and the texts to mark in what it finds."""

    query: SearchQuery
    marks: tuple[str, ...]


def parts(line: str) -> Iterator[Part]:
    """The words of a line. A quote that is never closed is a character like any other."""
    at, end = 0, len(line)
    while at < end:
        if line[at].isspace():
            at += 1
            continue
        begin, text = at, []
        while at < end and not line[at].isspace():
            closed = _closing(line, at) if line[at] == '"' else -1
            if closed < 0:
                text.append(line[at])
                at += 1
            else:
                text.append(line[at + 1 : closed].replace('""', '"'))
                at = closed + 1
        whole = "".join(text)
        if whole:
            yield Part(whole, line[begin] == '"' and _closing(line, begin) > 0)


def _closing(line: str, at: int) -> int:
    """Where the quote at `at` is closed; -1 where it is not."""
    at += 1
    while (found := line.find('"', at)) >= 0:
        if line[found : found + 2] != '""':
            return found
        at = found + 2
    return -1


def parse(
    line: str,
    resolve: Callable[[str], tuple[str, ...]],
    sources: Callable[[str], list[str]],
) -> Asked:
    """`resolve` turns a field into native paths, `sources` a source's name into those of stored
    events. Raises QueryError."""
    texts: list[str] = []
    filters: list[Filter] = []
    named: dict[str, list[str]] = {"host": [], "source": [], "format": []}
    marks: list[str] = []
    for number, part in enumerate(parts(line), 1):
        if number > MOST_PARTS:
            raise QueryError(f"more than {MOST_PARTS} words and conditions; write fewer")
        if part.quoted or _CONDITION.match(part.text) is None:
            texts.append(part.text)
            marks.append(part.text)
            continue
        one = parse_filter(part.text, resolve)
        name = part.text.partition("=")[0]
        if one.op == "=" and name in named:
            named[name] += sources(one.value) if name == "source" else [one.value]
            if name == "host":
                marks += _literals(one.value)
            continue
        filters.append(one)
        if sum(each.op.endswith("~") for each in filters) > MOST_EXPRESSIONS:
            raise QueryError(
                f"more than {MOST_EXPRESSIONS} regular expressions; write fewer, or use * and ?"
            )
        if one.op == "=":
            marks += _literals(one.value)
    return Asked(
        SearchQuery(
            texts=tuple(texts),
            filters=tuple(filters),
            hosts=tuple(named["host"]),
            sources=tuple(named["source"]),
            formats=tuple(named["format"]),
        ),
        tuple(dict.fromkeys(marks)),
    )


def quoted(text: str) -> str:
    """A text as a word of the line that is looked for as it stands."""
    if _PLAIN.match(text) and _CONDITION.match(text) is None:
        return text
    return '"' + text.replace('"', '""') + '"'


def condition(field: str, value: str) -> str:
    """`field=value` as a word of the line; the value alone where the field can't be written."""
    if not _NAME.match(field) or _CONDITION.match(field + "=") is None:
        return quoted(value)
    if _PLAIN.match(value):
        return f"{field}={value}"
    return f'{field}="' + value.replace('"', '""') + '"'


def _literals(value: str) -> list[str]:
    return [part for part in _WILD.split(value) if len(part) > 1]
