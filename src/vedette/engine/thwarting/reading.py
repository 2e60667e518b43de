"""Actions read beside a running watch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from vedette.model.errors import RefusedError, UnreadableError
from vedette.response.recording import Entry
from vedette.response.register import NAME, of_incidents, one, recent, told


def actions_of(data: Path, incidents: Iterable[str]) -> list[Entry]:
    """All actions of these incidents, longest unchanged first. Raises UnreadableError."""
    if not (data / NAME).exists():
        return []
    with closing(_open(data)) as connection:
        return of_incidents(connection, {each for each in incidents if each})


def told_of(data: Path) -> set[str]:
    """The incidents that people were told of, by their names of then. Raises UnreadableError."""
    if not (data / NAME).exists():
        return set()
    with closing(_open(data)) as connection:
        return told(connection)


def action_named(data: Path, name: str) -> Entry:
    """An action by its id, or how it begins. Raises RefusedError, UnreadableError."""
    with closing(_open(data)) as connection:
        found = one(connection, name)
    if len(found) != 1:
        what = "several actions begin so; give more of it" if found else "is no action"
        raise RefusedError(f"{name}: {what}; `vedette actions list` shows them")
    return found[0]


def recent_actions(data: Path, states: Iterable[str], most: int) -> list[Entry]:
    """Actions in these states (all where there are none), the last changed first."""
    if not (data / NAME).exists():
        return []
    with closing(_open(data)) as connection:
        return recent(connection, sorted(states), most)


def _open(data: Path) -> sqlite3.Connection:
    path = data / NAME
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    except sqlite3.Error as error:
        raise UnreadableError(f"{path}: {error}; start `vedette watch` first") from error
