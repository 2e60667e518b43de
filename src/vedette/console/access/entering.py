"""What changes in the accounts when somebody comes in."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from typing import Any, Final

import msgspec

from vedette.console.access import people, sessions
from vedette.console.access.audit import Act
from vedette.console.access.errors import PolicyError
from vedette.console.access.links import Link
from vedette.console.access.oidc.identity import Identity
from vedette.console.access.person import COLUMNS, WIDTH, Person, person_by, person_of
from vedette.console.access.policy import folded, login_name

_FOREIGN: Final = re.compile(r"[^a-z0-9._@+-]+")


def credentials(connection: sqlite3.Connection, name: str) -> tuple[Person | None, str | None]:
    """Who has this name, and their password as it is kept."""
    row: Any = connection.execute(
        f"SELECT {COLUMNS}, password FROM people WHERE name = ?",  # noqa: S608  ours
        (name,),
    ).fetchone()
    return (None, None) if row is None else (person_of(row[:WIDTH]), row[WIDTH])


def is_still(connection: sqlite3.Connection, person: Person, kept: str | None) -> bool:
    """Whether what was read of them before their password was compared is still so."""
    found, password = credentials(connection, person.name)
    return (
        found is not None
        and found.id == person.id
        and found.role == person.role
        and not found.disabled
        and password == kept
    )


def set_password(connection: sqlite3.Connection, person: str, kept: str) -> None:
    connection.execute("UPDATE people SET password = ? WHERE id = ?", (kept, person))


def came(connection: sqlite3.Connection, person: str, now: int) -> None:
    connection.execute("UPDATE people SET last_login = ? WHERE id = ?", (now, person))


def redeemed(act: Act, link: Link, name: str, kept: str, now: int) -> Person:
    """The account that a link made, or set a password for. Raises RefusedError."""
    if link.person is None:
        person = people.add(act, name, link.role, now, password=kept)
    else:
        person = link.person
        set_password(act.connection, person, kept)
        sessions.end_all(act.connection, person)
    return person_by(act.connection, "id", person)


def signed_on(act: Act, identity: Identity, now: int) -> Person | None:
    """The account of whoever the provider named, made at their first entry and with the role that
    the provider says now; None where it is disabled. Accounts are never joined by a name or
    address, which others may take: issuer and subject alone say who it is (OpenID Connect Core 1.0,
    5.7)."""
    connection = act.connection
    row = connection.execute(
        f"SELECT {COLUMNS} FROM people WHERE issuer = ? AND subject = ?",  # noqa: S608  ours
        (identity.issuer, identity.subject),
    ).fetchone()
    if row is None:
        name = _free_name(connection, identity)
        whom = (identity.issuer, identity.subject)
        person = people.add(act, name, identity.role, now, sign_on=whom)
        act.note(name, "first-sign-on", name, role=identity.role, issuer=identity.issuer,
                 subject=identity.subject)  # fmt: skip
        return person_by(connection, "id", person)
    found = person_of(row)
    if found.disabled:
        return None
    if found.role != identity.role:
        connection.execute("UPDATE people SET role = ? WHERE id = ?", (identity.role, found.id))
        sessions.end_all(connection, found.id)
        act.note("single sign-on", "role", found.name, was=found.role, role=identity.role)
        found = msgspec.structs.replace(found, role=identity.role)
    return found


def _free_name(connection: sqlite3.Connection, identity: Identity) -> str:
    """A name for them here: what the provider calls them, with a mark where that is taken."""
    plain = _FOREIGN.sub("-", folded(identity.name)).strip("._@+-")[:48]
    mark = hashlib.sha256(f"{identity.issuer}\0{identity.subject}".encode()).hexdigest()
    for name in (plain, f"{plain}-{mark[:6]}".lstrip("-"), mark[:32]):
        try:
            chosen = login_name(name)
        except PolicyError:
            continue
        taken = connection.execute("SELECT 1 FROM people WHERE name = ?", (chosen,)).fetchone()
        if taken is None:
            return chosen
    raise PolicyError(f"{identity.name[:64]!a}: no name is free for this account")
