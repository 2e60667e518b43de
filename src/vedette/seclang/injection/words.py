"""The tables of libinjection, read once: `sql.txt` and `html.txt` beside this module."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import NamedTuple


class Sql(NamedTuple):
    """`words` gives the kind of a word or phrase in capitals; `fingerprints` are in capitals."""

    words: dict[bytes, str]
    fingerprints: frozenset[str]


class Html(NamedTuple):
    """All in capitals. `events` are what follows "on"."""

    tags: frozenset[bytes]
    events: frozenset[bytes]
    sizes: tuple[int, ...]
    attributes: dict[bytes, str]

    def is_event(self, name: bytes) -> bool:
        """Whether a name that begins with "ON" begins with that of an event handler."""
        return any(name[2 : 2 + size] in self.events for size in self.sizes)


@functools.cache
def sql() -> Sql:
    """What is known of SQL."""
    words: dict[bytes, str] = {}
    fingerprints: set[str] = set()
    for kind, named in _lines("sql.txt"):
        if kind == "F":
            fingerprints.update(named)
        else:
            words.update((word.encode(), kind) for word in named)
    return Sql(words, frozenset(fingerprints))


@functools.cache
def html() -> Html:
    """What is known of HTML."""
    tags: list[bytes] = []
    events: list[bytes] = []
    attributes: dict[bytes, str] = {}
    for kind, named in _lines("html.txt"):
        names = [name.encode() for name in named]
        if kind == "tag":
            tags += names
        elif kind == "event":
            events += names
        else:
            attributes.update((name, kind) for name in names)
    sizes = tuple(sorted({len(event) for event in events}))
    return Html(frozenset(tags), frozenset(events), sizes, attributes)


def _lines(name: str) -> list[tuple[str, list[str]]]:
    text = (files(__package__) / name).read_text("ascii")
    rows = [line.split("  ") for line in text.splitlines() if line[0] != "#"]
    return [(kind, named) for kind, *named in rows]
