"""Sessions of browsers: a token of 256 bits in a cookie, its SHA-256 here."""

from __future__ import annotations

import secrets
import sqlite3
from typing import Final, Literal, NamedTuple

import msgspec

from vedette.console.access.links import digest
from vedette.console.access.person import COLUMNS, WIDTH, Client, Person, person_of

MOST: Final = 50
"""Sessions of one person; the oldest end first."""
TOUCH: Final = 60_000_000
"""How exactly it is known when a session or token was last used."""
Method = Literal["password", "link", "single sign-on"]


class Session(msgspec.Struct, frozen=True):
    """One browser that is signed in. `id` is public."""

    id: str
    person: str
    created: int
    used: int
    expires: int
    method: Method
    address: str
    agent: str


class Limits(NamedTuple):
    """Microseconds without use, and altogether."""

    idle: int
    longest: int


class Found(NamedTuple):
    """A session that is good."""

    id: str
    person: Person
    used: int
    hint: str


def start(
    connection: sqlite3.Connection,
    person: str,
    method: Method,
    client: Client,
    now: int,
    hint: str = "",
) -> tuple[str, str]:
    """A new session's token and id. What session the browser had is over, whoever's it was, so that
    nobody is signed in under a token that somebody else knows."""
    connection.execute("DELETE FROM sessions WHERE hash = ?", (digest(client.session),))
    connection.execute(
        "DELETE FROM sessions WHERE person = ? AND hash NOT IN (SELECT hash FROM sessions "
        "WHERE person = ? ORDER BY created DESC LIMIT ?)",
        (person, person, MOST - 1),
    )
    token, name = secrets.token_urlsafe(32), secrets.token_hex(8)
    connection.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (digest(token), name, person, now, now, method, client.address[:64],
         printable(client.agent), hint),
    )  # fmt: skip
    return token, name


def find(connection: sqlite3.Connection, token: str, limits: Limits, now: int) -> Found | None:
    """The session of a person who may sign in, None where it is over."""
    row = connection.execute(
        f"SELECT {COLUMNS}, sessions.id, sessions.created, used, hint FROM sessions "  # noqa: S608  ours
        "JOIN people ON people.id = sessions.person WHERE hash = ? AND NOT disabled",
        (digest(token),),
    ).fetchone()
    if row is None:
        return None
    name, created, used, hint = row[WIDTH:]
    if now >= used + limits.idle or now >= created + limits.longest:
        return None
    return Found(name, person_of(row[:WIDTH]), used, hint)


def of_person(
    connection: sqlite3.Connection, person: str, limits: Limits, now: int
) -> tuple[Session, ...]:
    """The newest first."""
    rows = connection.execute(
        "SELECT id, person, created, used, method, address, agent FROM sessions WHERE person = ? "
        "AND used > ? AND created > ? ORDER BY created DESC",
        (person, now - limits.idle, now - limits.longest),
    )
    return tuple(
        Session(
            name, whose, created, used, min(used + limits.idle, created + limits.longest), *rest
        )
        for name, whose, created, used, *rest in rows
    )


def end_all(connection: sqlite3.Connection, person: str) -> int:
    """How many ended."""
    return connection.execute("DELETE FROM sessions WHERE person = ?", (person,)).rowcount


def sweep(connection: sqlite3.Connection, limits: Limits, now: int) -> None:
    """Delete what is over."""
    connection.execute(
        "DELETE FROM sessions WHERE used <= ? OR created <= ?",
        (now - limits.idle, now - limits.longest),
    )


def printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:200])
