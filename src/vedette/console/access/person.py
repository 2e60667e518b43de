"""Somebody with an account, as everything here sees them."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec

from vedette.console.access.errors import NotFoundError
from vedette.console.access.roles import SCOPES, Role, Scope, at_least

MOST_QUERIES: Final = 100


class SavedQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A search that somebody wants to find again; `query` is that of its URL."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    query: Annotated[str, msgspec.Meta(max_length=4096)]


class Preferences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody chose for their own pages. `last_visit` is when they last left the first."""

    time: Literal["utc", "site", "browser"] = "utc"
    colours: Literal["system", "light", "dark"] = "system"
    last_visit: int = 0
    queries: Annotated[tuple[SavedQuery, ...], msgspec.Meta(max_length=MOST_QUERIES)] = ()


class Person(msgspec.Struct, frozen=True):
    """An account. `issuer` and `subject` are those of single sign-on."""

    id: str
    name: str
    role: Role
    disabled: bool
    created: int
    last_login: int | None
    has_password: bool
    issuer: str | None
    subject: str | None
    preferences: Preferences


class Who(msgspec.Struct, frozen=True):
    """Whoever asks for something. `session` is the public id of their session or token, `scopes`
    None for a session, which may do all that the role may. `csrf` is "" for tokens: browsers don't
    send those by themselves."""

    person: Person
    scopes: frozenset[Scope] | None
    session: str
    csrf: str
    by: Literal["session", "token"]

    @property
    def label(self) -> str:
        """As the ledger names them."""
        name = self.person.name
        return name if self.by == "session" else f"{name} (token {self.session})"

    def may(self, role: Role, scope: Scope) -> bool:
        """Whether they may do what needs this role, and this scope where they come by a token."""
        has = self.person.role
        if not at_least(has, role):
            return False
        return self.scopes is None or (scope in self.scopes and at_least(has, SCOPES[scope]))


By = Who | str
"""Who does something to people: somebody signed in, or a name from the terminal."""


def label_of(by: By) -> str:
    return by if isinstance(by, str) else by.label


def may_end(by: By, owner: str) -> bool:
    """Whether they may end a session or token of this person: their own, or as an admin any."""
    return isinstance(by, str) or by.person.id == owner or by.may("admin", "admin")


class Client(NamedTuple):
    """What is known of a browser that comes without a session: its address, what it calls itself,
    and the values of its device and session cookies."""

    address: str
    agent: str = ""
    device: str = ""
    session: str = ""


class Opened(msgspec.Struct, frozen=True):
    """Somebody is in: values for the session and device cookies. `back` is the path where they
    wanted to go."""

    token: str
    device: str
    who: Who
    back: str = "/"


class Denied(msgspec.Struct, frozen=True):
    """Nobody is in. slow: too many tries, wait; busy: too many people at once; gone: the link was
    used or is over. `wait` in seconds."""

    reason: Literal["wrong", "slow", "busy", "gone"]
    wait: int = 0


COLUMNS: Final = (
    "people.id, people.name, people.role, people.disabled, people.created, people.last_login, "
    "people.password IS NOT NULL, people.issuer, people.subject, people.preferences"
)
WIDTH: Final = 10


def person_of(row: tuple[Any, ...]) -> Person:
    """From COLUMNS."""
    return Person(
        id=row[0],
        name=row[1],
        role=row[2],
        disabled=bool(row[3]),
        created=row[4],
        last_login=row[5],
        has_password=bool(row[6]),
        issuer=row[7],
        subject=row[8],
        preferences=msgspec.json.decode(row[9], type=Preferences),
    )


def person_by(connection: sqlite3.Connection, column: Literal["id", "name"], value: str) -> Person:
    """Raises NotFoundError."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM people WHERE {column} = ?",  # noqa: S608  column is ours
        (value,),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"{value[:64]!a}: nobody has this {column}")
    return person_of(row)
