"""Searches that people want to find again: kept with their preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl

import msgspec
from msgspec import Meta

from vedette.console.access.person import MOST_QUERIES, Preferences, SavedQuery
from vedette.console.faults import RequestError
from vedette.console.table import Done, Nothing

if TYPE_CHECKING:
    from vedette.console.seat import Seat

KEPT = frozenset({"q", "since", "until", "source", "limit", "run"})
"""Parameters of a search that are kept."""


class Saved(msgspec.Struct, frozen=True):
    """Whoever asks has these."""

    queries: tuple[SavedQuery, ...]


class Save(msgspec.Struct, frozen=True):
    """A name, and the query string of a search. A name that is there already is replaced."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    query: Annotated[str, Meta(max_length=4096)]


class Forget(msgspec.Struct, frozen=True):
    """The name of a saved search."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]


def read_saved(seat: Seat, query: Nothing) -> Saved:
    return Saved(_person(seat).queries)


def save(seat: Seat, asked: Save) -> Done:
    """Raises RequestError where there are too many, or the query is none of a search."""
    strange = {name for name, _ in parse_qsl(asked.query)} - KEPT
    if strange:
        raise RequestError("invalid", f"query: {min(strange)}: is no parameter of a search")
    before = _person(seat)
    others = tuple(one for one in before.queries if one.name != asked.name)
    if len(others) >= MOST_QUERIES:
        raise RequestError("conflict", f"{MOST_QUERIES} searches are saved; forget one first")
    queries = (*others, SavedQuery(asked.name, asked.query))
    seat.access.people.prefer(seat.who.person.id, msgspec.structs.replace(before, queries=queries))
    return Done(f"Saved as {asked.name}.", f"/search?{asked.query}")


def forget(seat: Seat, asked: Forget) -> Done:
    """Raises RequestError where there is none of this name."""
    before = _person(seat)
    left = tuple(one for one in before.queries if one.name != asked.name)
    if len(left) == len(before.queries):
        raise RequestError("unknown", f"{asked.name}: no search is saved under this name")
    seat.access.people.prefer(seat.who.person.id, msgspec.structs.replace(before, queries=left))
    return Done(f"{asked.name} is forgotten.", "/search")


def _person(seat: Seat) -> Preferences:
    return seat.access.people.get(seat.who.person.id).preferences
